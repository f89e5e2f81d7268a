package dev.partir.errorprone;

import org.jspecify.annotations.Nullable;

/**
 * The size of a dimension, or another whole number in the code.
 *
 * @param name the name of the dimension, empty if it has none; two dimensions of one name have one
 *     size
 * @param size null when it is not known
 */
record Dim(String name, @Nullable Long size) implements Known {
  static final Dim UNKNOWN = new Dim("", null);
  static final Dim ONE = of(1);

  static Dim of(long size) {
    return new Dim("", size);
  }

  boolean is(long number) {
    return size != null && size == number;
  }

  /** Whether the two sizes are certainly not equal. */
  boolean differs(Dim other) {
    return size != null && other.size != null && !size.equals(other.size);
  }

  /** Whether the two sizes are certainly equal. */
  boolean same(Dim other) {
    return (size == null || other.size == null)
        ? !name.isEmpty() && name.equals(other.name)
        : size.equals(other.size);
  }

  /** Returns what is known of a size that is this or {@code other}. */
  Dim or(Dim other) {
    if (!same(other)) {
      return UNKNOWN;
    }
    return new Dim(name.equals(other.name) ? name : "", other.size == null ? null : size);
  }

  /** Returns what is known of a size that is this and {@code other}. */
  Dim and(Dim other) {
    return new Dim(name.isEmpty() ? other.name : name, size == null ? other.size : size);
  }

  /** Returns {@code name=size}, as far as known; {@code ?} when nothing is. */
  @Override
  public String toString() {
    if (size == null) {
      return name.isEmpty() ? "?" : name;
    }
    return name.isEmpty() ? String.valueOf(size) : name + "=" + size;
  }
}
