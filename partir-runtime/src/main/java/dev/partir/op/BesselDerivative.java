package dev.partir.op;

import dev.partir.array.ChebyshevSeries;
import dev.partir.array.SpecialFunctions;
import dev.partir.ir.ElementType;
import dev.partir.ir.Value;

/**
 * The derivative of {@code chlo.bessel_i1e}. No operation computes the function that it is, so it
 * is a Chebyshev series of x up to a border, and behind it one of 1/x over x^(3/2), as Bessel
 * functions are computed themselves (Clenshaw, "Chebyshev series for mathematical functions",
 * 1962). The series are those of the function that the interpreter would have. Narrow types are
 * computed in f32.
 */
final class BesselDerivative {
  private static final double BORDER = 8;

  /** Enough for both series in f64. */
  private static final int MOST = 40;

  private static final BesselDerivative SINGLE = new BesselDerivative(Math.ulp(1f));
  private static final BesselDerivative DOUBLE = new BesselDerivative(Math.ulp(1.0));

  private final double[] near;
  private final double[] far;

  private BesselDerivative(double precision) {
    near =
        ChebyshevSeries.coefficients(
            u -> SpecialFunctions.besselI1eSlope((u + 1) * BORDER / 2), MOST, precision);
    far = ChebyshevSeries.coefficients(u -> scaled(2 * BORDER / (u + 1)), MOST, precision);
  }

  private static double scaled(double x) {
    return SpecialFunctions.besselI1eSlope(x) * x * Math.sqrt(x);
  }

  /** Returns the derivative at {@code x}. */
  static Value at(Terms t, Value x) {
    ElementType element = x.tensor().element();
    boolean isDouble = element == ElementType.F64;
    Value wide = t.convert(x, isDouble ? element : ElementType.F32);
    return t.convert((isDouble ? DOUBLE : SINGLE).of(t, wide), element);
  }

  private Value of(Terms t, Value x) {
    Value z = t.unary(UnaryOp.ABS, x);
    Value border = t.constant(x.tensor(), BORDER);
    Value isNear = t.compare(CompareOp.Direction.LE, z, border);
    // Each series is taken where it holds, so that neither gives infinities to be selected away.
    Value small = t.select(isNear, z, border);
    Value large = t.select(isNear, border, z);
    Value inverse = t.over(t.constant(x.tensor(), 2 * BORDER), large);
    Value root = t.unary(UnaryOp.RSQRT, large);
    return t.select(
        isNear,
        series(t, near, t.plus(t.times(small, 2 / BORDER), -1)),
        t.over(t.times(series(t, far, t.plus(inverse, -1)), root), large));
  }

  /** Sums a series (Clenshaw, "A note on the summation of Chebyshev series", 1955). */
  private static Value series(Terms t, double[] coefficients, Value u) {
    int last = coefficients.length - 1;
    Value twice = t.times(u, 2);
    Value afterNext = t.constant(u.tensor(), coefficients[last]);
    Value next = t.plus(t.times(twice, afterNext), coefficients[last - 1]);
    for (int k = last - 2; k > 0; k--) {
      Value sum = t.minus(t.plus(t.times(twice, next), coefficients[k]), afterNext);
      afterNext = next;
      next = sum;
    }
    return t.minus(t.plus(t.times(u, next), coefficients[0]), afterNext);
  }
}
