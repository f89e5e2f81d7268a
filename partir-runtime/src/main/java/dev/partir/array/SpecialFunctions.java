package dev.partir.array;

/** Functions of mathematics that Java lacks, in double precision. */
public final class SpecialFunctions {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  private static final double LN_2 = Math.log(2);

  private SpecialFunctions() {}

  /**
   * Returns the error function, with a relative error of a few units of the last place: its power
   * series near zero (Abramowitz and Stegun 7.1.6), the continued fraction of the complement
   * elsewhere (7.1.14).
   */
  public static double erf(double x) {
    double magnitude = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (magnitude > 6) {
      return Math.signum(x);
    }
    if (magnitude < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
    }
    double fraction = magnitude;
    for (int n = 60; n >= 1; n--) {
      fraction = magnitude + n / 2.0 / fraction;
    }
    double complement = Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
    return Math.signum(x) * (1 - complement);
  }

  /** Returns the inverse of the hyperbolic cosine, NaN below 1. */
  public static double acosh(double x) {
    if (x > 0x1p28) {
      return Math.log(x) + LN_2;
    }
    double over = x - 1;
    return Math.log1p(over + Math.sqrt(over * (over + 2)));
  }

  /** Returns the inverse of the hyperbolic sine. */
  public static double asinh(double x) {
    double magnitude = Math.abs(x);
    if (magnitude > 0x1p28) {
      return Math.copySign(Math.log(magnitude) + LN_2, x);
    }
    double square = magnitude * magnitude;
    double result = Math.log1p(magnitude + square / (1 + Math.sqrt(1 + square)));
    return Math.copySign(result, x);
  }

  /** Returns the inverse of the hyperbolic tangent, NaN outside of -1 to 1. */
  public static double atanh(double x) {
    double magnitude = Math.abs(x);
    return Math.copySign(Math.log1p(2 * magnitude / (1 - magnitude)) / 2, x);
  }
}
