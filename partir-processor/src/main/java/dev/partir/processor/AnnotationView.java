package dev.partir.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/** Reads the members of an annotation on an element, and says where they stand. */
final class AnnotationView {
  private final Element element;
  private final AnnotationMirror mirror;

  AnnotationView(Element element, AnnotationMirror mirror) {
    this.element = element;
    this.mirror = mirror;
  }

  /** Returns the annotation of that qualified name on an element, or null. */
  static @Nullable AnnotationView on(Element element, String annotation) {
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      if (nameOf(mirror).equals(annotation)) {
        return new AnnotationView(element, mirror);
      }
    }
    return null;
  }

  /** Returns the annotations of a repeatable type on an element, in the order of the source. */
  static List<AnnotationView> allOn(Element element, String annotation) {
    AnnotationView repeated = on(element, annotation + "." + AnnotationNames.REPEATED);
    if (repeated != null) {
      return repeated.annotations("value");
    }
    AnnotationView single = on(element, annotation);
    return single == null ? List.of() : List.of(single);
  }

  static String nameOf(AnnotationMirror mirror) {
    return TypeElements.of(mirror.getAnnotationType()).getQualifiedName().toString();
  }

  /** Returns whether the source gives the member, rather than the annotation's default. */
  boolean has(String member) {
    for (ExecutableElement method : mirror.getElementValues().keySet()) {
      if (method.getSimpleName().contentEquals(member)) {
        return true;
      }
    }
    return false;
  }

  String string(String member) {
    return (String) value(member).getValue();
  }

  int integer(String member) {
    return (Integer) value(member).getValue();
  }

  long number(String member) {
    return (Long) value(member).getValue();
  }

  double real(String member) {
    return (Double) value(member).getValue();
  }

  TypeMirror type(String member) {
    return (TypeMirror) value(member).getValue();
  }

  boolean flag(String member) {
    return (Boolean) value(member).getValue();
  }

  AnnotationView annotation(String member) {
    return new AnnotationView(element, (AnnotationMirror) value(member).getValue());
  }

  List<AnnotationView> annotations(String member) {
    List<AnnotationView> views = new ArrayList<>();
    for (AnnotationValue value : values(member)) {
      views.add(new AnnotationView(element, (AnnotationMirror) value.getValue()));
    }
    return views;
  }

  /** Returns the members of an array of strings, each with its place. */
  List<Text> texts(String member) {
    List<Text> texts = new ArrayList<>();
    for (AnnotationValue value : values(member)) {
      texts.add(new Text((String) value.getValue(), new Place(element, mirror, value)));
    }
    return texts;
  }

  /** A string in the source. */
  record Text(String text, Place place) {}

  /** Returns the place of the annotation. */
  Place place() {
    return new Place(element, mirror, null);
  }

  /** Returns the place of a member's value, or of the annotation where the source gives none. */
  Place place(String member) {
    return has(member) ? new Place(element, mirror, value(member)) : place();
  }

  private AnnotationValue value(String member) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        mirror.getElementValues().entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(member)) {
        return entry.getValue();
      }
    }
    for (Element method : mirror.getAnnotationType().asElement().getEnclosedElements()) {
      if (method instanceof ExecutableElement declared
          && declared.getSimpleName().contentEquals(member)
          && declared.getDefaultValue() != null) {
        return declared.getDefaultValue();
      }
    }
    throw new IllegalStateException("@" + nameOf(mirror) + " has no value \"" + member + "\"");
  }

  private List<AnnotationValue> values(String member) {
    List<AnnotationValue> values = new ArrayList<>();
    for (Object value : (List<?>) value(member).getValue()) {
      values.add((AnnotationValue) value);
    }
    return values;
  }
}
