package dev.partir.processor;

import dev.partir.dsl.DimensionSizes;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/** Reads a model's record of sizes, and what a schedule says otherwise. */
final class SizesReader {
  private static final String FORM =
      "Write NAME=SIZE with commas between, for example \"batch=1, seq=32_768\"";

  private final Reporter reporter;
  private final String name;

  SizesReader(Reporter reporter, String name) {
    this.reporter = reporter;
    this.name = name;
  }

  /**
   * Returns the record that {@code @Partitioned} names; null when it names none, or a wrong one.
   */
  @Nullable DeclaredSizes read(AnnotationView partitioned) {
    TypeMirror type = partitioned.type("sizes");
    if (type.getKind() == TypeKind.VOID) {
      return null;
    }
    if (!RecordReader.isRecord(type)) {
      reporter.error(
          partitioned.place("sizes"),
          ErrorCode.INVALID_TREE,
          name,
          "sizes is " + ModelMethod.simple(type) + ", which is no record",
          "Name a record whose components are ints with @Size");
      return null;
    }
    TypeElement element = TypeElements.of(type);
    List<DeclaredSizes.Component> components = new ArrayList<>();
    DimensionSizes values = DimensionSizes.NONE;
    for (Element carrier : RecordReader.carriers(element)) {
      Long size = size(element, carrier);
      String component = carrier.getSimpleName().toString();
      if (size == null) {
        // Some size, so that what uses the dimension is not told of too.
        values = values.with(component, 1);
      } else {
        components.add(
            new DeclaredSizes.Component(
                component, RecordReader.accessor(element, carrier), carrier.asType().getKind()));
        values = values.with(component, size);
      }
    }
    return new DeclaredSizes(element, components, values);
  }

  private @Nullable Long size(TypeElement type, Element carrier) {
    AnnotationView size = AnnotationView.on(carrier, AnnotationNames.SIZE);
    TypeKind kind = carrier.asType().getKind();
    Place place = Place.of(carrier);
    String problem = null;
    if (kind != TypeKind.INT && kind != TypeKind.LONG) {
      problem = "it is " + ModelMethod.simple(carrier.asType()) + ", not int or long";
    } else if (size == null) {
      problem = "it has no @Size";
    } else if (size.number("value") < 1) {
      problem = "its size is " + size.number("value");
      place = size.place("value");
    } else if (kind == TypeKind.INT && size.number("value") > Integer.MAX_VALUE) {
      problem = "its size " + size.number("value") + " is no int";
      place = size.place("value");
    }
    if (problem == null && size != null) {
      return size.number("value");
    }
    reporter.error(
        place,
        ErrorCode.INVALID_TREE,
        name
            + ", record "
            + type.getSimpleName()
            + ", component \""
            + carrier.getSimpleName()
            + "\"",
        String.valueOf(problem),
        "Declare an int or a long with the size that the compiler checks with, from 1: @Size(512) int embed");
    return null;
  }

  /** Returns the sizes of a schedule: those of the record, but what {@code schedule} says. */
  DimensionSizes override(DimensionSizes declared, AnnotationView schedule) {
    DimensionSizes sizes = declared;
    String text = schedule.string("sizes");
    if (text.isBlank()) {
      return sizes;
    }
    for (String part : text.split(",", -1)) {
      String[] sides = part.split("=", -1);
      String dimension = sides[0].strip();
      String digits = sides.length == 2 ? sides[1].strip().replace("_", "") : "";
      String problem = null;
      String remedy = FORM;
      if (sides.length != 2 || !digits.matches("[1-9][0-9]{0,17}")) {
        problem = "sizes \"" + text + "\": \"" + part.strip() + "\" is not NAME=SIZE";
      } else if (declared.get(dimension) == null) {
        problem = "sizes \"" + text + "\": the record of sizes has no \"" + dimension + "\"";
        remedy = NearestNames.remedy(dimension, declared.names(), "sizes");
      }
      if (problem != null) {
        reporter.error(schedule.place("sizes"), ErrorCode.INVALID_DIMS, name, problem, remedy);
      } else {
        sizes = sizes.with(dimension, Long.parseLong(digits));
      }
    }
    return sizes;
  }
}
