package dev.partir.array;

/** Functions of mathematics that Java lacks, in double precision. */
public final class SpecialFunctions {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

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
}
