package dev.partir.array;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A function of numbers from -1 to 1 as a sum of Chebyshev polynomials (Mason and Handscomb,
 * "Chebyshev Polynomials", 2003, section 6.3.1: interpolation at the zeros of one of them).
 */
public final class ChebyshevSeries {
  private ChebyshevSeries() {}

  /**
   * Returns the coefficients of a function, from that of the polynomial of degree 0. Those at the
   * end that are nothing to the largest in a given precision are left out.
   *
   * @param most how many there are at most
   * @param precision the relative error, such as 2<sup>-24</sup>
   */
  public static double[] coefficients(DoubleUnaryOperator function, int most, double precision) {
    double[] values = new double[most];
    for (int i = 0; i < most; i++) {
      values[i] = function.applyAsDouble(cosine(2L * i + 1, most));
    }
    double[] coefficients = new double[most];
    double largest = 0;
    for (int k = 0; k < most; k++) {
      DoubleDouble sum = DoubleDouble.ZERO;
      for (int i = 0; i < most; i++) {
        sum = sum.plus(DoubleDouble.product(values[i], cosine(k * (2L * i + 1), most)));
      }
      coefficients[k] = sum.value() * (k == 0 ? 1 : 2) / most;
      largest = Math.max(largest, Math.abs(coefficients[k]));
    }
    int count = most;
    while (count > 1 && Math.abs(coefficients[count - 1]) <= precision * largest) {
      count--;
    }
    return Arrays.copyOf(coefficients, count);
  }

  /** Returns the cosine of {@code parts} of a right angle's {@code count}. */
  private static double cosine(long parts, int count) {
    return Math.cos(Math.PI / 2 * (parts % (4L * count)) / count);
  }
}
