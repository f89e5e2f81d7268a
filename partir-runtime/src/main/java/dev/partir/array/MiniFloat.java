package dev.partir.array;

import dev.partir.ir.ElementType;

/**
 * The floating-point formats of 8 bits and less (MLIR builtin dialect, "Float8E5M2Type" and its
 * neighbours; OCP Microscaling Formats, version 1.0). Rounding is to nearest, ties to even.
 */
enum MiniFloat {
  F8E3M4(3, 4, 3, Specials.IEEE),
  F8E4M3(4, 3, 7, Specials.IEEE),
  F8E4M3B11FNUZ(4, 3, 11, Specials.NAN_IS_MINUS_ZERO),
  F8E4M3FN(4, 3, 7, Specials.NAN_IS_ALL_ONES),
  F8E4M3FNUZ(4, 3, 8, Specials.NAN_IS_MINUS_ZERO),
  F8E5M2(5, 2, 15, Specials.IEEE),
  F8E5M2FNUZ(5, 2, 16, Specials.NAN_IS_MINUS_ZERO),
  F8E8M0FNU(8, 0, 127, Specials.POWERS),
  F6E2M3FN(2, 3, 1, Specials.NONE),
  F6E3M2FN(3, 2, 3, Specials.NONE),
  F4E2M1FN(2, 1, 1, Specials.NONE);

  /** What a format has beside finite numbers. */
  private enum Specials {
    /** The largest exponent is for infinities and NaN. */
    IEEE,
    /** No infinities; NaN has all bits 1 but for its sign. What is too large becomes NaN. */
    NAN_IS_ALL_ONES,
    /** No infinities and no negative zero, whose bits are NaN. What is too large becomes NaN. */
    NAN_IS_MINUS_ZERO,
    /** Nothing: what is too large becomes the largest number, and NaN becomes negative zero. */
    NONE,
    /** Powers of two alone: no sign, no zero; NaN has all bits 1. */
    POWERS
  }

  private final int mantissaBits;
  private final int exponentBits;
  private final int bias;
  private final Specials specials;
  private final float largest;

  MiniFloat(int exponentBits, int mantissaBits, int bias, Specials specials) {
    this.exponentBits = exponentBits;
    this.mantissaBits = mantissaBits;
    this.bias = bias;
    this.specials = specials;
    int top = (1 << exponentBits) - 1;
    boolean topIsSpecial = specials == Specials.IEEE || specials == Specials.POWERS;
    int power = (topIsSpecial ? top - 1 : top) - bias;
    int lacking = specials == Specials.NAN_IS_ALL_ONES ? 2 : 1;
    largest = Math.scalb(2f - Math.scalb((float) lacking, -mantissaBits), power);
  }

  /** Returns the format of a type of 8 bits or less. */
  static MiniFloat of(ElementType type) {
    return switch (type) {
      case F8E3M4 -> F8E3M4;
      case F8E4M3 -> F8E4M3;
      case F8E4M3B11FNUZ -> F8E4M3B11FNUZ;
      case F8E4M3FN -> F8E4M3FN;
      case F8E4M3FNUZ -> F8E4M3FNUZ;
      case F8E5M2 -> F8E5M2;
      case F8E5M2FNUZ -> F8E5M2FNUZ;
      case F8E8M0FNU -> F8E8M0FNU;
      case F6E2M3FN -> F6E2M3FN;
      case F6E3M2FN -> F6E3M2FN;
      case F4E2M1FN -> F4E2M1FN;
      default -> throw new IllegalArgumentException(type + " has more than 8 bits");
    };
  }

  int mantissaBits() {
    return mantissaBits;
  }

  private int signBit() {
    return specials == Specials.POWERS ? 0 : 1 << (exponentBits + mantissaBits);
  }

  /** Returns the nearest number of the format. */
  float round(double value) {
    double magnitude = Math.abs(value);
    if (Double.isNaN(value)) {
      return specials == Specials.NONE ? -0f : Float.NaN;
    }
    if (specials == Specials.POWERS && !(value > 0)) {
      return Float.NaN;
    }
    float rounded;
    if (magnitude == 0) {
      rounded = 0;
    } else {
      int smallest = specials == Specials.POWERS ? -bias : 1 - bias;
      int power = Math.max(Math.getExponent(magnitude), smallest) - mantissaBits;
      double units = Math.rint(Math.scalb(magnitude, -power));
      rounded = (float) Math.scalb(units, power);
    }
    if (rounded > largest) {
      rounded =
          switch (specials) {
            case IEEE -> Float.POSITIVE_INFINITY;
            case NONE -> largest;
            default -> Float.NaN;
          };
    }
    boolean positive = rounded == 0 && specials == Specials.NAN_IS_MINUS_ZERO;
    return positive ? rounded : Math.copySign(rounded, (float) Math.copySign(1, value));
  }

  /** Returns the bits of a number of the format. */
  int bits(float value) {
    if (Float.isNaN(value)) {
      int sign = Float.floatToRawIntBits(value) < 0 ? signBit() : 0;
      int ones = (1 << (exponentBits + mantissaBits)) - 1;
      return switch (specials) {
        case IEEE -> sign | (ones - (1 << (mantissaBits - 1)) + 1);
        case NAN_IS_ALL_ONES, POWERS -> sign | ones;
        case NAN_IS_MINUS_ZERO, NONE -> signBit();
      };
    }
    int sign = Float.floatToRawIntBits(value) < 0 ? signBit() : 0;
    float magnitude = Math.abs(value);
    if (specials == Specials.POWERS) {
      return Math.getExponent(magnitude) + bias;
    }
    if (Float.isInfinite(value)) {
      return sign | (((1 << exponentBits) - 1) << mantissaBits);
    }
    int power = Math.getExponent(magnitude);
    if (power < 1 - bias) {
      return sign | (int) Math.scalb(magnitude, bias - 1 + mantissaBits);
    }
    int mantissa = (int) Math.scalb(magnitude, mantissaBits - power);
    return sign | (((power + bias - 1) << mantissaBits) + mantissa);
  }

  /** Returns the number with the given bits. */
  float value(int bits) {
    int ones = (1 << (exponentBits + mantissaBits)) - 1;
    int magnitude = bits & ones;
    boolean negative = (bits & signBit()) != 0;
    int exponent = magnitude >>> mantissaBits;
    int mantissa = magnitude & ((1 << mantissaBits) - 1);
    int top = (1 << exponentBits) - 1;
    boolean isNaN =
        switch (specials) {
          case IEEE -> exponent == top && mantissa != 0;
          case NAN_IS_ALL_ONES, POWERS -> magnitude == ones;
          case NAN_IS_MINUS_ZERO -> negative && magnitude == 0;
          case NONE -> false;
        };
    float value;
    if (isNaN) {
      value = Float.NaN;
    } else if (specials == Specials.POWERS) {
      value = (float) Math.scalb(1.0, exponent - bias);
    } else if (specials == Specials.IEEE && exponent == top) {
      value = Float.POSITIVE_INFINITY;
    } else if (exponent == 0) {
      value = Math.scalb((float) mantissa, 1 - bias - mantissaBits);
    } else {
      value = Math.scalb((float) (mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
    }
    return negative ? Float.intBitsToFloat(Float.floatToRawIntBits(value) | 0x80000000) : value;
  }
}
