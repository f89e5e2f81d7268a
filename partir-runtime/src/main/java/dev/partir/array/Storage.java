package dev.partir.array;

import dev.partir.ir.ElementType;

/**
 * The Java array that holds elements. A type narrower than its storage holds values that are exact
 * in the type: every kernel rounds or wraps ({@link NumberFormat}) before it stores. Unsigned 32-
 * and 64-bit integers hold their bit patterns. Complex numbers hold their real and imaginary parts
 * side by side.
 */
public enum Storage {
  FLOAT,
  DOUBLE,
  INT,
  LONG;

  /** Returns the storage of a type. */
  public static Storage of(ElementType type) {
    return switch (type) {
      case F64, COMPLEX_F64 -> DOUBLE;
      case I64, UI64 -> LONG;
      default -> type.isInteger() ? INT : FLOAT;
    };
  }
}
