package dev.partir.spmd;

import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a function with attributes on its arguments, results and operations; leaves anchors out.
 */
abstract class Annotator {
  private final Function source;

  Annotator(Function source) {
    this.source = source;
  }

  abstract Attributes of(Value value);

  abstract Attributes of(List<Value> results);

  Function copy() {
    FunctionBuilder builder = new FunctionBuilder(source.name()).setVisibility(source.visibility());
    Copier copier = new Copier(source);
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      Attributes attributes =
          argument.type() instanceof TensorType ? of(argument) : Attributes.EMPTY;
      copier.put(
          argument,
          builder.argument(
              argument.type(), argument.name(), attributes, source.argumentLocation(i)));
    }
    for (Operation operation : source.body().operations()) {
      copy(operation, builder.body(), copier);
    }
    for (Value result : source.results()) {
      builder.resultAttributes(result.type() instanceof TensorType ? of(result) : Attributes.EMPTY);
    }
    return builder.build();
  }

  /** Returns whether an operation is to have an attribute. */
  boolean annotates(Operation operation) {
    return true;
  }

  /** Copies an operation in a way of its own; returns false, having done nothing, for most. */
  boolean copied(Operation operation, BlockBuilder block, Copier copier) {
    return false;
  }

  private void copy(Operation operation, BlockBuilder block, Copier copier) {
    if (copied(operation, block, copier)) {
      return;
    }
    boolean annotated =
        !Op.of(operation).isTerminator()
            && annotates(operation)
            && !operation.results().isEmpty()
            && operation.results().stream().allMatch(result -> result.type() instanceof TensorType);
    Attributes attributes =
        annotated
            ? Attributes.builder()
                .putAll(operation.attributes())
                .putAll(of(operation.results()))
                .build()
            : operation.attributes();
    if (Op.of(operation).flows(operation) == null) {
      copier.copy(operation, attributes, block);
      return;
    }
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      BlockBuilder inner = block.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, inner.argument(argument.type(), argument.name()));
      }
      for (Operation nested : region.block().operations()) {
        copy(nested, inner, copier);
      }
      regions.add(new Region(inner.build()));
    }
    copier.copy(operation, attributes, regions, block);
  }
}
