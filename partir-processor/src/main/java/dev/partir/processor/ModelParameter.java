package dev.partir.processor;

import dev.partir.schedule.ValueModel;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a model method: the record of sizes, a record of tensors, or a tensor.
 *
 * @param name its name
 * @param isSizes whether it is the record of sizes
 * @param record what holds its tensors, or null where it is one itself
 * @param shape the declared shape of a tensor, null otherwise or where it cannot be read
 * @param use what it is for
 */
record ModelParameter(
    String name,
    boolean isSizes,
    @Nullable ParameterRecord record,
    @Nullable DeclaredShape shape,
    ValueModel.Use use) {}
