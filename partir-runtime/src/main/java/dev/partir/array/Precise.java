package dev.partir.array;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The elementary functions in {@link DoubleDouble} precision, with relative errors of the order of
 * 1e-31. Arguments are finite.
 */
final class Precise {
  static final DoubleDouble LN_2 = new DoubleDouble(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56);
  static final DoubleDouble PI = new DoubleDouble(0x1.921fb54442d18p1, 0x1.1a62633145c07p-53);
  static final DoubleDouble HALF_PI = PI.scaled(-1);

  /** What {@link #HALF_PI} lacks of half of pi. */
  private static final double HALF_PI_REST = -0x1.f1976b7ed8fbcp-110;

  /** Bits of the fraction in which large arguments of sine and cosine are reduced. */
  private static final int FRACTION = 1300;

  /** The factorials' reciprocals, from that of 0. */
  private static final DoubleDouble[] INVERSE_FACTORIALS = inverseFactorials(30);

  private Precise() {}

  private static DoubleDouble[] inverseFactorials(int count) {
    DoubleDouble[] inverses = new DoubleDouble[count];
    BigDecimal factorial = BigDecimal.ONE;
    for (int n = 0; n < count; n++) {
      factorial = n == 0 ? factorial : factorial.multiply(BigDecimal.valueOf(n));
      inverses[n] = of(BigDecimal.ONE.divide(factorial, new MathContext(40)));
    }
    return inverses;
  }

  static DoubleDouble of(BigDecimal number) {
    double hi = number.doubleValue();
    return new DoubleDouble(hi, number.subtract(new BigDecimal(hi)).doubleValue());
  }

  /** Returns e<sup>x</sup>. */
  static DoubleDouble exp(DoubleDouble x) {
    if (x.hi() > 720) {
      return DoubleDouble.of(Double.POSITIVE_INFINITY);
    }
    if (x.hi() < -760) {
      return DoubleDouble.ZERO;
    }
    int power = (int) Math.rint(x.hi() / LN_2.hi());
    DoubleDouble rest = x.minus(LN_2.times(power));
    return small(rest).plus(1).scaled(power);
  }

  /** Returns e<sup>x</sup> - 1. */
  static DoubleDouble expm1(DoubleDouble x) {
    return Math.abs(x.hi()) < 0.4 ? small(x) : exp(x).minus(1);
  }

  /**
   * Returns e<sup>x</sup> - 1 for |x| &lt; 0.4: the Taylor series of x / 512, doubled nine times by
   * expm1(2x) = 2 expm1(x) + expm1(x)<sup>2</sup>.
   */
  private static DoubleDouble small(DoubleDouble x) {
    DoubleDouble part = x.scaled(-9);
    DoubleDouble sum = INVERSE_FACTORIALS[9];
    for (int n = 8; n >= 1; n--) {
      sum = sum.times(part).plus(INVERSE_FACTORIALS[n]);
    }
    sum = sum.times(part);
    for (int i = 0; i < 9; i++) {
      sum = sum.scaled(1).plus(sum.squared());
    }
    return sum;
  }

  /** Returns the natural logarithm of a positive number. */
  static DoubleDouble log(DoubleDouble x) {
    if (Math.abs(x.hi() - 1) < 0.2) {
      return nearOne(x.minus(1));
    }
    int power = Math.getExponent(x.hi());
    DoubleDouble mantissa = x.scaled(-power);
    // One step of Newton's method doubles the bits of the first guess.
    double guess = Math.log(mantissa.hi());
    DoubleDouble rest = mantissa.times(exp(DoubleDouble.of(-guess))).minus(1);
    return LN_2.times(power).plus(guess).plus(rest.minus(rest.squared().scaled(-1)));
  }

  /** Returns log(1 + x) for x &gt; -1: near zero 2 artanh(x / (2 + x)). */
  static DoubleDouble log1p(DoubleDouble x) {
    if (Math.abs(x.hi()) >= 0.2) {
      return log(x.plus(1));
    }
    return nearOne(x);
  }

  /** Returns log(1 + x) for x about as far from 0 as 0.2 at most. */
  private static DoubleDouble nearOne(DoubleDouble x) {
    DoubleDouble s = x.over(x.plus(2));
    DoubleDouble square = s.squared();
    int terms = Math.abs(s.hi()) < 1e-5 ? 4 : 17;
    DoubleDouble sum = DoubleDouble.ONE.over(2 * terms + 1);
    for (int n = terms - 1; n >= 0; n--) {
      sum = sum.times(square).plus(DoubleDouble.ONE.over(2 * n + 1));
    }
    return sum.times(s).scaled(1);
  }

  static DoubleDouble sinh(DoubleDouble x) {
    DoubleDouble less = expm1(x.abs());
    DoubleDouble sinh = less.plus(less.over(less.plus(1))).scaled(-1);
    return x.hi() < 0 ? sinh.negated() : sinh;
  }

  static DoubleDouble cosh(DoubleDouble x) {
    DoubleDouble power = exp(x.abs());
    return power.plus(DoubleDouble.ONE.over(power)).scaled(-1);
  }

  /** Returns the inverse of the hyperbolic sine. */
  static DoubleDouble asinh(DoubleDouble x) {
    DoubleDouble magnitude = x.abs();
    DoubleDouble result;
    if (magnitude.hi() > 1e20) {
      result = log(magnitude).plus(LN_2);
    } else {
      DoubleDouble square = magnitude.squared();
      result = log1p(magnitude.plus(square.over(square.plus(1).sqrt().plus(1))));
    }
    return x.hi() < 0 ? result.negated() : result;
  }

  static DoubleDouble sin(DoubleDouble x) {
    return sinCos(x)[0];
  }

  static DoubleDouble cos(DoubleDouble x) {
    return sinCos(x)[1];
  }

  /** Returns sine and cosine. */
  static DoubleDouble[] sinCos(DoubleDouble x) {
    DoubleDouble rest;
    int quadrant;
    if (Math.abs(x.hi()) < 1 << 20) {
      double turns = Math.rint(x.hi() / HALF_PI.hi());
      quadrant = (int) turns & 3;
      rest =
          x.minus(DoubleDouble.product(turns, HALF_PI.hi()))
              .minus(DoubleDouble.product(turns, HALF_PI.lo()))
              .minus(turns * HALF_PI_REST);
    } else {
      // The number is an integer times a power of two, which an exact fraction of pi reduces.
      BigInteger halfPi = PiFraction.VALUE.shiftRight(1);
      BigInteger exact =
          new BigDecimal(x.hi())
              .add(new BigDecimal(x.lo()))
              .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(FRACTION)))
              .toBigInteger();
      BigInteger[] parts = exact.divideAndRemainder(halfPi);
      quadrant = parts[0].intValue() & 3;
      rest =
          of(
              new BigDecimal(parts[1])
                  .divide(new BigDecimal(BigInteger.ONE.shiftLeft(FRACTION)), new MathContext(60)));
      if (rest.abs().hi() > HALF_PI.hi() / 2) {
        boolean positive = rest.hi() > 0;
        rest = positive ? rest.minus(HALF_PI) : rest.plus(HALF_PI);
        quadrant = (positive ? quadrant + 1 : quadrant - 1) & 3;
      }
    }
    DoubleDouble square = rest.squared().negated();
    DoubleDouble sine = INVERSE_FACTORIALS[29];
    DoubleDouble cosine = INVERSE_FACTORIALS[28];
    for (int n = 27; n >= 1; n -= 2) {
      sine = sine.times(square).plus(INVERSE_FACTORIALS[n]);
      cosine = cosine.times(square).plus(INVERSE_FACTORIALS[n - 1]);
    }
    sine = sine.times(rest);
    return switch (quadrant) {
      case 0 -> new DoubleDouble[] {sine, cosine};
      case 1 -> new DoubleDouble[] {cosine, sine.negated()};
      case 2 -> new DoubleDouble[] {sine.negated(), cosine.negated()};
      default -> new DoubleDouble[] {cosine.negated(), sine};
    };
  }

  /** Pi times 2 to the power {@link #FRACTION}, by Machin's formula; computed when first needed. */
  private static final class PiFraction {
    static final BigInteger VALUE =
        arctanOfInverse(5).shiftLeft(4).subtract(arctanOfInverse(239).shiftLeft(2));

    private static BigInteger arctanOfInverse(int n) {
      int guard = 64;
      BigInteger power = BigInteger.ONE.shiftLeft(FRACTION + guard).divide(BigInteger.valueOf(n));
      BigInteger square = BigInteger.valueOf((long) n * n);
      BigInteger sum = power;
      for (int k = 1; power.signum() != 0; k++) {
        power = power.divide(square);
        BigInteger term = power.divide(BigInteger.valueOf(2 * k + 1));
        sum = k % 2 == 1 ? sum.subtract(term) : sum.add(term);
      }
      return sum.shiftRight(guard);
    }
  }

  /** Returns the angle of the point (x, y), which is not the origin. */
  static DoubleDouble atan2(DoubleDouble y, DoubleDouble x) {
    // Only the quotient matters; without extremes nothing overflows or underflows.
    int shift = -Math.max(Math.getExponent(x.hi()), Math.getExponent(y.hi()));
    DoubleDouble up = y.scaled(shift);
    DoubleDouble right = x.scaled(shift);
    double guess = Math.atan2(up.hi(), right.hi());
    if (Math.abs(up.hi()) < 1e-250 && right.hi() > 0) {
      return up.over(right);
    }
    DoubleDouble[] at = sinCos(DoubleDouble.of(guess));
    // The sine of what the guess lacks, which is as small as the last bit of the guess.
    DoubleDouble lacks =
        up.times(at[1]).minus(right.times(at[0])).over(right.squared().plus(up.squared()).sqrt());
    return lacks.plus(guess);
  }
}
