package dev.partir.array;

/**
 * The error function, its complement and its inverse in double precision (NIST Digital Library of
 * Mathematical Functions, chapter 7).
 *
 * <p>The error function is evaluated from its Taylor series about the middle of the cell of the
 * argument (7.10.1: its derivatives are Hermite polynomials times a Gaussian); the series are
 * computed once, the constant terms in {@link DoubleDouble} precision.
 */
public final class ErrorFunctions {
  private static final DoubleDouble TWO_OVER_SQRT_PI = DoubleDouble.of(2).over(Precise.PI.sqrt());

  /** Cells per unit. */
  private static final int CELLS = 8;

  /** From here on the error function is 1. */
  private static final int LAST = 6;

  private static final int TERMS = 16;

  /** Where the power series about zero is used, which is right relative to small values. */
  private static final double SMALL = 0.5;

  /** Coefficients of the odd powers about zero. */
  private static final double[] ABOUT_ZERO = aboutZero();

  /** The values in the middles of the cells, and what the doubles lack. */
  private static final DoubleDouble[] MIDDLES = middles();

  /** One less the values in the middles of the cells. */
  private static final DoubleDouble[] COMPLEMENTS = complements();

  /** Coefficients of the powers from 1 about the middles of the cells. */
  private static final double[][] ABOUT_MIDDLES = aboutMiddles();

  private ErrorFunctions() {}

  private static double[] aboutZero() {
    double[] coefficients = new double[13];
    DoubleDouble term = TWO_OVER_SQRT_PI;
    for (int n = 0; n < coefficients.length; n++) {
      coefficients[n] = term.over(2 * n + 1).value();
      term = term.over(-(n + 1));
    }
    return coefficients;
  }

  private static double middle(int cell) {
    return (cell + 0.5) / CELLS;
  }

  private static DoubleDouble[] middles() {
    DoubleDouble[] values = new DoubleDouble[LAST * CELLS];
    for (int cell = 0; cell < values.length; cell++) {
      values[cell] = precise(middle(cell));
    }
    return values;
  }

  private static DoubleDouble[] complements() {
    DoubleDouble[] values = new DoubleDouble[LAST * CELLS];
    for (int cell = 0; cell < values.length; cell++) {
      // What is left of 1 has the fewer bits the smaller it is.
      boolean small = middle(cell) > 4;
      values[cell] = small ? far(middle(cell)) : DoubleDouble.ONE.minus(MIDDLES[cell]);
    }
    return values;
  }

  private static double[][] aboutMiddles() {
    double[][] series = new double[LAST * CELLS][TERMS];
    for (int cell = 0; cell < series.length; cell++) {
      double x = middle(cell);
      double scale = TWO_OVER_SQRT_PI.value() * Math.exp(-x * x);
      // Hermite polynomials over factorials, by their recurrence (18.9.1).
      double before = 0;
      double hermite = 1;
      for (int n = 0; n < TERMS; n++) {
        series[cell][n] = scale * hermite / (n + 1) * (n % 2 == 0 ? 1 : -1);
        double next = (2 * x * hermite - 2 * before) / (n + 1);
        before = hermite;
        hermite = next;
      }
    }
    return series;
  }

  /** Returns the error function of a number from 0 to 6, by 7.6.2, whose terms are positive. */
  private static DoubleDouble precise(double x) {
    DoubleDouble square = DoubleDouble.product(x, x);
    DoubleDouble term = DoubleDouble.of(x);
    DoubleDouble sum = term;
    for (int n = 1; term.hi() > 0x1p-110 * sum.hi(); n++) {
      term = term.times(square).scaled(1).over(2 * n + 1);
      sum = sum.plus(term);
    }
    return sum.times(TWO_OVER_SQRT_PI).times(Precise.exp(square.negated()));
  }

  /** Returns the error function. */
  public static double erf(double x) {
    double magnitude = Math.abs(x);
    if (magnitude < SMALL) {
      return x * aboutZero(x * x);
    }
    if (magnitude < LAST) {
      int cell = (int) (magnitude * CELLS);
      double value = MIDDLES[cell].hi() + (fromMiddle(cell, magnitude) + MIDDLES[cell].lo());
      return x < 0 ? -value : value;
    }
    return Double.isNaN(x) ? x : Math.signum(x);
  }

  private static double aboutZero(double square) {
    double sum = ABOUT_ZERO[ABOUT_ZERO.length - 1];
    for (int n = ABOUT_ZERO.length - 2; n >= 0; n--) {
      sum = sum * square + ABOUT_ZERO[n];
    }
    return sum;
  }

  /** Returns the error function less its value in the middle of the cell. */
  private static double fromMiddle(int cell, double x) {
    double[] series = ABOUT_MIDDLES[cell];
    double off = x - middle(cell);
    double sum = series[TERMS - 1];
    for (int n = TERMS - 2; n >= 0; n--) {
      sum = sum * off + series[n];
    }
    return sum * off;
  }

  /** Returns 1 - erf(x), without the cancellation. */
  public static double erfc(double x) {
    if (x < SMALL) {
      return 1 - erf(x);
    }
    if (x < LAST) {
      int cell = (int) (x * CELLS);
      return COMPLEMENTS[cell].hi() - (fromMiddle(cell, x) - COMPLEMENTS[cell].lo());
    }
    return x > 28 ? 0 : Double.isNaN(x) ? x : far(x).value();
  }

  /** Returns the complement of a number from 4, by the continued fraction 7.9.1. */
  private static DoubleDouble far(double x) {
    double fraction = x;
    for (int n = 60; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Precise.exp(DoubleDouble.product(-x, x)).times(TWO_OVER_SQRT_PI).over(2 * fraction);
  }

  /**
   * Returns the inverse of the error function: a first guess (Winitzki, "A handy approximation for
   * the error function and its inverse", 2008) and steps of Halley's method.
   */
  public static double erfInv(double x) {
    double magnitude = Math.abs(x);
    if (!(magnitude < 1)) {
      return magnitude == 1 ? x * Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (magnitude < 1e-9) {
      return x / TWO_OVER_SQRT_PI.value();
    }
    double log = Math.log1p(-magnitude * magnitude);
    double half = 2 / (Math.PI * 0.147) + log / 2;
    double y = Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
    // The rest of the guess, of the order of 1e-3, is cubed by every step.
    for (int step = 0; step < 3; step++) {
      double error = erfLess(y, magnitude) / (TWO_OVER_SQRT_PI.value() * Math.exp(-y * y));
      y -= error / (1 + y * error);
    }
    return Math.copySign(y, x);
  }

  /** Returns erf(y) - x, to the last bit of a small difference. */
  private static double erfLess(double y, double x) {
    if (y < SMALL) {
      DoubleDouble rest = DoubleDouble.product(y, ABOUT_ZERO[0]);
      double more = y * (aboutZero(y * y) - ABOUT_ZERO[0]);
      return rest.hi() - x + more + rest.lo();
    }
    int cell = Math.min((int) (y * CELLS), LAST * CELLS - 1);
    return MIDDLES[cell].hi() - x + (fromMiddle(cell, y) + MIDDLES[cell].lo());
  }
}
