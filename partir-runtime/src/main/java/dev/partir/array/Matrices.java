package dev.partir.array;

/**
 * A stack of matrices of complex numbers in double precision, read from an array and written back
 * with one rounding, and what solves equations with them.
 */
public final class Matrices {
  private final int rows;
  private final int columns;
  private final double[] re;
  private final double[] im;

  private Matrices(int rows, int columns, double[] re, double[] im) {
    this.rows = rows;
    this.columns = columns;
    this.re = re;
    this.im = im;
  }

  /** Returns the matrices of the last two dimensions of an array. */
  public static Matrices of(HostArray array) {
    int rank = array.type().rank();
    boolean complex = array.type().element().isComplex();
    int count = (int) array.type().elementCount();
    double[] re = new double[count];
    double[] im = new double[count];
    for (int i = 0; i < count; i++) {
      re[i] = array.get(complex ? 2 * i : i);
      im[i] = complex ? array.get(2 * i + 1) : 0;
    }
    return new Matrices((int) array.type().dim(rank - 2), (int) array.type().dim(rank - 1), re, im);
  }

  /** Returns the matrices as an array of that type. */
  public HostArray toArray(dev.partir.ir.TensorType type) {
    HostArray array = HostArray.zeros(type);
    boolean complex = type.element().isComplex();
    for (int i = 0; i < re.length; i++) {
      array.set(complex ? 2 * i : i, re[i]);
      if (complex) {
        array.set(2 * i + 1, im[i]);
      }
    }
    return array;
  }

  /** Returns the conjugates of the transposes. */
  private Matrices adjoint() {
    Matrices result = transposed();
    for (int i = 0; i < re.length; i++) {
      result.im[i] = -result.im[i];
    }
    return result;
  }

  private Matrices transposed() {
    Matrices result = new Matrices(columns, rows, new double[re.length], new double[re.length]);
    int size = rows * columns;
    for (int start = 0; start < re.length; start += size) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          result.re[start + c * rows + r] = re[start + r * columns + c];
          result.im[start + c * rows + r] = im[start + r * columns + c];
        }
      }
    }
    return result;
  }

  /**
   * Returns the Cholesky factors of square Hermitian matrices, of which one triangle is read: the
   * lower L with {@code L L^H}, or the upper U with {@code U^H U}; the other triangle is zero.
   * Where a matrix is not positive definite, all of its factor is NaN (Golub and Van Loan, Matrix
   * Computations, section 4.2).
   */
  public Matrices cholesky(boolean lower) {
    if (!lower) {
      // The upper triangle is the adjoint of the lower one.
      return adjoint().cholesky(true).adjoint();
    }
    Matrices result = new Matrices(rows, columns, new double[re.length], new double[re.length]);
    int size = rows * columns;
    for (int start = 0; start < re.length; start += size) {
      if (!factor(result, start)) {
        java.util.Arrays.fill(result.re, start, start + size, Double.NaN);
        java.util.Arrays.fill(result.im, start, start + size, Double.NaN);
      }
    }
    return result;
  }

  private boolean factor(Matrices result, int start) {
    int n = rows;
    double[] lr = result.re;
    double[] li = result.im;
    for (int j = 0; j < n; j++) {
      int rowJ = start + j * n;
      double diagonal = re[rowJ + j];
      for (int k = 0; k < j; k++) {
        diagonal -= lr[rowJ + k] * lr[rowJ + k] + li[rowJ + k] * li[rowJ + k];
      }
      if (!(diagonal > 0)) {
        return false;
      }
      double root = Math.sqrt(diagonal);
      lr[rowJ + j] = root;
      for (int i = j + 1; i < n; i++) {
        int rowI = start + i * n;
        double sumRe = re[rowI + j];
        double sumIm = im[rowI + j];
        for (int k = 0; k < j; k++) {
          sumRe -= lr[rowI + k] * lr[rowJ + k] + li[rowI + k] * li[rowJ + k];
          sumIm -= li[rowI + k] * lr[rowJ + k] - lr[rowI + k] * li[rowJ + k];
        }
        lr[rowI + j] = sumRe / root;
        li[rowI + j] = sumIm / root;
      }
    }
    return true;
  }

  /** What is done to triangular matrices before equations with them are solved. */
  public enum Transpose {
    NO_TRANSPOSE,
    TRANSPOSE,
    ADJOINT
  }

  /**
   * Returns the solutions X of {@code op(A) X = B}, or of {@code X op(A) = B}, where A are these
   * matrices, of which one triangle is read.
   *
   * @param unitDiagonal whether the diagonal is taken for ones without being read
   */
  public Matrices solve(
      Matrices b, boolean leftSide, boolean lower, boolean unitDiagonal, Transpose transpose) {
    Matrices a =
        switch (transpose) {
          case NO_TRANSPOSE -> this;
          case TRANSPOSE -> transposed();
          case ADJOINT -> adjoint();
        };
    boolean isLower = lower == (transpose == Transpose.NO_TRANSPOSE);
    if (!leftSide) {
      // X A = B is A^T X^T = B^T.
      Matrices flipped = b.transposed();
      a.transposed().substitute(flipped, !isLower, unitDiagonal);
      return flipped.transposed();
    }
    Matrices result = new Matrices(b.rows, b.columns, b.re.clone(), b.im.clone());
    a.substitute(result, isLower, unitDiagonal);
    return result;
  }

  /** Replaces right sides by the solutions: forward or backward substitution. */
  private void substitute(Matrices x, boolean lower, boolean unitDiagonal) {
    int n = rows;
    int width = x.columns;
    int count = n == 0 ? 0 : re.length / (n * n);
    for (int matrix = 0; matrix < count; matrix++) {
      int a = matrix * n * n;
      int b = matrix * n * width;
      for (int step = 0; step < n; step++) {
        int i = lower ? step : n - 1 - step;
        for (int k = lower ? 0 : i + 1; k < (lower ? i : n); k++) {
          double ar = re[a + i * n + k];
          double ai = im[a + i * n + k];
          for (int c = 0; c < width; c++) {
            double xr = x.re[b + k * width + c];
            double xi = x.im[b + k * width + c];
            x.re[b + i * width + c] -= ar * xr - ai * xi;
            x.im[b + i * width + c] -= ar * xi + ai * xr;
          }
        }
        if (!unitDiagonal) {
          divide(x, b + i * width, width, re[a + i * n + i], im[a + i * n + i]);
        }
      }
    }
  }

  private static void divide(Matrices x, int from, int count, double re, double im) {
    for (int c = from; c < from + count; c++) {
      double xr = x.re[c];
      double xi = x.im[c];
      if (im == 0) {
        x.re[c] = xr / re;
        x.im[c] = xi / re;
      } else {
        double square = re * re + im * im;
        x.re[c] = (xr * re + xi * im) / square;
        x.im[c] = (xi * re - xr * im) / square;
      }
    }
  }
}
