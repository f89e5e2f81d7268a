package dev.partir.processor;

import dev.partir.dsl.DimensionSizes;
import java.util.List;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/**
 * The record of a model's sizes.
 *
 * @param type the record
 * @param components its components, in order
 * @param values the declared size of each
 */
record DeclaredSizes(TypeElement type, List<Component> components, DimensionSizes values) {
  DeclaredSizes {
    components = List.copyOf(components);
  }

  /**
   * A component.
   *
   * @param name its name and that of the dimension
   * @param accessor the method that returns it
   * @param kind {@code int} or {@code long}
   */
  record Component(String name, String accessor, TypeKind kind) {}

  DeclaredSizes with(DimensionSizes others) {
    return new DeclaredSizes(type, components, others);
  }
}
