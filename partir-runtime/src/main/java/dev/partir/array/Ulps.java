package dev.partir.array;

import dev.partir.ir.ElementType;

/** Distance of floating-point numbers in units in the last place of their type. */
public final class Ulps {
  private Ulps() {}

  /**
   * Returns how many numbers of the type lie from {@code a} to {@code b}; 0 for two NaN, {@link
   * Long#MAX_VALUE} for one NaN or one infinity.
   */
  public static long between(ElementType element, double a, double b) {
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return 0;
    }
    if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a) || Double.isInfinite(b)) {
      return Long.MAX_VALUE;
    }
    return Math.abs(ordered(element, a) - ordered(element, b));
  }

  /** Returns the place of a number of the type among all of them, 0 for zero. */
  private static long ordered(ElementType element, double value) {
    double magnitude = Math.abs(value);
    long place =
        switch (element) {
          case F64, COMPLEX_F64 -> Double.doubleToRawLongBits(magnitude);
          default -> NumberFormat.toBits(element.part(), (float) magnitude);
        };
    return value < 0 ? -place : place;
  }
}
