package dev.partir.array;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.ir.ElementType;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Held against tables of all numbers, made from the formats' definitions. */
final class MiniFloatTest {
  /** Name, exponent and mantissa bits of a type are in its name; the bias mostly follows. */
  private static double[] table(MiniFloat format) {
    String name = format.name();
    int exponentBits = name.charAt(name.indexOf('E') + 1) - '0';
    int mantissaBits = name.charAt(name.indexOf('M') + 1) - '0';
    boolean unsigned = format == MiniFloat.F8E8M0FNU;
    int bias = (1 << (exponentBits - 1)) - 1;
    if (name.endsWith("FNUZ")) {
      bias = name.contains("B11") ? 11 : bias + 1;
    }
    int magnitudes = 1 << (exponentBits + mantissaBits);
    double[] table = new double[unsigned ? magnitudes : 2 * magnitudes];
    for (int bits = 0; bits < table.length; bits++) {
      int exponent = bits % magnitudes >> mantissaBits;
      double fraction = bits % (1 << mantissaBits) / (double) (1 << mantissaBits);
      double value =
          exponent == 0 && !unsigned
              ? fraction * Math.pow(2, 1 - bias)
              : (1 + fraction) * Math.pow(2, exponent - bias);
      boolean top = exponent == (1 << exponentBits) - 1;
      boolean ones = bits % magnitudes == magnitudes - 1;
      if (name.endsWith("FNUZ")) {
        value = bits == magnitudes ? Double.NaN : value;
      } else if (unsigned || (name.startsWith("F8") && name.endsWith("FN"))) {
        value = ones ? Double.NaN : value;
      } else if (name.startsWith("F8") && top) {
        value = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      }
      table[bits] = bits < magnitudes ? value : -value;
    }
    return table;
  }

  @ParameterizedTest
  @EnumSource
  void bitsMeanWhatTheFormatSays(MiniFloat format) {
    double[] table = table(format);
    for (int bits = 0; bits < table.length; bits++) {
      float value = format.value(bits);
      assertWithMessage("bits %s", bits).that((double) value).isEqualTo(table[bits]);
      if (!Float.isNaN(value)) {
        assertWithMessage("bits %s", bits).that(format.bits(value)).isEqualTo(bits);
      }
    }
  }

  /** By search among all finite numbers; between two, the one with even bits. */
  @ParameterizedTest
  @EnumSource
  void roundingGivesTheNearestNumberAndTiesGoToEven(MiniFloat format) {
    double[] finite =
        Arrays.stream(table(format))
            .filter(x -> x >= 0 && x < 1e300)
            .map(x -> x + 0.0)
            .distinct()
            .sorted()
            .toArray();
    double largest = finite[finite.length - 1];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 3000; i++) {
      int at = random.nextInt(finite.length - 1);
      double middle = (finite[at] + finite[at + 1]) / 2;
      double value =
          switch (i % 4) {
            case 0 -> middle;
            case 1 -> Math.nextUp(middle);
            case 2 -> Math.nextDown(middle);
            default -> finite[at] + random.nextDouble() * (finite[at + 1] - finite[at]);
          };
      // A format without mantissa has odd significands alone: a tie goes to the larger number.
      boolean odd = format == MiniFloat.F8E8M0FNU || (format.bits((float) finite[at]) & 1) != 0;
      boolean up = value > middle || (value == middle && odd);
      assertWithMessage("%s", value)
          .that((double) format.round(value))
          .isEqualTo(finite[up ? at + 1 : at]);
    }
    assertThat((double) format.round(largest)).isEqualTo(largest);
  }

  /** As ml_dtypes and LLVM's APFloat have it. */
  @ParameterizedTest
  @CsvSource({
    "F8E5M2, 61439, 57344",
    "F8E5M2, 61440, Infinity",
    "F8E5M2, -1e30, -Infinity",
    "F8E4M3, 247.9, 240",
    "F8E4M3, 248, Infinity",
    "F8E3M4, 15.75, Infinity",
    "F8E4M3FN, 464, 448",
    "F8E4M3FN, 464.1, NaN",
    "F8E4M3FN, Infinity, NaN",
    "F8E4M3FNUZ, 248, NaN",
    "F8E4M3FNUZ, -0.0, 0",
    "F8E4M3B11FNUZ, -1e-30, 0",
    "F8E5M2FNUZ, -Infinity, NaN",
    "F8E8M0FNU, 0, NaN",
    "F8E8M0FNU, -2, NaN",
    "F8E8M0FNU, 3, 4",
    "F8E8M0FNU, 2.9, 2",
    "F4E2M1FN, 1e30, 6",
    "F4E2M1FN, -Infinity, -6",
    "F4E2M1FN, NaN, -0.0",
    "F6E2M3FN, -7.9, -7.5",
    "F6E3M2FN, 28.1, 28",
  })
  void whatIsTooLargeFollowsTheFormat(MiniFloat format, double value, double expected) {
    assertThat((double) format.round(value)).isEqualTo(expected);
  }

  @Test
  void everyTypeOfEightBitsAndLessHasItsFormat() {
    for (ElementType type : ElementType.values()) {
      if (type.isFloat() && type.bits() <= 8) {
        assertThat(MiniFloat.of(type).name()).isEqualTo(type.name());
      }
    }
  }
}
