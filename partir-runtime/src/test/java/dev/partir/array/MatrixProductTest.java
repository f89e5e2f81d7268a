package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MatrixProductTest {
  /**
   * The blocked kernel must add in the order of the contracted index, so that its rounding is that
   * of the plain loop.
   */
  @Test
  void theBlockedKernelRoundsLikeThePlainLoop() {
    SplittableRandom random = new SplittableRandom(5);
    for (int[] s :
        new int[][] {
          {1, 1, 1, 1},
          {2, 3, 5, 7},
          {1, 33, 17, 130},
          {3, 64, 64, 64},
          {1, 9, 1100, 10},
          {5, 65, 3, 6},
          {1, 70, 66, 70}
        }) {
      int batch = s[0];
      int m = s[1];
      int n = s[2];
      int k = s[3];
      float[] left = floats(random, batch * m * k);
      float[] right = floats(random, batch * k * n);
      float[] expected = new float[batch * m * n];
      for (int b = 0; b < batch; b++) {
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) {
              sum += left[(b * m + i) * k + p] * right[(b * k + p) * n + j];
            }
            expected[(b * m + i) * n + j] = sum;
          }
        }
      }
      TensorType type = TensorType.of(ElementType.F32, batch, m, n);
      HostArray product =
          MatrixProduct.multiply(
              HostArray.of(TensorType.of(ElementType.F32, batch, m, k), left),
              HostArray.of(TensorType.of(ElementType.F32, batch, k, n), right),
              batch,
              m,
              n,
              k,
              type,
              Arithmetic.EXACT);
      assertThat(product.floats()).isEqualTo(expected);
    }
  }

  @Test
  void narrowTypesRoundEveryStep() {
    TensorType row = TensorType.of(ElementType.BF16, 1, 1, 3);
    TensorType column = TensorType.of(ElementType.BF16, 1, 3, 1);
    // 256 + 1 is not a bf16 number and rounds to 256, twice.
    HostArray product =
        MatrixProduct.multiply(
            HostArray.of(row, 256f, 1f, 1f),
            HostArray.of(column, 1f, 1f, 1f),
            1,
            1,
            1,
            3,
            TensorType.of(ElementType.BF16, 1, 1, 1),
            Arithmetic.EXACT);
    assertThat(product.floats()).isEqualTo(new float[] {256f});
  }

  @Test
  void narrowTypesRoundProducts() {
    TensorType row = TensorType.of(ElementType.BF16, 1, 1, 2);
    TensorType column = TensorType.of(ElementType.BF16, 1, 2, 1);
    // The square of 1 + 2^-7 is 1 + 2^-6 + 2^-14, whose last term bf16 does not have.
    HostArray product =
        MatrixProduct.multiply(
            HostArray.of(row, -1f, 1 + 0x1p-7f),
            HostArray.of(column, 1 + 0x1p-6f, 1 + 0x1p-7f),
            1,
            1,
            1,
            2,
            TensorType.of(ElementType.BF16, 1, 1, 1),
            Arithmetic.EXACT);
    assertThat(product.floats()).isEqualTo(new float[] {0});
  }

  @Test
  void fastProductsAreNearTheTrueSums() {
    SplittableRandom random = new SplittableRandom(6);
    int m = 20;
    int n = 70;
    int k = 41;
    float[] left = floats(random, m * k);
    float[] right = floats(random, k * n);
    HostArray product =
        MatrixProduct.multiply(
            HostArray.of(TensorType.of(ElementType.F32, 1, m, k), left),
            HostArray.of(TensorType.of(ElementType.F32, 1, k, n), right),
            1,
            m,
            n,
            k,
            TensorType.of(ElementType.F32, 1, m, n),
            Arithmetic.FAST);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += (double) left[i * k + p] * right[p * n + j];
        }
        assertThat((double) product.floats()[i * n + j]).isWithin(1e-5).of(sum);
      }
    }
  }

  @Test
  void complexNumbersMultiplyAsSuch() {
    TensorType type = TensorType.of(ElementType.COMPLEX_F64, 1, 1, 1);
    // (1 + 2i)(3 + 4i) = -5 + 10i
    HostArray product =
        MatrixProduct.multiply(
            HostArray.of(type, 1.0, 2.0),
            HostArray.of(type, 3.0, 4.0),
            1,
            1,
            1,
            1,
            type,
            Arithmetic.EXACT);
    assertThat(product.doubles()).isEqualTo(new double[] {-5, 10});
  }

  private static float[] floats(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }
}
