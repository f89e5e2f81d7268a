package dev.partir.processor;

import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.NamedShape;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the declared shapes of one model, in which a name of a dimension stands for one size. */
final class DimsParser {
  private final Reporter reporter;
  private final DimensionSizes sizes;
  private final Map<String, Known> known = new HashMap<>();

  /** The size of a dimension, and what said it first. */
  private record Known(long size, String subject) {}

  DimsParser(Reporter reporter, DimensionSizes sizes) {
    this.reporter = reporter;
    this.sizes = sizes;
  }

  /**
   * Reads an annotation {@code @Dims}; returns null after reporting what is wrong with it.
   *
   * @param subject what messages call the value whose shape it is
   */
  @Nullable DeclaredShape parse(AnnotationView dims, String subject) {
    ElementType element = element(dims, subject);
    String text = dims.string("value");
    NamedShape shape;
    try {
      shape = sizes.shape(element == null ? ElementType.F32 : element, text);
    } catch (PartirException e) {
      Diagnostic found = e.diagnostics().get(0);
      reporter.error(dims.place("value"), found.code(), subject, found.problem(), found.remedy());
      return null;
    }
    if (element == null || !isConsistent(shape, dims, subject)) {
      return null;
    }
    return new DeclaredShape(dims, shape);
  }

  private @Nullable ElementType element(AnnotationView dims, String subject) {
    String element = dims.string("element");
    ElementType type = ElementType.parse(element);
    if (type == null) {
      List<String> names = Arrays.stream(ElementType.values()).map(ElementType::text).toList();
      reporter.error(
          dims.place("element"),
          ErrorCode.UNKNOWN_ELEMENT_TYPE,
          subject,
          "there is no element type \"" + element + "\"",
          remedy(element, names));
    }
    return type;
  }

  private static String remedy(String element, List<String> known) {
    String nearest = NearestNames.nearest(element, known);
    return nearest != null
        ? "The nearest is \"" + nearest + "\""
        : "The usual ones are \"f32\", \"bf16\", \"f16\", \"i32\", \"i1\"";
  }

  /** Returns whether every name has the size that it had before. */
  private boolean isConsistent(NamedShape shape, AnnotationView dims, String subject) {
    for (int i = 0; i < shape.type().rank(); i++) {
      String dimension = shape.dimensionNames().get(i);
      long size = shape.type().dim(i);
      if (dimension == null) {
        continue;
      }
      Known first = known.putIfAbsent(dimension, new Known(size, subject));
      if (first != null && first.size() != size) {
        reporter.error(
            dims.place("value"),
            ErrorCode.INCONSISTENT_DIMENSION,
            subject,
            "dimension \""
                + dimension
                + "\" has size "
                + size
                + " here, but "
                + first.size()
                + " in "
                + first.subject().substring(first.subject().indexOf(", ") + 2),
            "Give one of the two another size, or another name");
        return false;
      }
    }
    return true;
  }
}
