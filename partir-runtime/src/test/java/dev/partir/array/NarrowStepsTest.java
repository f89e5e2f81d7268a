package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Products whose every step is rounded, against the same step by step. */
final class NarrowStepsTest {
  private static final List<ElementType> TYPES = List.of(ElementType.BF16, ElementType.F16);

  private static float plain(ElementType type, float[] left, float[] right) {
    float sum = 0;
    for (int p = 0; p < left.length; p++) {
      float product = NumberFormat.round(type, left[p] * right[p]);
      sum = NumberFormat.round(type, sum + product);
    }
    return sum;
  }

  private static float[] column(float[] right, int n, int j) {
    float[] column = new float[right.length / n];
    for (int p = 0; p < column.length; p++) {
      column[p] = right[p * n + j];
    }
    return column;
  }

  /** Holds a product of a row and a matrix to what it is step by step, bit for bit. */
  private static void check(ElementType type, float[] left, float[] right) {
    int k = left.length;
    int n = right.length / k;
    float[] product =
        MatrixProduct.multiply(
                HostArray.of(TensorType.of(type, 1, k), left),
                HostArray.of(TensorType.of(type, k, n), right),
                1,
                1,
                n,
                k,
                TensorType.of(type, 1, n),
                Arithmetic.EXACT)
            .floats();
    for (int j = 0; j < n; j++) {
      float expected = plain(type, left, column(right, n, j));
      assertWithMessage("%s: %s of column %s", type, product[j], j)
          .that(Float.floatToIntBits(product[j]))
          .isEqualTo(Float.floatToIntBits(expected));
    }
  }

  /** Every number of a type times others: all ties, subnormal numbers and overflows. */
  @Test
  void everyProductIsRoundedToNearestEven() {
    SplittableRandom random = new SplittableRandom(11);
    for (ElementType type : TYPES) {
      float[] all = new float[1 << 16];
      for (int bits = 0; bits < all.length; bits++) {
        all[bits] = NumberFormat.fromBits(type, bits);
      }
      for (int i = 0; i < 40; i++) {
        check(type, new float[] {all[random.nextInt(all.length)]}, all);
      }
    }
  }

  /** Pairs of numbers of a type, which are added by products with 1. */
  @Test
  void everySumIsRoundedToNearestEven() {
    SplittableRandom random = new SplittableRandom(12);
    for (ElementType type : TYPES) {
      for (int i = 0; i < 40; i++) {
        int n = 1 << 14;
        float[] numbers = new float[2 * n];
        float one = NumberFormat.fromBits(type, random.nextInt(1 << 16));
        for (int j = 0; j < n; j++) {
          numbers[j] = one;
          numbers[n + j] = NumberFormat.fromBits(type, random.nextInt(1 << 16));
        }
        check(type, new float[] {1, 1}, numbers);
      }
    }
  }

  @Test
  void longSumsAreThoseOfThePlainLoop() {
    SplittableRandom random = new SplittableRandom(13);
    for (ElementType type : TYPES) {
      for (double scale : new double[] {1e-30, 1e-5, 0.03, 1, 300, 1e30}) {
        int k = 150;
        float[] left = floats(random, k, scale);
        float[] right = floats(random, k * 40, 1);
        NumberFormat.round(type, left);
        NumberFormat.round(type, right);
        check(type, left, right);
      }
    }
  }

  private static float[] floats(SplittableRandom random, int count, double scale) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextDouble(-scale, scale);
    }
    return floats;
  }

  @Test
  void zerosHaveNoLeast() {
    assertThat(NarrowSteps.least(new float[] {0f, -0f}, 0, 2)).isPositiveInfinity();
    assertThat(NarrowSteps.least(new float[] {0f, -3f, 2f, -1f}, 0, 3)).isEqualTo(2f);
  }
}
