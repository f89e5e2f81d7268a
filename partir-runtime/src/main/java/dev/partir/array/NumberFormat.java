package dev.partir.array;

import dev.partir.ir.ElementType;

/**
 * Rounding to the element types that Java lacks (round to nearest, ties to even, as IEEE 754 says)
 * and wrapping of integers to their width.
 */
public final class NumberFormat {
  private NumberFormat() {}

  /** Returns {@code value} rounded to {@code type}, which is stored in floats. */
  public static float round(ElementType type, float value) {
    return switch (type) {
      case BF16 -> roundBf16(value);
      case F16 -> roundF16(value);
      case F32, COMPLEX_F32 -> value;
      default -> MiniFloat.of(type).round(value);
    };
  }

  /** Returns {@code value} rounded once to {@code type}, which is stored in floats. */
  public static float round(ElementType type, double value) {
    return switch (type) {
      case BF16 -> roundBf16(toOdd(value));
      case F16 -> roundF16(toOdd(value));
      case F32, COMPLEX_F32 -> (float) value;
      default -> MiniFloat.of(type).round(value);
    };
  }

  /**
   * Returns {@code value} as a float, rounded to odd: where inexact, the neighbour whose last bit
   * is 1. Rounding that again to a type with at least two bits less gives what rounding once would
   * (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
   */
  private static float toOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value) || Float.isInfinite(nearest)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    if ((bits & 1) != 0) {
      return nearest;
    }
    boolean away = Math.abs((double) nearest) < Math.abs(value);
    return Float.intBitsToFloat(away ? bits + 1 : bits - 1);
  }

  private static float roundBf16(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF0000);
  }

  /** Returns {@code value} rounded to tf32: a significand of 11 bits and the range of f32. */
  public static float roundTf32(double value) {
    float odd = toOdd(value);
    int bits = Float.floatToRawIntBits(odd);
    return Float.isNaN(odd)
        ? odd
        : Float.intBitsToFloat((bits + 0xFFF + ((bits >>> 13) & 1)) & 0xFFFFE000);
  }

  private static float roundF16(float value) {
    return Float.isNaN(value) ? value : fromF16Bits(toF16Bits(value));
  }

  /** Returns the 16 bits of {@code value} rounded to bf16. */
  public static int toBf16Bits(float value) {
    return Float.floatToRawIntBits(roundBf16(value)) >>> 16;
  }

  public static float fromBf16Bits(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Returns the 16 bits of {@code value} rounded to IEEE half precision. */
  public static int toF16Bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
      int payload = (magnitude >>> 13) & 0x3FF;
      return sign | 0x7C00 | (payload == 0 ? 0x200 : payload);
    }
    if (magnitude >= 0x47800000) {
      return sign | 0x7C00;
    }
    if (magnitude < 0x38800000) {
      // Subnormal in half precision: units of 2^-24. Adding 0.5f aligns the last bit kept with the
      // last bit of the sum's mantissa.
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return sign | (Float.floatToRawIntBits(shifted) - 0x3F000000);
    }
    int rounded = magnitude + 0xFFF + ((magnitude >>> 13) & 1);
    int half = (rounded - 0x38000000) >>> 13;
    return sign | Math.min(half, 0x7C00);
  }

  public static float fromF16Bits(int bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1F;
    int mantissa = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (mantissa << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }

  /** Returns the bits of a number of a type that is stored in floats. */
  public static int toBits(ElementType type, float value) {
    return switch (type) {
      case BF16 -> toBf16Bits(value);
      case F16 -> toF16Bits(value);
      case F32 -> Float.floatToRawIntBits(value);
      default -> MiniFloat.of(type).bits(value);
    };
  }

  /** Returns the number of a type that is stored in floats, of which the lowest bits are given. */
  public static float fromBits(ElementType type, int bits) {
    return switch (type) {
      case BF16 -> fromBf16Bits(bits);
      case F16 -> fromF16Bits(bits);
      case F32 -> Float.intBitsToFloat(bits);
      default -> MiniFloat.of(type).value(bits);
    };
  }

  /**
   * Returns the number next to {@code from} on the way to {@code to}, among those of a type that is
   * stored in floats; {@code to} where they are equal, NaN where one is.
   */
  public static float next(ElementType type, float from, float to) {
    if (Float.isNaN(from) || Float.isNaN(to) || from == to) {
      return Float.isNaN(from) ? from : to;
    }
    if (from == 0) {
      float smallest = fromBits(type, 1);
      return to < 0 ? -smallest : smallest;
    }
    // Without its sign, a larger number has larger bits.
    int bits = toBits(type, Math.abs(from));
    float next = fromBits(type, to > from == from > 0 ? bits + 1 : bits - 1);
    return from < 0 ? -next : next;
  }

  /** Returns {@code value} wrapped to the width of an integer type that is stored in ints. */
  public static int wrap(ElementType type, int value) {
    return switch (type) {
      case I1 -> value & 1;
      case I2 -> value << 30 >> 30;
      case I4 -> value << 28 >> 28;
      case I8 -> (byte) value;
      case I16 -> (short) value;
      case UI2 -> value & 0x3;
      case UI4 -> value & 0xF;
      case UI8 -> value & 0xFF;
      case UI16 -> value & 0xFFFF;
      default -> value;
    };
  }

  /** Wraps numbers in place. */
  public static void wrap(ElementType type, int[] values) {
    switch (type) {
      case I32, UI32 -> {}
      default -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = wrap(type, values[i]);
        }
      }
    }
  }

  /** Rounds numbers in place. */
  public static void round(ElementType type, float[] values) {
    round(type, values, 0, values.length);
  }

  /** Rounds the values from {@code first} to before {@code end} in place. */
  public static void round(ElementType type, float[] values, int first, int end) {
    switch (type) {
      case F32, COMPLEX_F32 -> {}
      case BF16 -> {
        for (int i = first; i < end; i++) {
          values[i] = roundBf16(values[i]);
        }
      }
      case F16 -> {
        for (int i = first; i < end; i++) {
          values[i] = roundF16(values[i]);
        }
      }
      default -> {
        for (int i = first; i < end; i++) {
          values[i] = round(type, values[i]);
        }
      }
    }
  }

  /**
   * Returns the distance from 1 to the next number of a float type: 2<sup>-7</sup> for bf16,
   * 2<sup>-23</sup> for f32.
   */
  public static double epsilon(ElementType type) {
    return switch (type) {
      case BF16 -> 0x1p-7;
      case F16 -> 0x1p-10;
      case F32, COMPLEX_F32 -> 0x1p-23;
      case F64, COMPLEX_F64 -> 0x1p-52;
      default -> type.isFloat() ? Math.scalb(1.0, -MiniFloat.of(type).mantissaBits()) : 0;
    };
  }
}
