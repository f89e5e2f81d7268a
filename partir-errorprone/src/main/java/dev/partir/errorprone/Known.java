package dev.partir.errorprone;

import java.util.List;

/** What is known of the value of an expression before the program runs. */
sealed interface Known permits Shape, Dim, Known.Dims, Known.Element, Known.Nothing {

  /** An array of whole numbers, whose length is known. */
  record Dims(List<Dim> dims) implements Known {
    public Dims {
      dims = List.copyOf(dims);
    }
  }

  /** A constant of the DSL's {@code ElementType}, by its name in small letters. */
  record Element(String name) implements Known {}

  /** Nothing is known. */
  enum Nothing implements Known {
    NOTHING
  }

  /** Returns what is known of a value that is this or {@code other}. */
  default Known or(Known other) {
    if (equals(other)) {
      return this;
    }
    if (this instanceof Shape a && other instanceof Shape b) {
      return a.or(b);
    }
    return this instanceof Dim a && other instanceof Dim b ? a.or(b) : Nothing.NOTHING;
  }
}
