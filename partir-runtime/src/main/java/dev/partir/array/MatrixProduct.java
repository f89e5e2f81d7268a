package dev.partir.array;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.stream.IntStream;

/**
 * Products of batches of matrices. Every sum runs over the contracted index in ascending order from
 * zero and every product and sum is rounded in the element type, so that the result does not depend
 * on blocking or threads.
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
      HostArray left, HostArray right, int batch, int m, int n, int k, TensorType result) {
    HostArray out = HostArray.zeros(result);
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
          // Blocks of rows share the passes over the right matrix.
          int blocks = (m + ROWS - 1) / ROWS;
          IntStream tasks = IntStream.range(0, batch * blocks);
          if ((long) batch * m * n * k > PARALLEL_WORK) {
            tasks = tasks.parallel();
          }
          tasks.forEach(
              task -> {
                int b = task / blocks;
                int first = task % blocks * ROWS;
                floatRows(
                    left.floats(),
                    (b * m + first) * k,
                    right.floats(),
                    b * k * n,
                    out.floats(),
                    (b * m + first) * n,
                    Math.min(ROWS, m - first),
                    n,
                    k);
              });
        } else {
          rows.forEach(
              row ->
                  narrowRow(
                      left.floats(), right.floats(), out.floats(), row, row / m, n, k, element));
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

  private static final int ROWS = 16;

  /**
   * Multiplies {@code rows} rows of the left matrix; four contracted indices at a time, added in
   * their order.
   */
  private static void floatRows(
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      float[] out,
      int outAt,
      int rows,
      int n,
      int k) {
    int p = 0;
    for (; p + 4 <= k; p += 4) {
      int r0 = rightAt + p * n;
      int r1 = r0 + n;
      int r2 = r1 + n;
      int r3 = r2 + n;
      for (int i = 0; i < rows; i++) {
        int a = leftAt + i * k + p;
        floatStep4(
            out,
            outAt + i * n,
            right,
            r0,
            r1,
            r2,
            r3,
            left[a],
            left[a + 1],
            left[a + 2],
            left[a + 3],
            n);
      }
    }
    for (; p < k; p++) {
      int r = rightAt + p * n;
      for (int i = 0; i < rows; i++) {
        float a = left[leftAt + i * k + p];
        int o = outAt + i * n;
        for (int j = 0; j < n; j++) {
          out[o + j] += a * right[r + j];
        }
      }
    }
  }

  private static void floatStep4(
      float[] out,
      int o,
      float[] right,
      int r0,
      int r1,
      int r2,
      int r3,
      float a0,
      float a1,
      float a2,
      float a3,
      int n) {
    for (int j = 0; j < n; j++) {
      out[o + j] =
          (((out[o + j] + a0 * right[r0 + j]) + a1 * right[r1 + j]) + a2 * right[r2 + j])
              + a3 * right[r3 + j];
    }
  }

  private static void narrowRow(
      float[] left,
      float[] right,
      float[] out,
      int row,
      int batch,
      int n,
      int k,
      ElementType element) {
    for (int p = 0; p < k; p++) {
      float a = left[row * k + p];
      int r = (batch * k + p) * n;
      int o = row * n;
      for (int j = 0; j < n; j++) {
        out[o + j] =
            NumberFormat.round(element, out[o + j] + NumberFormat.round(element, a * right[r + j]));
      }
    }
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
