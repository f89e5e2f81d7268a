package dev.partir.errorprone;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tensor.
 *
 * @param dims its dimensions, outermost first; null when not even their number is known
 * @param element the element type as declared, in small letters; empty when it is not known
 */
record Shape(@Nullable List<Dim> dims, String element) implements Known, Inference {
  static final Shape UNKNOWN = new Shape(null, "");

  Shape {
    dims = dims == null ? null : List.copyOf(dims);
  }

  Shape withDims(@Nullable List<Dim> other) {
    return new Shape(other, element);
  }

  Shape withElement(String other) {
    return new Shape(dims, other);
  }

  boolean isScalar() {
    return dims != null && dims.isEmpty();
  }

  /** Returns what is known of a tensor that is this or {@code other}. */
  Shape or(Shape other) {
    String common = element.equals(other.element) ? element : "";
    if (dims == null || other.dims == null || dims.size() != other.dims.size()) {
      return new Shape(null, common);
    }
    List<Dim> either = new ArrayList<>();
    for (int d = 0; d < dims.size(); d++) {
      either.add(dims.get(d).or(other.dims.get(d)));
    }
    return new Shape(either, common);
  }

  /** Whether the shapes or the element types certainly differ. */
  boolean differs(Shape other) {
    if (elementDiffers(other)) {
      return true;
    }
    if (dims == null || other.dims == null) {
      return false;
    }
    if (dims.size() != other.dims.size()) {
      return true;
    }
    for (int d = 0; d < dims.size(); d++) {
      if (dims.get(d).differs(other.dims.get(d))) {
        return true;
      }
    }
    return false;
  }

  boolean elementDiffers(Shape other) {
    return !element.isEmpty() && !other.element.isEmpty() && !element.equals(other.element);
  }

  /** Returns the shape and the element type, as far as known. */
  String typed() {
    return element.isEmpty() ? toString() : this + " " + element;
  }

  /** Returns for example {@code [rows=1024, embed, 8, ?]}. */
  @Override
  public String toString() {
    return dims == null
        ? "[...]"
        : dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
