package dev.partir.array;

import java.math.BigDecimal;

/**
 * A number as the unevaluated sum of two doubles, {@code hi} the nearest double to it: about 106
 * bits. Functions whose result must be right to the last bit of a double are computed in these and
 * rounded once (Dekker, "A floating-point technique for extending the available precision", 1971;
 * Joldes, Muller and Popescu, "Tight and rigorous error bounds for basic building blocks of
 * double-word arithmetic", 2017).
 */
record DoubleDouble(double hi, double lo) {
  static final DoubleDouble ZERO = new DoubleDouble(0, 0);
  static final DoubleDouble ONE = new DoubleDouble(1, 0);

  static DoubleDouble of(double value) {
    return new DoubleDouble(value, 0);
  }

  /** Returns {@code a + b} exactly. */
  static DoubleDouble sum(double a, double b) {
    double sum = a + b;
    double part = sum - a;
    return new DoubleDouble(sum, (a - (sum - part)) + (b - part));
  }

  /** Returns the sum of numbers, to the last bit however much of them cancels. */
  static DoubleDouble sum(double... terms) {
    DoubleDouble sum = ZERO;
    double largest = 0;
    for (double term : terms) {
      sum = sum.plus(term);
      largest = Math.max(largest, Math.abs(term));
    }
    if (Math.abs(sum.hi) > largest * 0x1p-40) {
      return sum;
    }
    BigDecimal exact = BigDecimal.ZERO;
    for (double term : terms) {
      exact = exact.add(new BigDecimal(term));
    }
    return Precise.of(exact);
  }

  /** Returns {@code a * b} exactly, unless the error underflows. */
  static DoubleDouble product(double a, double b) {
    double product = a * b;
    return new DoubleDouble(product, Math.fma(a, b, -product));
  }

  private static DoubleDouble normalized(double hi, double lo) {
    double sum = hi + lo;
    return new DoubleDouble(sum, lo - (sum - hi));
  }

  DoubleDouble plus(DoubleDouble other) {
    DoubleDouble high = sum(hi, other.hi);
    DoubleDouble low = sum(lo, other.lo);
    DoubleDouble first = normalized(high.hi, high.lo + low.hi);
    return normalized(first.hi, low.lo + first.lo);
  }

  DoubleDouble plus(double other) {
    DoubleDouble high = sum(hi, other);
    return normalized(high.hi, high.lo + lo);
  }

  DoubleDouble minus(DoubleDouble other) {
    return plus(other.negated());
  }

  DoubleDouble minus(double other) {
    return plus(-other);
  }

  DoubleDouble negated() {
    return new DoubleDouble(-hi, -lo);
  }

  DoubleDouble abs() {
    return hi < 0 ? negated() : this;
  }

  DoubleDouble times(DoubleDouble other) {
    double product = hi * other.hi;
    double error = Math.fma(hi, other.hi, -product);
    return normalized(product, error + Math.fma(hi, other.lo, lo * other.hi));
  }

  DoubleDouble times(double other) {
    double product = hi * other;
    return normalized(product, Math.fma(hi, other, -product) + lo * other);
  }

  /** Returns the product with a power of two. */
  DoubleDouble scaled(int exponent) {
    return new DoubleDouble(Math.scalb(hi, exponent), Math.scalb(lo, exponent));
  }

  DoubleDouble squared() {
    return times(this);
  }

  DoubleDouble over(DoubleDouble other) {
    double first = hi / other.hi;
    DoubleDouble rest = minus(other.times(first));
    double second = rest.hi / other.hi;
    rest = rest.minus(other.times(second));
    return normalized(first, second).plus(rest.hi / other.hi);
  }

  DoubleDouble over(double other) {
    return over(of(other));
  }

  /** Returns the square root of a number that is not negative. */
  DoubleDouble sqrt() {
    if (hi <= 0) {
      return ZERO;
    }
    double root = Math.sqrt(hi);
    DoubleDouble rest = minus(product(root, root));
    return normalized(root, rest.hi / (2 * root));
  }

  /** Returns the nearest double. */
  double value() {
    return Double.isInfinite(hi) ? hi : hi + lo;
  }

  boolean isZero() {
    return hi == 0;
  }
}
