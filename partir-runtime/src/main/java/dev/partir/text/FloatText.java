package dev.partir.text;

import dev.partir.array.NumberFormat;
import dev.partir.ir.ElementType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floating-point numbers as text that reads back as the same number of its type. */
final class FloatText {
  private FloatText() {}

  /** Returns the number of a type whose bits are given. */
  static double fromBits(ElementType type, long bits) {
    return switch (type) {
      case F64 -> Double.longBitsToDouble(bits);
      default -> NumberFormat.fromBits(type, (int) (bits & (-1L >>> (64 - type.bits()))));
    };
  }

  private static long toBits(ElementType type, double value) {
    return switch (type) {
      case F64 -> Double.doubleToRawLongBits(value);
      default -> NumberFormat.toBits(type, (float) value);
    };
  }

  /**
   * Appends the shortest decimal number that a reader rounds to {@code value}, as MLIR does through
   * a double; NaN and the infinities by their bits.
   */
  static void append(StringBuilder text, ElementType type, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      appendBits(text, type, toBits(type, value));
      return;
    }
    if (value == 0) {
      text.append(1 / value < 0 ? "-0.0" : "0.0");
      return;
    }
    var exact = new BigDecimal(value);
    for (int digits = 1; ; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (round(type, rounded.doubleValue()) == value) {
        appendDecimal(text, rounded.stripTrailingZeros());
        return;
      }
    }
  }

  /** Appends the bits of a number, as many digits as its type has. */
  static void appendBits(StringBuilder text, ElementType type, long bits) {
    text.append("0x");
    for (int shift = (type.bits() + 3) / 4 * 4 - 4; shift >= 0; shift -= 4) {
      text.append(Character.toUpperCase(Character.forDigit((int) (bits >>> shift) & 15, 16)));
    }
  }

  private static double round(ElementType type, double value) {
    return type == ElementType.F64 ? value : NumberFormat.round(type, value);
  }

  private static void appendDecimal(StringBuilder text, BigDecimal number) {
    String digits = number.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - number.scale();
    if (number.signum() < 0) {
      text.append('-');
    }
    if (exponent < -4 || exponent > 6) {
      text.append(digits.charAt(0)).append('.');
      text.append(digits.length() > 1 ? digits.substring(1) : "0");
      text.append('e').append(exponent < 0 ? "" : "+").append(exponent);
    } else if (exponent < 0) {
      text.append("0.").append("0".repeat(-exponent - 1)).append(digits);
    } else if (digits.length() <= exponent + 1) {
      text.append(digits).append("0".repeat(exponent + 1 - digits.length())).append(".0");
    } else {
      text.append(digits, 0, exponent + 1)
          .append('.')
          .append(digits, exponent + 1, digits.length());
    }
  }
}
