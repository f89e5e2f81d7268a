package dev.partir.array;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The gamma function's logarithm and derivatives and the zeta function in double precision (NIST
 * Digital Library of Mathematical Functions, chapters 5 and 25). All is computed in {@link
 * DoubleDouble} precision, so that zeros and reflected arguments keep their last bit.
 */
public final class GammaFunctions {
  /** Above, the asymptotic series are used; smaller arguments are moved there. */
  private static final int FAR = 28;

  /** The Bernoulli numbers B(2), B(4), ... */
  private static final DoubleDouble[] BERNOULLI = bernoulli(18);

  private static final DoubleDouble HALF_LOG_TWO_PI = Precise.log(Precise.PI.scaled(1)).scaled(-1);

  /** Coefficients of the powers from 1 of log gamma(1 + z) (5.7.3). */
  private static final DoubleDouble[] ABOUT_ONE = aboutOne(18);

  private GammaFunctions() {}

  /** Computes the numbers exactly, by the recurrence 24.5.3. */
  private static DoubleDouble[] bernoulli(int count) {
    int last = 2 * count;
    BigInteger[] numerators = new BigInteger[last + 1];
    BigInteger[] denominators = new BigInteger[last + 1];
    DoubleDouble[] even = new DoubleDouble[count];
    for (int n = 0; n <= last; n++) {
      BigInteger numerator = n == 0 ? BigInteger.ONE : BigInteger.ZERO;
      BigInteger denominator = BigInteger.ONE;
      BigInteger binomial = BigInteger.ONE;
      for (int k = 0; k < n; k++) {
        // numerator / denominator -= binomial(n + 1, k) B(k)
        numerator =
            numerator
                .multiply(denominators[k])
                .subtract(binomial.multiply(numerators[k]).multiply(denominator));
        denominator = denominator.multiply(denominators[k]);
        binomial =
            binomial.multiply(BigInteger.valueOf(n + 1 - k)).divide(BigInteger.valueOf(k + 1));
        BigInteger common = numerator.gcd(denominator);
        numerator = numerator.divide(common);
        denominator = denominator.divide(common);
      }
      numerators[n] = numerator;
      denominators[n] = n == 0 ? denominator : denominator.multiply(BigInteger.valueOf(n + 1));
      if (n > 0 && n % 2 == 0) {
        even[n / 2 - 1] =
            Precise.of(
                new BigDecimal(numerators[n])
                    .divide(new BigDecimal(denominators[n]), new MathContext(40)));
      }
    }
    return even;
  }

  private static DoubleDouble[] aboutOne(int count) {
    DoubleDouble[] coefficients = new DoubleDouble[count];
    coefficients[0] = digamma(DoubleDouble.ONE);
    for (int n = 2; n <= count; n++) {
      DoubleDouble term = hurwitz(n, 1, DoubleDouble.ZERO).over(n);
      coefficients[n - 1] = n % 2 == 0 ? term : term.negated();
    }
    return coefficients;
  }

  /** Returns sine and cosine of pi x. */
  private static DoubleDouble[] sinCosPi(double x) {
    return Precise.sinCos(Precise.PI.times(x - 2 * Math.rint(x / 2)));
  }

  /** Returns the logarithm of the absolute value of the gamma function. */
  public static double lgamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Double.isInfinite(x) || (x <= 0 && x == Math.rint(x)) || x > 0x1p1015) {
      return Double.POSITIVE_INFINITY;
    }
    if (x >= 0.5) {
      return logGamma(DoubleDouble.of(x)).value();
    }
    if (Math.abs(x) < 1e-30) {
      return -Math.log(Math.abs(x));
    }
    // 5.5.3
    DoubleDouble reflected = logGamma(DoubleDouble.sum(1, -x));
    return Precise.log(Precise.PI.over(sinCosPi(x)[0].abs())).minus(reflected).value();
  }

  /** Returns log gamma(x) for x from 0.5. */
  private static DoubleDouble logGamma(DoubleDouble x) {
    if (Math.abs(x.hi() - 1) < 0.01) {
      return aboutOne(x.minus(1));
    }
    if (Math.abs(x.hi() - 2) < 0.01) {
      DoubleDouble off = x.minus(2);
      return aboutOne(off).plus(Precise.log1p(off));
    }
    DoubleDouble far = x;
    DoubleDouble product = DoubleDouble.ONE;
    while (far.hi() < FAR) {
      product = product.times(far);
      far = far.plus(1);
    }
    // 5.11.1
    DoubleDouble inverse = DoubleDouble.ONE.over(far);
    DoubleDouble square = inverse.squared();
    DoubleDouble sum = DoubleDouble.ZERO;
    for (int k = BERNOULLI.length; k >= 1; k--) {
      sum = sum.times(square).plus(BERNOULLI[k - 1].over(2.0 * k * (2 * k - 1)));
    }
    DoubleDouble log = Precise.log(far);
    return log.minus(1)
        .times(far)
        .minus(log.scaled(-1))
        .plus(HALF_LOG_TWO_PI)
        .plus(sum.times(inverse))
        .minus(Precise.log(product));
  }

  private static DoubleDouble aboutOne(DoubleDouble off) {
    DoubleDouble sum = DoubleDouble.ZERO;
    for (int n = ABOUT_ONE.length - 1; n >= 0; n--) {
      sum = sum.plus(ABOUT_ONE[n]).times(off);
    }
    return sum;
  }

  /** Returns the derivative of log gamma; NaN at its poles, the integers up to 0. */
  public static double digamma(double x) {
    if (Double.isNaN(x) || x == Double.NEGATIVE_INFINITY || (x <= 0 && x == Math.rint(x))) {
      return Double.NaN;
    }
    if (x > 1e30) {
      return Math.log(x);
    }
    if (x >= 0.5) {
      return digamma(DoubleDouble.of(x)).value();
    }
    // 5.5.4
    DoubleDouble[] angle = sinCosPi(x);
    return digamma(DoubleDouble.sum(1, -x))
        .minus(Precise.PI.times(angle[1]).over(angle[0]))
        .value();
  }

  private static DoubleDouble digamma(DoubleDouble x) {
    DoubleDouble far = x;
    DoubleDouble moved = DoubleDouble.ZERO;
    while (far.hi() < FAR) {
      moved = moved.plus(DoubleDouble.ONE.over(far));
      far = far.plus(1);
    }
    // 5.11.2
    DoubleDouble inverse = DoubleDouble.ONE.over(far);
    DoubleDouble square = inverse.squared();
    DoubleDouble sum = DoubleDouble.ZERO;
    for (int k = BERNOULLI.length; k >= 1; k--) {
      sum = sum.plus(BERNOULLI[k - 1].over(2.0 * k)).times(square);
    }
    return Precise.log(far).minus(inverse.scaled(-1)).minus(sum).minus(moved);
  }

  /**
   * Returns the derivative number {@code n} of digamma, NaN where {@code n} is no natural number
   * (5.15.1 with 25.11.12).
   */
  public static double polygamma(double n, double x) {
    if (n == 0) {
      return digamma(x);
    }
    if (!(n > 0) || n != Math.rint(n)) {
      return Double.NaN;
    }
    double sign = n % 2 == 0 ? -1 : 1;
    double special = zetaAtLimits(n + 1, x);
    if (special != 0) {
      return sign * special;
    }
    if (n > 150) {
      // Neither the factorial nor the sum need be within range.
      DoubleDouble scale = x > 1 ? Precise.log(DoubleDouble.of(x)) : DoubleDouble.ZERO;
      DoubleDouble zeta = hurwitz(n + 1, x, scale);
      DoubleDouble log =
          logGamma(DoubleDouble.sum(n, 1))
              .plus(Precise.log(zeta.abs()))
              .minus(scale.times(DoubleDouble.sum(n, 1)));
      return sign * Math.signum(zeta.hi()) * Precise.exp(log).value();
    }
    DoubleDouble zeta = hurwitz(n + 1, x, DoubleDouble.ZERO);
    for (int k = 2; k <= n; k++) {
      zeta = zeta.times(k);
    }
    return sign * zeta.value();
  }

  /** Returns the Hurwitz zeta function, the sum of (q + n)<sup>-x</sup> over n from 0. */
  public static double zeta(double x, double q) {
    double special = zetaAtLimits(x, q);
    return special != 0 ? special : hurwitz(x, q, DoubleDouble.ZERO).value();
  }

  /** Returns the value where it is no sum that converges to a number, else 0. */
  private static double zetaAtLimits(double x, double q) {
    if (Double.isNaN(x) || Double.isNaN(q) || x < 1) {
      return Double.NaN;
    }
    if (x == 1) {
      return Double.POSITIVE_INFINITY;
    }
    if (q <= 0) {
      if (q == Math.rint(q)) {
        // A term has the base zero; its sign is that of an even power.
        return x == Math.rint(x) && x % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      }
      if (x != Math.rint(x)) {
        return Double.NaN;
      }
    }
    return 0;
  }

  /**
   * Returns the zeta function times e<sup>x scale</sup>: sums the first terms, and the rest by the
   * Euler-Maclaurin formula (25.11.28).
   */
  private static DoubleDouble hurwitz(double x, double q, DoubleDouble scale) {
    if (Double.isInfinite(x) || q == Double.POSITIVE_INFINITY) {
      return q == 1 ? DoubleDouble.ONE : DoubleDouble.of(q < 1 ? Double.POSITIVE_INFINITY : 0);
    }
    DoubleDouble sum = DoubleDouble.ZERO;
    DoubleDouble base = DoubleDouble.of(q);
    // So far that the terms of the rest shrink by ten each.
    double far = Math.max(FAR, (x + 2 * BERNOULLI.length) / 1.7);
    while (base.hi() < far) {
      DoubleDouble term = power(base, x, scale);
      sum = sum.plus(term);
      if (base.hi() > 1 && Math.abs(term.hi()) <= Math.abs(sum.hi()) * 0x1p-120) {
        return sum;
      }
      base = base.plus(1);
    }
    DoubleDouble power = power(base, x, scale);
    DoubleDouble rest = base.over(DoubleDouble.sum(x, -1)).plus(0.5);
    DoubleDouble factor = DoubleDouble.of(x).over(base);
    DoubleDouble inverse = DoubleDouble.ONE.over(base.squared());
    for (int k = 1; k <= BERNOULLI.length; k++) {
      factor = factor.over(2 * k).over(2 * k == 2 ? 1 : 2 * k - 1);
      DoubleDouble term = BERNOULLI[k - 1].times(factor);
      rest = rest.plus(term);
      if (Math.abs(term.hi()) < Math.abs(rest.hi()) * 0x1p-110) {
        break;
      }
      factor = factor.times(DoubleDouble.sum(x, 2 * k - 1)).times(DoubleDouble.sum(x, 2 * k));
      factor = factor.times(inverse);
    }
    return sum.plus(power.times(rest));
  }

  /** Returns (|base| / e<sup>scale</sup>)<sup>-x</sup>, negative for odd x and negative bases. */
  private static DoubleDouble power(DoubleDouble base, double x, DoubleDouble scale) {
    DoubleDouble power = Precise.exp(Precise.log(base.abs()).minus(scale).times(-x));
    return base.hi() < 0 && x % 2 != 0 ? power.negated() : power;
  }
}
