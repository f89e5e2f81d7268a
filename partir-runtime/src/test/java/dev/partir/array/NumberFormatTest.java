package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.ir.ElementType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class NumberFormatTest {
  @Test
  void everyHalfPrecisionNumberSurvivesTheWayThereAndBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = NumberFormat.fromF16Bits(bits);
      if (!Float.isNaN(value)) {
        assertWithMessage("bits %s", bits).that(NumberFormat.toF16Bits(value)).isEqualTo(bits);
      }
    }
  }

  @Test
  void halfPrecisionRoundsToTheNearestAndTiesToEven() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value) || Math.abs(value) >= 65504) {
        continue;
      }
      int bits = NumberFormat.toF16Bits(value);
      double error = Math.abs((double) NumberFormat.fromF16Bits(bits) - value);
      for (int other : new int[] {bits - 1, bits + 1}) {
        if ((other & 0x8000) == (bits & 0x8000) && (other & 0x7C00) != 0x7C00) {
          double otherError = Math.abs((double) NumberFormat.fromF16Bits(other) - value);
          assertWithMessage("%s", value).that(error).isAtMost(otherError);
          if (error == otherError) {
            assertWithMessage("%s", value).that(bits & 1).isEqualTo(0);
          }
        }
      }
    }
  }

  @Test
  void halfPrecisionOverflowsToInfinity() {
    assertThat(NumberFormat.round(ElementType.F16, 65519.0f)).isEqualTo(65504.0f);
    assertThat(NumberFormat.round(ElementType.F16, 65520.0f)).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void aDoubleIsRoundedOnce() {
    // Just above the middle between two bf16 numbers: rounding to f32 first would lose that it is
    // above.
    double above = 1 + 0x1p-8 + 0x1p-40;
    assertThat(NumberFormat.round(ElementType.BF16, above)).isEqualTo(1.0f + 0x1p-7f);
    assertThat(NumberFormat.round(ElementType.BF16, 1 + 0x1p-8)).isEqualTo(1.0f);
  }

  @Test
  void integersWrap() {
    assertThat(NumberFormat.wrap(ElementType.I8, 200)).isEqualTo(-56);
    assertThat(NumberFormat.wrap(ElementType.UI8, -1)).isEqualTo(255);
    assertThat(NumberFormat.wrap(ElementType.I4, 9)).isEqualTo(-7);
  }

  @Test
  void tf32HasElevenBits() {
    assertThat(NumberFormat.roundTf32(1 + 0x1p-10)).isEqualTo((float) (1 + 0x1p-10));
    // Ties go to even, and what is beyond f32 decides one.
    assertThat(NumberFormat.roundTf32(1 + 0x1p-11)).isEqualTo(1f);
    assertThat(NumberFormat.roundTf32(1 + 3 * 0x1p-11)).isEqualTo((float) (1 + 0x1p-9));
    assertThat(NumberFormat.roundTf32(1 + 0x1p-11 + 0x1p-40)).isEqualTo((float) (1 + 0x1p-10));
    assertThat(NumberFormat.roundTf32(Double.NaN)).isNaN();
    assertThat(NumberFormat.roundTf32(1e300)).isPositiveInfinity();
  }
}
