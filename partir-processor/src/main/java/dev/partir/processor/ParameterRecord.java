package dev.partir.processor;

import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * A type that holds tensors by name: a record, or a Kotlin data class.
 *
 * @param type the type
 * @param components what its constructor takes, in order
 */
record ParameterRecord(TypeElement type, List<Component> components) {
  ParameterRecord {
    components = List.copyOf(components);
  }

  /**
   * A component.
   *
   * @param name its name, which is a part of the names of leaves
   * @param element what carries its annotations
   * @param accessor the name of the method that returns it
   * @param record what it holds, or null where that is a tensor
   * @param repeat the dimension that says how many of them it holds, or null where that is one
   */
  record Component(
      String name,
      Element element,
      String accessor,
      @Nullable ParameterRecord record,
      @Nullable String repeat) {}
}
