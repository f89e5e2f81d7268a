package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fourier transforms against their definition; factors and solutions against what they solve. */
final class LinearAlgebraOpsTest {
  private static double[] random(int count, long seed) {
    return new Random(seed).doubles(count, -1, 1).toArray();
  }

  private static HostArray array(ElementType element, double[] values, long... dims) {
    return HostArray.of(TensorType.of(element, dims), values.clone());
  }

  private static HostArray fft(String kind, int length, String from, String to, HostArray array) {
    return Run.function(
            "%a: tensor<" + from + ">",
            "tensor<" + to + ">",
            "%r = stablehlo.fft %a, type = "
                + kind
                + ", length = ["
                + length
                + "] : (tensor<"
                + from
                + ">) -> tensor<"
                + to
                + ">\nreturn %r : tensor<"
                + to
                + ">",
            array)
        .get(0);
  }

  /** The definition of the transform, for a line of complex numbers. */
  private static double[] slow(double[] line) {
    int n = line.length / 2;
    double[] out = new double[2 * n];
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++) {
        double angle = -2 * Math.PI * ((long) j * k % n) / n;
        out[2 * k] += line[2 * j] * Math.cos(angle) - line[2 * j + 1] * Math.sin(angle);
        out[2 * k + 1] += line[2 * j] * Math.sin(angle) + line[2 * j + 1] * Math.cos(angle);
      }
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 12, 30, 37, 64, 74, 97, 101})
  void aTransformIsItsDefinitionAndItsInverseTheWayBack(int n) {
    double[] line = random(2 * n, n);
    String type = n + "xcomplex<f64>";
    HostArray out = fft("FFT", n, type, type, array(ElementType.COMPLEX_F64, line, n));
    double[] expected = slow(line);
    for (int i = 0; i < 2 * n; i++) {
      assertThat(out.doubles()[i]).isWithin(1e-13 * Math.max(1, n)).of(expected[i]);
    }
    double[] back = fft("IFFT", n, type, type, out).doubles();
    for (int i = 0; i < 2 * n; i++) {
      assertThat(back[i]).isWithin(1e-14).of(line[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 8, 9})
  void realNumbersHaveHalfATransform(int n) {
    double[] line = random(n, n);
    double[] complex = new double[2 * n];
    for (int i = 0; i < n; i++) {
      complex[2 * i] = line[i];
    }
    String half = (n / 2 + 1) + "xcomplex<f64>";
    HostArray out = fft("RFFT", n, n + "xf64", half, array(ElementType.F64, line, n));
    double[] expected = slow(complex);
    for (int i = 0; i < out.length(); i++) {
      assertThat(out.doubles()[i]).isWithin(1e-13).of(expected[i]);
    }
    double[] back = fft("IRFFT", n, half, n + "xf64", out).doubles();
    for (int i = 0; i < n; i++) {
      assertThat(back[i]).isWithin(1e-14).of(line[i]);
    }
  }

  @Test
  void severalDimensionsAreTransformedOneAfterTheOther() {
    // numpy.fft.rfft2 of [[1, 2, 3], [4, 5, 7]]
    HostArray out =
        Run.function(
                "%a: tensor<2x3xf32>",
                "tensor<2x2xcomplex<f32>>",
                "%r = stablehlo.fft %a, type = RFFT, length = [2, 3]"
                    + " : (tensor<2x3xf32>) -> tensor<2x2xcomplex<f32>>\n"
                    + "return %r : tensor<2x2xcomplex<f32>>",
                HostArray.of(TensorType.of(ElementType.F32, 2, 3), 1f, 2f, 3f, 4f, 5f, 7f))
            .get(0);
    float[] expected = {22, 0, -3.5f, 2.5980763f, -10, 0, 0.5f, -0.8660254f};
    for (int i = 0; i < 8; i++) {
      assertThat(out.floats()[i]).isWithin(1e-6f).of(expected[i]);
    }
  }

  @Test
  void aLengthThatIsNotTheOperandsIsTold() {
    assertThat(
            Run.error(
                "%a: tensor<4xf32>",
                "tensor<3xcomplex<f32>>",
                "%r = stablehlo.fft %a, type = RFFT, length = [5]"
                    + " : (tensor<4xf32>) -> tensor<3xcomplex<f32>>\n"
                    + "return %r : tensor<3xcomplex<f32>>"))
        .contains("size 4 in dimension 0 (constraint C4). With this fft_length it must be 5");
  }

  private static HostArray cholesky(boolean lower, String type, HostArray array) {
    return Run.function(
            "%a: tensor<" + type + ">",
            "tensor<" + type + ">",
            "%r = stablehlo.cholesky %a, lower = "
                + lower
                + " : tensor<"
                + type
                + ">\nreturn %r : tensor<"
                + type
                + ">",
            array)
        .get(0);
  }

  @Test
  void aLowerFactorReadsTheLowerTriangle() {
    // L = [[2, 0], [3, 1]]; the upper triangle must not be read.
    double[] l =
        cholesky(true, "2x2xf64", array(ElementType.F64, new double[] {4, 99, 6, 10}, 2, 2))
            .doubles();
    assertThat(l).isEqualTo(new double[] {2, 0, 3, 1});
    double[] u =
        cholesky(false, "2x2xf64", array(ElementType.F64, new double[] {4, 6, 99, 10}, 2, 2))
            .doubles();
    assertThat(u).isEqualTo(new double[] {2, 3, 0, 1});
  }

  @Test
  void complexFactorsAreOfHermitianMatrices() {
    // L = [[1, 0], [2+i, 3]]: L L^H = [[1, 2-i], [2+i, 14]].
    double[] l =
        cholesky(
                true,
                "2x2xcomplex<f64>",
                array(ElementType.COMPLEX_F64, new double[] {1, 0, 2, -1, 2, 1, 14, 0}, 2, 2))
            .doubles();
    assertThat(l).isEqualTo(new double[] {1, 0, 0, 0, 2, 1, 3, 0});
  }

  @Test
  void aMatrixThatIsNotPositiveDefiniteGivesNanAndLeavesTheOthers() {
    double[] l =
        cholesky(true, "2x1x1xf64", array(ElementType.F64, new double[] {-1, 9}, 2, 1, 1))
            .doubles();
    assertThat(l).isEqualTo(new double[] {Double.NaN, 3});
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, false, NO_TRANSPOSE",
    "true, false, false, NO_TRANSPOSE",
    "false, true, false, NO_TRANSPOSE",
    "false, false, true, NO_TRANSPOSE",
    "true, true, true, TRANSPOSE",
    "true, false, false, TRANSPOSE",
    "false, true, false, TRANSPOSE",
    "true, true, false, ADJOINT",
    "false, false, false, ADJOINT",
    "false, true, true, ADJOINT"
  })
  void solutionsSolve(boolean left, boolean lower, boolean unit, String transpose) {
    int n = 4;
    double[] a = random(2 * n * n, 1);
    for (int i = 0; i < n; i++) {
      a[2 * (i * n + i)] += 3;
    }
    int rows = left ? n : 2;
    int columns = left ? 2 : n;
    double[] b = random(2 * rows * columns, 2);
    String bType = "tensor<" + rows + "x" + columns + "xcomplex<f64>>";
    double[] x =
        Run.function(
                "%a: tensor<4x4xcomplex<f64>>, %b: " + bType,
                bType,
                """
                %%x = "stablehlo.triangular_solve"(%%a, %%b) {left_side = %s, lower = %s,
                  unit_diagonal = %s, transpose_a = #stablehlo<transpose %s>}
                  : (tensor<4x4xcomplex<f64>>, %s) -> %s
                return %%x : %s"""
                    .formatted(left, lower, unit, transpose, bType, bType, bType),
                array(ElementType.COMPLEX_F64, a, n, n),
                array(ElementType.COMPLEX_F64, b, rows, columns))
            .get(0)
            .doubles();
    double[] product = new double[b.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        for (int k = 0; k < n; k++) {
          int row = left ? r : k;
          int column = left ? k : c;
          double[] e = element(a, n, row, column, lower, unit, transpose);
          int at = left ? 2 * (k * columns + c) : 2 * (r * columns + k);
          int to = 2 * (r * columns + c);
          product[to] += e[0] * x[at] - e[1] * x[at + 1];
          product[to + 1] += e[0] * x[at + 1] + e[1] * x[at];
        }
      }
    }
    for (int i = 0; i < b.length; i++) {
      assertThat(product[i]).isWithin(1e-13).of(b[i]);
    }
  }

  /** Returns an element of op(A), where A has only the triangle that the operation reads. */
  private static double[] element(
      double[] a, int n, int row, int column, boolean lower, boolean unit, String transpose) {
    boolean plain = transpose.equals("NO_TRANSPOSE");
    int r = plain ? row : column;
    int c = plain ? column : row;
    if (r == c && unit) {
      return new double[] {1, 0};
    }
    if (r != c && (r > c) != lower) {
      return new double[] {0, 0};
    }
    int at = 2 * (r * n + c);
    return new double[] {a[at], transpose.equals("ADJOINT") ? -a[at + 1] : a[at + 1]};
  }

  @Test
  void matricesThatAreNotSquareAreTold() {
    assertThat(
            Run.error(
                "%a: tensor<2x3xf32>",
                "tensor<2x3xf32>",
                "%r = stablehlo.cholesky %a, lower = true : tensor<2x3xf32>\n"
                    + "return %r : tensor<2x3xf32>"))
        .contains("its matrices are of 2 rows and 3 columns (constraint C3)");
  }
}
