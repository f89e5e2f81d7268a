package dev.partir.errorprone;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/**
 * What PartIR's annotations say of an element. They are known by name: a check needs no class of
 * them.
 */
final class Declared {
  private static final String PACKAGE = "dev.partir.annotations.";
  private static final Pattern DIMENSION =
      Pattern.compile(
          "(?<name>[A-Za-z_]\\w*)|(?:(?<named>[A-Za-z_]\\w*)\\s*=\\s*)?(?<size>[0-9][0-9_]*)");

  private Declared() {}

  /**
   * Returns the shape that {@code @Dims} on a parameter, a record's component or a method says;
   * null if there is none.
   */
  static @Nullable Shape shape(Element element) {
    List<AnnotationMirror> dims = all(element, "Dims");
    if (dims.isEmpty() && element instanceof ExecutableElement accessor) {
      RecordComponentElement component = component(accessor);
      dims = component == null ? dims : all(component, "Dims");
    }
    return dims.isEmpty() ? null : shape(values(dims.get(0)));
  }

  /** Returns the component that a method is the accessor of. */
  static @Nullable RecordComponentElement component(ExecutableElement method) {
    if (method.getEnclosingElement() instanceof TypeElement type) {
      for (RecordComponentElement component : type.getRecordComponents()) {
        if (method.equals(component.getAccessor())) {
          return component;
        }
      }
    }
    return null;
  }

  /** Returns the names of {@code @Intermediate} values of a method, with their shapes. */
  static Map<String, Shape> intermediates(Element method) {
    Map<String, Shape> shapes = new HashMap<>();
    for (AnnotationMirror tag : all(method, "Intermediate")) {
      Map<String, Object> values = values(tag);
      if (values.get("dims") instanceof AnnotationMirror dims) {
        shapes.put(String.valueOf(values.get("name")), shape(values(dims)));
      }
    }
    return shapes;
  }

  /** Returns the annotations of PartIR of a simple name, the repeated ones too. */
  static List<AnnotationMirror> all(Element element, String name) {
    List<AnnotationMirror> found = new ArrayList<>();
    for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
      if (is(annotation.getAnnotationType(), name)) {
        found.add(annotation);
      } else if (is(annotation.getAnnotationType(), name + ".Repeated")
          && values(annotation).get("value") instanceof List<?> repeated) {
        for (Object value : repeated) {
          if (value instanceof AnnotationValue one
              && one.getValue() instanceof AnnotationMirror each) {
            found.add(each);
          }
        }
      }
    }
    return found;
  }

  /** Whether a type is an annotation of PartIR. */
  static boolean is(@Nullable TypeMirror type, String name) {
    return type instanceof DeclaredType declared
        && declared.asElement() instanceof TypeElement element
        && element.getQualifiedName().contentEquals(PACKAGE + name);
  }

  /** Whether an element says how it is laid out. */
  static boolean says(Element element) {
    return Stream.of("Dims", "Shard", "Replicate").anyMatch(name -> !all(element, name).isEmpty());
  }

  /** Returns what an annotation says, by member, defaults included. */
  private static Map<String, Object> values(AnnotationMirror annotation) {
    Map<String, Object> values = new HashMap<>();
    Element type = annotation.getAnnotationType().asElement();
    for (ExecutableElement member : ElementFilter.methodsIn(type.getEnclosedElements())) {
      AnnotationValue value = annotation.getElementValues().get(member);
      if (value == null) {
        value = member.getDefaultValue();
      }
      if (value != null) {
        values.put(member.getSimpleName().toString(), value.getValue());
      }
    }
    return values;
  }

  private static Shape shape(Map<String, Object> dims) {
    String element = elementName(String.valueOf(dims.get("element")));
    return new Shape(dims(String.valueOf(dims.get("value"))), element);
  }

  /** Returns one spelling for an element type, be it as in MLIR or as a constant of the DSL. */
  static String elementName(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Returns null for a text that is not well formed, of which the processor tells. */
  static @Nullable List<Dim> dims(String text) {
    List<Dim> dims = new ArrayList<>();
    if (text.isBlank()) {
      return dims;
    }
    for (String part : text.split(",", -1)) {
      Matcher matcher = DIMENSION.matcher(part.strip());
      if (!matcher.matches()) {
        return null;
      }
      dims.add(
          matcher.group("name") != null
              ? new Dim(matcher.group("name"), null)
              : new Dim(orEmpty(matcher.group("named")), size(matcher.group("size"))));
    }
    return dims;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable Long size(String digits) {
    try {
      return Long.valueOf(digits.replace("_", ""));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
