package dev.partir.array;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.stream.IntStream;

/**
 * Products of batches of matrices. Every sum runs over the contracted index in ascending order from
 * zero, so that the result does not depend on blocking or threads; every product and sum is rounded
 * in the element type, but fast arithmetic fuses those of f32.
 */
public final class MatrixProduct {
  /** Multiply-adds below which threads do not pay. */
  private static final long PARALLEL_WORK = 1 << 18;

  private MatrixProduct() {}

  /**
   * Returns the products of {@code batch} pairs of matrices: {@code left} is [batch, m, k], {@code
   * right} is [batch, k, n], both of the result's element type.
   *
   * @param result a type of batch * m * n elements
   */
  public static HostArray multiply(
      HostArray left,
      HostArray right,
      int batch,
      int m,
      int n,
      int k,
      TensorType result,
      Arithmetic arithmetic) {
    HostArray out = HostArray.zeros(result);
    if (out.length() == 0) {
      // Its sides may be larger than an int.
      return out;
    }
    IntStream rows = IntStream.range(0, batch * m);
    if ((long) batch * m * n * k > PARALLEL_WORK) {
      rows = rows.parallel();
    }
    ElementType element = result.element();
    if (element.isComplex()) {
      rows.forEach(row -> complexRow(left, right, out, row, row / m, n, k));
      return out;
    }
    switch (Storage.of(element)) {
      case FLOAT -> {
        if (element == ElementType.F32) {
          boolean fused = arithmetic == Arithmetic.FAST;
          floats(left.floats(), right.floats(), out.floats(), batch, m, n, k, fused);
        } else {
          float[] l = left.floats();
          float[] r = right.floats();
          float[] o = out.floats();
          rows.forEach(
              row -> {
                for (int j = 0; j < n; j++) {
                  o[row * n + j] = narrow(l, r, row, row / m, j, n, k, element);
                }
              });
        }
      }
      case DOUBLE ->
          rows.forEach(
              row -> doubleRow(left.doubles(), right.doubles(), out.doubles(), row, row / m, n, k));
      case INT ->
          rows.forEach(
              row -> intRow(left.ints(), right.ints(), out.ints(), row, row / m, n, k, element));
      case LONG ->
          rows.forEach(
              row -> longRow(left.longs(), right.longs(), out.longs(), row, row / m, n, k));
    }
    return out;
  }

  private static void floats(
      float[] left, float[] right, float[] out, int batch, int m, int n, int k, boolean fused) {
    // Threads share one product, or where there are many take one each.
    boolean share = batch < 4;
    IntStream products = IntStream.range(0, batch);
    if (!share && (long) batch * m * n * k > PARALLEL_WORK) {
      products = products.parallel();
    }
    products.forEach(
        b ->
            FloatProduct.multiply(
                new FloatProduct.Matrix(left, b * m * k, k, 1),
                new FloatProduct.Matrix(right, b * k * n, n, 1),
                new FloatProduct.Matrix(out, b * m * n, n, 1),
                m,
                n,
                k,
                fused,
                share));
  }

  /** Returns an element of the result of which every step is rounded to the element type. */
  private static float narrow(
      float[] left,
      float[] right,
      int row,
      int batch,
      int column,
      int n,
      int k,
      ElementType element) {
    float sum = 0;
    for (int p = 0; p < k; p++) {
      float product = left[row * k + p] * right[(batch * k + p) * n + column];
      sum = NumberFormat.round(element, sum + NumberFormat.round(element, product));
    }
    return sum;
  }

  private static void doubleRow(
      double[] left, double[] right, double[] out, int row, int batch, int n, int k) {
    for (int p = 0; p < k; p++) {
      double a = left[row * k + p];
      int r = (batch * k + p) * n;
      int o = row * n;
      for (int j = 0; j < n; j++) {
        out[o + j] += a * right[r + j];
      }
    }
  }

  private static void intRow(
      int[] left, int[] right, int[] out, int row, int batch, int n, int k, ElementType element) {
    int o = row * n;
    for (int p = 0; p < k; p++) {
      int a = left[row * k + p];
      int r = (batch * k + p) * n;
      for (int j = 0; j < n; j++) {
        out[o + j] += a * right[r + j];
      }
    }
    boolean bool = element == ElementType.I1;
    for (int j = 0; j < n; j++) {
      // Booleans multiply as and, add as or; a sum of at most 2^31 ones is zero only if all are.
      out[o + j] = bool ? (out[o + j] != 0 ? 1 : 0) : NumberFormat.wrap(element, out[o + j]);
    }
  }

  private static void longRow(
      long[] left, long[] right, long[] out, int row, int batch, int n, int k) {
    for (int p = 0; p < k; p++) {
      long a = left[row * k + p];
      int r = (batch * k + p) * n;
      int o = row * n;
      for (int j = 0; j < n; j++) {
        out[o + j] += a * right[r + j];
      }
    }
  }

  private static void complexRow(
      HostArray left, HostArray right, HostArray out, int row, int batch, int n, int k) {
    for (int j = 0; j < n; j++) {
      double real = 0;
      double imaginary = 0;
      int o = 2 * (row * n + j);
      for (int p = 0; p < k; p++) {
        int l = 2 * (row * k + p);
        int r = 2 * ((batch * k + p) * n + j);
        double a = left.get(l);
        double b = left.get(l + 1);
        double c = right.get(r);
        double d = right.get(r + 1);
        // Setting rounds to the element type: every product's parts, then every sum.
        out.set(o, a * c - b * d);
        out.set(o + 1, a * d + b * c);
        real += out.get(o);
        imaginary += out.get(o + 1);
        out.set(o, real);
        out.set(o + 1, imaginary);
        real = out.get(o);
        imaginary = out.get(o + 1);
      }
    }
  }
}
