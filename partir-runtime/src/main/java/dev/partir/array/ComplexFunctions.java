package dev.partir.array;

import static dev.partir.array.Precise.HALF_PI;
import static dev.partir.array.Precise.LN_2;
import static dev.partir.array.Precise.sinCos;

/**
 * Functions of complex numbers, right to the last bit of each part. Branch cuts, signed zeros and
 * infinities are those of C (ISO/IEC 9899:2011, Annex G); the inverse functions follow Kahan,
 * "Branch cuts for complex elementary functions, or: much ado about nothing's sign bit" (1987).
 */
public final class ComplexFunctions {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  /** Above, 1 does not count beside the square of a number even in {@link DoubleDouble}. */
  private static final double HUGE = 0x1p60;

  private ComplexFunctions() {}

  /** A function of one complex number. */
  public interface Unary {
    /** Stores real and imaginary part of the value at {@code re + im i} in {@code out}. */
    void apply(double re, double im, double[] out);
  }

  /** A function of two complex numbers. */
  public interface Binary {
    /** Stores real and imaginary part of the value at {@code a + b i, c + d i} in {@code out}. */
    void apply(double a, double b, double c, double d, double[] out);
  }

  private static void set(double[] out, double re, double im) {
    out[0] = re;
    out[1] = im;
  }

  private static void set(double[] out, Complex value) {
    out[0] = value.re().value();
    out[1] = value.im().value();
  }

  private static boolean finite(double x, double y) {
    return Double.isFinite(x) && Double.isFinite(y);
  }

  public static void exp(double x, double y, double[] out) {
    if (y == 0) {
      set(out, Math.exp(x), y);
    } else if (x == Double.NEGATIVE_INFINITY) {
      boolean known = Double.isFinite(y);
      set(
          out,
          known ? Math.copySign(0, Math.cos(y)) : 0,
          known ? Math.copySign(0, Math.sin(y)) : 0);
    } else if (x == INFINITY) {
      boolean known = Double.isFinite(y);
      set(
          out,
          known ? Math.copySign(INFINITY, Math.cos(y)) : INFINITY,
          known ? Math.copySign(INFINITY, Math.sin(y)) : NAN);
    } else if (finite(x, y)) {
      set(out, Complex.of(x, y).exp());
    } else {
      set(out, NAN, NAN);
    }
  }

  public static void expm1(double x, double y, double[] out) {
    if (!finite(x, y) || y == 0 || Math.abs(x) > 100) {
      exp(x, y, out);
      set(out, y == 0 ? Math.expm1(x) : out[0] - 1, out[1]);
      return;
    }
    DoubleDouble less = Precise.expm1(DoubleDouble.of(x));
    DoubleDouble[] angle = sinCos(DoubleDouble.of(y));
    DoubleDouble half = Precise.sin(DoubleDouble.of(y / 2));
    set(
        out,
        new Complex(
            less.times(angle[1]).minus(half.squared().scaled(1)), less.plus(1).times(angle[0])));
  }

  public static void log(double x, double y, double[] out) {
    if (x == 0 && y == 0) {
      set(out, Double.NEGATIVE_INFINITY, Math.atan2(y, x));
    } else if (finite(x, y)) {
      set(out, Complex.of(x, y).log());
    } else {
      boolean infinite = Double.isInfinite(x) || Double.isInfinite(y);
      set(out, infinite ? INFINITY : NAN, Math.atan2(y, x));
    }
  }

  public static void log1p(double x, double y, double[] out) {
    if (!finite(x, y) || Math.abs(x) > HUGE || Math.abs(y) > HUGE || (x == -1 && y == 0)) {
      log(x + 1, y, out);
      return;
    }
    // |1 + z|^2 - 1
    DoubleDouble right = DoubleDouble.product(x, x);
    DoubleDouble up = DoubleDouble.product(y, y);
    DoubleDouble excess = DoubleDouble.sum(2 * x, right.hi(), up.hi(), right.lo(), up.lo());
    Complex more = new Complex(DoubleDouble.sum(1, x), DoubleDouble.of(y));
    DoubleDouble magnitude =
        excess.hi() > -0.5 ? Precise.log1p(excess).scaled(-1) : more.log().re();
    set(out, tinyOr(x, y, magnitude), tinyOr(y, x, more.argument()));
  }

  /** Returns {@code part} where both are too small to be squared, for then log1p(z) = z. */
  private static double tinyOr(double part, double other, DoubleDouble value) {
    return Math.abs(part) < 0x1p-400 && Math.abs(other) < 0x1p-400 ? part : value.value();
  }

  /** Stores 1 / (1 + e<sup>-z</sup>). */
  public static void logistic(double x, double y, double[] out) {
    if (!finite(x, y)) {
      exp(-Math.abs(x), x < 0 ? y : -y, out);
      double below = out[0];
      double side = out[1];
      divide(x < 0 ? below : 1, x < 0 ? side : 0, 1 + below, side, out);
      return;
    }
    // The power that does not overflow.
    Complex power = Complex.of(x < 0 ? x : -x, x < 0 ? y : -y).exp();
    Complex bottom = power.plus(1);
    if (bottom.re().isZero() && bottom.im().isZero()) {
      set(out, INFINITY, NAN);
    } else {
      set(out, (x < 0 ? power : Complex.ONE).over(bottom));
    }
    if (y == 0) {
      out[1] = y;
    }
  }

  public static void sqrt(double x, double y, double[] out) {
    if (Double.isInfinite(y)) {
      set(out, INFINITY, y);
    } else if (x == INFINITY) {
      set(out, x, Double.isNaN(y) ? y : Math.copySign(0, y));
    } else if (x == Double.NEGATIVE_INFINITY) {
      set(out, Double.isNaN(y) ? NAN : 0, Math.copySign(INFINITY, y));
    } else if (!finite(x, y)) {
      set(out, NAN, NAN);
    } else if (x == 0 && y == 0) {
      set(out, 0, y);
    } else {
      set(out, Complex.of(x, y).sqrt());
      if (y == 0) {
        set(out, x < 0 ? 0 : out[0], x < 0 ? Math.copySign(out[1], y) : y);
      }
    }
  }

  /** Stores 1 / sqrt(z), the conjugate of sqrt(z) over |z|. */
  public static void rsqrt(double x, double y, double[] out) {
    if (x == 0 && y == 0) {
      set(out, INFINITY, NAN);
    } else if (finite(x, y)) {
      Complex z = Complex.of(x, y);
      // An even power of two keeps the quotient of small numbers within range.
      int shift = z.exponent() / 2;
      Complex near = z.scaled(-2 * shift);
      set(out, near.sqrt().conjugate().over(near.abs()).scaled(-shift));
      if (y == 0) {
        set(out, x < 0 ? 0 : out[0], x < 0 ? Math.copySign(out[1], -y) : -y);
      }
    } else if (Double.isInfinite(x) || Double.isInfinite(y)) {
      set(out, 0, Math.copySign(0, -y));
    } else {
      set(out, NAN, NAN);
    }
  }

  /** Stores the principal cube root. */
  public static void cbrt(double x, double y, double[] out) {
    if (y == 0 && x >= 0) {
      set(out, Math.cbrt(x), y);
    } else if (finite(x, y)) {
      set(out, Complex.of(x, y).log().over(DoubleDouble.of(3)).exp());
    } else {
      power(x, y, 1.0 / 3, 0, out);
    }
  }

  public static void sinh(double x, double y, double[] out) {
    if (!finite(x, y)) {
      hyperbolicAtInfinity(x, y, false, out);
      return;
    }
    if (Math.abs(x) > 40) {
      // The other power of e is below the last bit.
      Complex power = Complex.of(Math.abs(x), y).exp(-1);
      set(out, power.re().value() * Math.signum(x), y == 0 ? y : power.im().value());
      return;
    }
    DoubleDouble real = DoubleDouble.of(x);
    DoubleDouble[] angle = sinCos(DoubleDouble.of(y));
    set(out, new Complex(Precise.sinh(real).times(angle[1]), Precise.cosh(real).times(angle[0])));
    if (x == 0) {
      out[0] = Math.copySign(0, x) * Math.copySign(1, angle[1].hi());
    }
    if (y == 0) {
      out[1] = y;
    }
  }

  public static void cosh(double x, double y, double[] out) {
    if (!finite(x, y)) {
      hyperbolicAtInfinity(x, y, true, out);
      return;
    }
    if (Math.abs(x) > 40) {
      Complex power = Complex.of(Math.abs(x), y).exp(-1);
      set(
          out,
          power.re().value(),
          y == 0 ? y * Math.signum(x) : power.im().value() * Math.signum(x));
      return;
    }
    DoubleDouble real = DoubleDouble.of(x);
    DoubleDouble[] angle = sinCos(DoubleDouble.of(y));
    set(out, new Complex(Precise.cosh(real).times(angle[1]), Precise.sinh(real).times(angle[0])));
    if (x == 0 || y == 0) {
      double sine = y == 0 ? y : angle[0].hi();
      out[1] = Math.copySign(0, x) * Math.copySign(1, sine);
    }
  }

  /** Stores sinh or cosh where a part is infinite or NaN. */
  private static void hyperbolicAtInfinity(double x, double y, boolean even, double[] out) {
    double sign = Math.signum(x);
    if (Double.isInfinite(x) && Double.isFinite(y)) {
      double re = y == 0 ? 1 : Math.cos(y);
      double im = Math.sin(y);
      double side = y == 0 ? y : im * INFINITY;
      set(out, INFINITY * re * (even ? 1 : sign), side * (even ? sign : 1));
    } else if (Double.isInfinite(x)) {
      set(out, even ? INFINITY : x, NAN);
    } else if (x == 0) {
      set(out, even ? NAN : x, even ? x : NAN);
    } else {
      set(out, NAN, y == 0 ? y : NAN);
    }
  }

  /** Stores sin(z) = -i sinh(iz). */
  public static void sin(double x, double y, double[] out) {
    sinh(-y, x, out);
    set(out, out[1], -out[0]);
  }

  /** Stores cos(z) = cosh(iz). */
  public static void cos(double x, double y, double[] out) {
    cosh(-y, x, out);
  }

  /** Stores (sinh x cosh x + i sin y cos y) / (sinh(x)<sup>2</sup> + cos(y)<sup>2</sup>). */
  public static void tanh(double x, double y, double[] out) {
    if (Double.isNaN(x) || (!Double.isFinite(y) && Double.isFinite(x))) {
      set(out, x == 0 ? x : NAN, y == 0 ? y : NAN);
      return;
    }
    DoubleDouble[] angle =
        Double.isFinite(y) ? sinCos(DoubleDouble.of(y)) : sinCos(DoubleDouble.ZERO);
    DoubleDouble twist = angle[0].times(angle[1]);
    if (Math.abs(x) > 40) {
      DoubleDouble small =
          Double.isInfinite(x) ? DoubleDouble.ZERO : Precise.exp(DoubleDouble.of(-2 * Math.abs(x)));
      set(
          out,
          Math.signum(x),
          Math.copySign(small.times(twist).scaled(2).value(), y == 0 ? y : twist.hi()));
      return;
    }
    DoubleDouble sine = Precise.sinh(DoubleDouble.of(x));
    DoubleDouble bottom = sine.squared().plus(angle[1].squared());
    set(out, new Complex(sine.times(Precise.cosh(DoubleDouble.of(x))), twist).over(bottom));
    set(out, x == 0 ? x : out[0], y == 0 ? y : out[1]);
  }

  /** Stores tan(z) = -i tanh(iz). */
  public static void tan(double x, double y, double[] out) {
    tanh(-y, x, out);
    set(out, out[1], -out[0]);
  }

  public static void asin(double x, double y, double[] out) {
    if (!finite(x, y)) {
      // asin(z) = -i asinh(iz)
      asinhAtInfinity(-y, x, out);
      set(out, out[1], -out[0]);
      return;
    }
    DoubleDouble re;
    DoubleDouble im;
    if (Math.abs(x) > HUGE || Math.abs(y) > HUGE) {
      re = angle(DoubleDouble.of(x), DoubleDouble.of(Math.abs(y)));
      im = Complex.of(x, y).log().re().plus(LN_2);
      im = y < 0 || (y == 0 && 1 / y < 0) ? im.negated() : im;
    } else {
      Complex less = new Complex(DoubleDouble.sum(1, -x), DoubleDouble.of(-y)).sqrt();
      Complex more = new Complex(DoubleDouble.sum(1, x), DoubleDouble.of(y)).sqrt();
      re = angle(DoubleDouble.of(x), less.times(more).re());
      im = Precise.asinh(less.conjugate().times(more).im());
    }
    set(out, x == 0 ? x : re.value(), y == 0 && Math.abs(x) <= 1 ? y : im.value());
  }

  /**
   * Stores what both arc sine and arc cosine are made of: Re(sqrt(1 - z) sqrt(1 + z)), which is one
   * leg of a triangle whose other is Re(z) and whose angle is the real part of both, and the
   * absolute value of the imaginary part of both.
   */
  public static void asinAcosKernel(double x, double y, double[] out) {
    asin(x, y, out);
    double im = Math.abs(out[1]);
    if (!finite(x, y) || Math.abs(x) > HUGE || Math.abs(y) > HUGE) {
      set(out, Math.abs(y), im);
      return;
    }
    Complex less = new Complex(DoubleDouble.sum(1, -x), DoubleDouble.of(-y)).sqrt();
    Complex more = new Complex(DoubleDouble.sum(1, x), DoubleDouble.of(y)).sqrt();
    set(out, less.times(more).re().value(), im);
  }

  public static void acos(double x, double y, double[] out) {
    if (!finite(x, y)) {
      acosAtInfinity(x, y, out);
      return;
    }
    DoubleDouble re;
    DoubleDouble im;
    if (Math.abs(x) > HUGE || Math.abs(y) > HUGE) {
      re = angle(DoubleDouble.of(Math.abs(y)), DoubleDouble.of(x));
      im = Complex.of(x, y).log().re().plus(LN_2);
      im = y < 0 || (y == 0 && 1 / y < 0) ? im : im.negated();
    } else {
      Complex less = new Complex(DoubleDouble.sum(1, -x), DoubleDouble.of(-y)).sqrt();
      Complex more = new Complex(DoubleDouble.sum(1, x), DoubleDouble.of(y)).sqrt();
      re = angle(less.re(), more.re()).scaled(1);
      im = Precise.asinh(more.conjugate().times(less).im());
    }
    set(out, re.value(), y == 0 && Math.abs(x) <= 1 ? -y : im.value());
  }

  /** Returns the angle of a point, 0 at the origin. */
  private static DoubleDouble angle(DoubleDouble y, DoubleDouble x) {
    if (x.isZero()) {
      return y.isZero() ? DoubleDouble.ZERO : y.hi() > 0 ? HALF_PI : HALF_PI.negated();
    }
    if (y.isZero()) {
      return x.hi() < 0 ? Precise.PI : DoubleDouble.ZERO;
    }
    return Precise.atan2(y, x);
  }

  /** Stores acosh(z), which is acos(z) turned by a right angle to the right half plane. */
  public static void acosh(double x, double y, double[] out) {
    acos(x, y, out);
    double re = out[0];
    double im = out[1];
    boolean below = Math.copySign(1, y) < 0;
    set(out, Math.abs(im), below ? -re : re);
  }

  /** Stores asinh(z) = -i asin(iz). */
  public static void asinh(double x, double y, double[] out) {
    if (!finite(x, y)) {
      asinhAtInfinity(x, y, out);
      return;
    }
    asin(-y, x, out);
    set(out, out[1], -out[0]);
  }

  private static void asinhAtInfinity(double x, double y, double[] out) {
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      double re = Double.isInfinite(x) ? x : Math.copySign(INFINITY, x);
      set(out, re, Math.copySign(Math.atan2(Math.abs(y), Math.abs(x)), y));
    } else {
      set(out, NAN, y == 0 ? y : NAN);
    }
  }

  private static void acosAtInfinity(double x, double y, double[] out) {
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      double im = Double.isInfinite(y) ? -y : Math.copySign(INFINITY, -y);
      set(out, Math.atan2(Math.abs(y), x), im);
    } else {
      set(out, x == 0 ? Math.PI / 2 : NAN, NAN);
    }
  }

  public static void atanh(double x, double y, double[] out) {
    if (Double.isNaN(x) || Double.isNaN(y)) {
      boolean zero = Double.isInfinite(x) || Double.isInfinite(y) || x == 0;
      set(
          out,
          zero ? Math.copySign(0, x) : NAN,
          Double.isInfinite(y) ? Math.copySign(Math.PI / 2, y) : NAN);
      return;
    }
    if (y == 0 && Math.abs(x) == 1) {
      set(out, x * INFINITY, y);
      return;
    }
    if (!finite(x, y) || Math.abs(x) > HUGE || Math.abs(y) > HUGE) {
      // 1/z, whose imaginary part does not count beside half of pi.
      double re = 0;
      if (finite(x, y)) {
        re = Complex.ONE.over(Complex.of(x, y)).re().value();
      }
      set(out, Math.copySign(re, x), Math.copySign(Math.PI / 2, y));
      return;
    }
    DoubleDouble size = DoubleDouble.of(Math.abs(x));
    DoubleDouble gap = DoubleDouble.sum(1, -Math.abs(x));
    DoubleDouble re;
    if (gap.isZero() && Math.abs(y) < 0x1p-300) {
      // The square of the distance from the pole underflows.
      re = LN_2.minus(Precise.log(DoubleDouble.of(Math.abs(y)))).scaled(-1);
    } else {
      DoubleDouble distance = gap.squared().plus(DoubleDouble.product(y, y));
      re = Precise.log1p(size.scaled(2).over(distance)).scaled(-2);
    }
    DoubleDouble right =
        DoubleDouble.sum(1, -x).times(DoubleDouble.sum(1, x)).minus(DoubleDouble.product(y, y));
    DoubleDouble im = angle(DoubleDouble.of(y).scaled(1), right).scaled(-1);
    double side = y == 0 ? (Math.abs(x) > 1 ? Math.copySign(Math.PI / 2, y) : y) : im.value();
    set(out, Math.copySign(re.value(), x), side);
  }

  /** Stores atan(z) = -i atanh(iz). */
  public static void atan(double x, double y, double[] out) {
    atanh(-y, x, out);
    set(out, out[1], -out[0]);
  }

  /** Stores z / |z|, 0 at 0. */
  public static void sign(double x, double y, double[] out) {
    if (x == 0 && y == 0) {
      set(out, x, y);
    } else if (finite(x, y)) {
      Complex z = Complex.of(x, y);
      Complex near = z.scaled(-z.exponent());
      set(out, near.over(near.abs()));
    } else {
      double magnitude = Math.hypot(x, y);
      set(out, x / magnitude, y / magnitude);
    }
  }

  /** Stores the square. */
  public static void square(double x, double y, double[] out) {
    set(out, (x - y) * (x + y), 2 * x * y);
  }

  public static void add(double a, double b, double c, double d, double[] out) {
    set(out, a + c, b + d);
  }

  public static void subtract(double a, double b, double c, double d, double[] out) {
    set(out, a - c, b - d);
  }

  public static void multiply(double a, double b, double c, double d, double[] out) {
    if (finite(a, b) && finite(c, d)) {
      set(
          out,
          DoubleDouble.product(a, c).minus(DoubleDouble.product(b, d)).value(),
          DoubleDouble.product(a, d).plus(DoubleDouble.product(b, c)).value());
      if (finite(out[0], out[1])) {
        return;
      }
    }
    set(out, a * c - b * d, a * d + b * c);
    recover(a, b, c, d, out);
  }

  /** Stores the infinity that a product has where a factor is infinite and its parts are NaN. */
  private static void recover(double a, double b, double c, double d, double[] out) {
    if (!Double.isNaN(out[0]) || !Double.isNaN(out[1])) {
      return;
    }
    boolean first = Double.isInfinite(a) || Double.isInfinite(b);
    boolean second = Double.isInfinite(c) || Double.isInfinite(d);
    boolean some =
        Double.isInfinite(a * c)
            || Double.isInfinite(b * d)
            || Double.isInfinite(a * d)
            || Double.isInfinite(b * c);
    if (first || second || some) {
      double p = first ? unit(a) : number(a);
      double q = first ? unit(b) : number(b);
      double r = second ? unit(c) : number(c);
      double s = second ? unit(d) : number(d);
      set(out, INFINITY * (p * r - q * s), INFINITY * (p * s + q * r));
    }
  }

  private static double unit(double part) {
    return Math.copySign(Double.isInfinite(part) ? 1 : 0, part);
  }

  private static double number(double part) {
    return Double.isNaN(part) ? Math.copySign(0, part) : part;
  }

  public static void divide(double a, double b, double c, double d, double[] out) {
    if (c == 0 && d == 0) {
      double zero = Math.copySign(0, c);
      set(out, a / zero, b / zero);
    } else if (finite(a, b) && finite(c, d)) {
      set(out, Complex.of(a, b).over(Complex.of(c, d)));
    } else if (finite(a, b) && (Double.isInfinite(c) || Double.isInfinite(d))) {
      set(out, 0 * (a * unit(c) + b * unit(d)), 0 * (b * unit(c) - a * unit(d)));
    } else if (finite(c, d) && (Double.isInfinite(a) || Double.isInfinite(b))) {
      double p = unit(a);
      double q = unit(b);
      set(out, INFINITY * (p * c + q * d), INFINITY * (q * c - p * d));
    } else {
      set(out, NAN, NAN);
    }
  }

  /** Stores e<sup>w log z</sup>; 1 where w is 0. */
  public static void power(double a, double b, double c, double d, double[] out) {
    if (c == 0 && d == 0) {
      set(out, 1, 0);
    } else if (a == 0 && b == 0) {
      if (c > 0) {
        set(out, 0, 0);
      } else {
        set(out, c < 0 && d == 0 ? INFINITY : NAN, NAN);
      }
    } else if (finite(a, b) && finite(c, d)) {
      Complex exponent = Complex.of(a, b).log().times(Complex.of(c, d));
      if (Math.abs(exponent.re().hi()) < 1e6 && Double.isFinite(exponent.im().hi())) {
        set(out, exponent.exp());
      } else {
        exp(exponent.re().hi(), exponent.im().hi(), out);
      }
    } else {
      log(a, b, out);
      multiply(out[0], out[1], c, d, out);
      exp(out[0], out[1], out);
    }
  }

  /**
   * Stores the angle of the point (z, w): -i log((w + iz) / sqrt(z<sup>2</sup> + w<sup>2</sup>)).
   */
  public static void atan2(double a, double b, double c, double d, double[] out) {
    Complex y = Complex.of(a, b);
    Complex x = Complex.of(c, d);
    Complex norm = y.times(y).plus(x.times(x));
    if (!finite(a, b) || !finite(c, d) || !finite(norm.re().hi(), norm.im().hi())) {
      set(out, NAN, NAN);
    } else if (norm.re().isZero() && norm.im().isZero()) {
      set(out, a == 0 && b == 0 && c == 0 && d == 0 ? 0 : NAN, a == 0 && c == 0 ? 0 : NAN);
    } else {
      Complex direction = x.plus(y.timesI()).over(norm.sqrt());
      Complex log = direction.log();
      set(out, log.im().value(), -log.re().value());
    }
  }
}
