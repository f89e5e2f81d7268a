package dev.partir.ir;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The element types of StableHLO tensors (StableHLO specification, section "Types"). The name of a
 * constant is its spelling in MLIR text with a small first letter; {@code bf16} and the unsigned
 * integers are all small, and the complex types are spelled in their own way.
 */
public enum ElementType {
  I1(Kind.BOOLEAN, 1),
  I2(Kind.SIGNED, 2),
  I4(Kind.SIGNED, 4),
  I8(Kind.SIGNED, 8),
  I16(Kind.SIGNED, 16),
  I32(Kind.SIGNED, 32),
  I64(Kind.SIGNED, 64),
  UI2(Kind.UNSIGNED, 2),
  UI4(Kind.UNSIGNED, 4),
  UI8(Kind.UNSIGNED, 8),
  UI16(Kind.UNSIGNED, 16),
  UI32(Kind.UNSIGNED, 32),
  UI64(Kind.UNSIGNED, 64),
  F4E2M1FN(Kind.FLOAT, 4),
  F6E2M3FN(Kind.FLOAT, 6),
  F6E3M2FN(Kind.FLOAT, 6),
  F8E3M4(Kind.FLOAT, 8),
  F8E4M3(Kind.FLOAT, 8),
  F8E4M3B11FNUZ(Kind.FLOAT, 8),
  F8E4M3FN(Kind.FLOAT, 8),
  F8E4M3FNUZ(Kind.FLOAT, 8),
  F8E5M2(Kind.FLOAT, 8),
  F8E5M2FNUZ(Kind.FLOAT, 8),
  F8E8M0FNU(Kind.FLOAT, 8),
  BF16(Kind.FLOAT, 16),
  F16(Kind.FLOAT, 16),
  F32(Kind.FLOAT, 32),
  F64(Kind.FLOAT, 64),
  COMPLEX_F32(Kind.COMPLEX, 64),
  COMPLEX_F64(Kind.COMPLEX, 128);

  /** What sort of number an element is. */
  public enum Kind {
    BOOLEAN,
    SIGNED,
    UNSIGNED,
    FLOAT,
    COMPLEX
  }

  private final Kind kind;
  private final int bits;

  ElementType(Kind kind, int bits) {
    this.kind = kind;
    this.bits = bits;
  }

  public Kind kind() {
    return kind;
  }

  /** Returns the number of bits of one element; a complex number counts both parts. */
  public int bits() {
    return bits;
  }

  /**
   * Returns the bytes that {@code count} elements take, sub-byte types rounded up to whole bytes
   * per element.
   */
  public long bytes(long count) {
    return count * Math.max(1, bits / 8);
  }

  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  /** Returns whether this is a signed, unsigned or boolean integer. */
  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED || kind == Kind.BOOLEAN;
  }

  public boolean isComplex() {
    return kind == Kind.COMPLEX;
  }

  /** Returns the type of the parts of a complex type, else the type itself. */
  public ElementType part() {
    return switch (this) {
      case COMPLEX_F32 -> F32;
      case COMPLEX_F64 -> F64;
      default -> this;
    };
  }

  /**
   * Returns f32 for floating-point numbers that are narrower, else the type itself: what long sums
   * are added up in, for in bf16 a sum of ones ends at 256.
   */
  public ElementType atLeastF32() {
    return isFloat() && bits < F32.bits ? F32 : this;
  }

  /** Returns the spelling in MLIR text, such as {@code f32} or {@code complex<f64>}. */
  public String text() {
    return switch (this) {
      case COMPLEX_F32 -> "complex<f32>";
      case COMPLEX_F64 -> "complex<f64>";
      case BF16, UI2, UI4, UI8, UI16, UI32, UI64 -> name().toLowerCase(Locale.ROOT);
      default -> name().substring(0, 1).toLowerCase(Locale.ROOT) + name().substring(1);
    };
  }

  /** Returns the type so spelled in MLIR text, or null when there is none. */
  public static @Nullable ElementType parse(String text) {
    for (ElementType type : values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return text();
  }
}
