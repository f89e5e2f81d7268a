package dev.partir.array;

import java.util.stream.IntStream;

/**
 * One product of matrices of f32. The right matrix is packed into panels whose rows are arrays of
 * their own: the compiler of the JVM vectorizes a loop over arrays that share an index, and over
 * nothing else that a product could be made of. A block of rows of the result stays in the
 * innermost cache while the panel goes by (Goto and van de Geijn, "Anatomy of high-performance
 * matrix multiplication", 2008), and every sum runs over the contracted index in ascending order.
 */
final class FloatProduct {
  /** Columns of a panel: a block of the result and four rows of the panel fill half of a cache. */
  private static final int COLUMNS = 512;

  /** Rows of the result that share a pass over the panel. */
  private static final int ROWS = 8;

  /** Numbers in the panels that are held at once. */
  private static final int PANEL = 1 << 22;

  private static final int PARALLEL_WORK = 1 << 18;

  private final Matrix left;
  private final Matrix right;
  private final Matrix out;
  private final int m;
  private final int n;
  private final int k;
  private final boolean fused;

  /** Where the element at (row, column) lies: {@code at + row * rowStep + column * columnStep}. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, and neither compared nor changed.
  record Matrix(float[] numbers, int at, int rowStep, int columnStep) {
    Matrix transposed() {
      return new Matrix(numbers, at, columnStep, rowStep);
    }

    private int place(int row, int column) {
      return at + row * rowStep + column * columnStep;
    }
  }

  private FloatProduct(Matrix left, Matrix right, Matrix out, int m, int n, int k, boolean fused) {
    this.left = left;
    this.right = right;
    this.out = out;
    this.m = m;
    this.n = n;
    this.k = k;
    this.fused = fused;
  }

  /**
   * Stores the product of {@code left}, [m, k], and {@code right}, [k, n].
   *
   * @param fused whether a product goes into its sum without being rounded
   * @param parallel whether to use several threads
   */
  static void multiply(
      Matrix left, Matrix right, Matrix out, int m, int n, int k, boolean fused, boolean parallel) {
    // The longer side of the result is the one to vectorize over.
    var product =
        n < 64 && m > n
            ? new FloatProduct(
                right.transposed(), left.transposed(), out.transposed(), n, m, k, fused)
            : new FloatProduct(left, right, out, m, n, k, fused);
    product.run(parallel && (long) m * n * k > PARALLEL_WORK);
  }

  private void run(boolean parallel) {
    int width = Math.min(n, COLUMNS);
    // Of a tall right matrix only so many columns at a time as can be held.
    int columns = Math.max(1, PANEL / Math.max(1, k * width)) * width;
    for (int from = 0; from < n; from += columns) {
      int first = from;
      int panels = (Math.min(columns, n - from) + width - 1) / width;
      float[][][] packed = new float[panels][][];
      each(
          panels,
          parallel,
          panel -> packed[panel] = pack(first + panel * width, widthAt(first + panel * width)));
      int blocks = (m + ROWS - 1) / ROWS;
      each(
          panels * blocks,
          parallel,
          task -> {
            int panel = task / blocks;
            int column = first + panel * width;
            block(packed[panel], task % blocks * ROWS, column, widthAt(column));
          });
    }
  }

  private int widthAt(int column) {
    return Math.min(COLUMNS, n - column);
  }

  private static void each(int count, boolean parallel, java.util.function.IntConsumer task) {
    IntStream tasks = IntStream.range(0, count);
    (parallel ? tasks.parallel() : tasks).forEach(task);
  }

  private float[][] pack(int column, int width) {
    float[][] panel = new float[k][width];
    float[] from = right.numbers;
    if (right.columnStep == 1) {
      for (int p = 0; p < k; p++) {
        System.arraycopy(from, right.place(p, column), panel[p], 0, width);
      }
      return panel;
    }
    for (int j = 0; j < width; j++) {
      int f = right.place(0, column + j);
      for (int p = 0; p < k; p++) {
        panel[p][j] = from[f + p * right.rowStep];
      }
    }
    return panel;
  }

  private void block(float[][] panel, int row, int column, int width) {
    int rows = Math.min(ROWS, m - row);
    float[][] sums = new float[rows][width];
    float[] a = left.numbers;
    int stride = left.columnStep;
    int p = 0;
    for (; p + 4 <= k; p += 4) {
      float[] b0 = panel[p];
      float[] b1 = panel[p + 1];
      float[] b2 = panel[p + 2];
      float[] b3 = panel[p + 3];
      for (int i = 0; i < rows; i++) {
        int at = left.place(row + i, p);
        float a0 = a[at];
        float a1 = a[at + stride];
        float a2 = a[at + 2 * stride];
        float a3 = a[at + 3 * stride];
        if (fused) {
          addFused(sums[i], b0, b1, b2, b3, a0, a1, a2, a3);
        } else {
          add(sums[i], b0, b1, b2, b3, a0, a1, a2, a3);
        }
      }
    }
    for (; p < k; p++) {
      for (int i = 0; i < rows; i++) {
        add(sums[i], panel[p], a[left.place(row + i, p)]);
      }
    }
    for (int i = 0; i < rows; i++) {
      int to = out.place(row + i, column);
      if (out.columnStep == 1) {
        System.arraycopy(sums[i], 0, out.numbers, to, width);
      } else {
        for (int j = 0; j < width; j++) {
          out.numbers[to + j * out.columnStep] = sums[i][j];
        }
      }
    }
  }

  private static void add(
      float[] sum,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float a0,
      float a1,
      float a2,
      float a3) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] = (((sum[j] + a0 * b0[j]) + a1 * b1[j]) + a2 * b2[j]) + a3 * b3[j];
    }
  }

  private static void addFused(
      float[] sum,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float a0,
      float a1,
      float a2,
      float a3) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] =
          Math.fma(
              a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], sum[j]))));
    }
  }

  private static void add(float[] sum, float[] b, float a) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += a * b[j];
    }
  }
}
