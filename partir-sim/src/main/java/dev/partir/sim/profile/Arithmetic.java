package dev.partir.sim.profile;

import dev.partir.ir.ElementType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of arithmetic for which chips have different peak rates. The constant in lower case is
 * its spelling in profile files.
 */
public enum Arithmetic {
  /** 64-bit floating point. */
  F64,
  /**
   * Multiplication of f32 matrices as frameworks do it unless asked for more: one bf16 pass on a
   * TPU, TF32 on recent GPUs (JAX documentation, "Matmul precision").
   */
  F32,
  /** 16-bit floating point, both bf16 and f16. */
  BF16,
  /** 8-bit floating point. */
  FP8,
  /** 8-bit integers. */
  INT8,
  /** 4-bit integers. */
  INT4,
  /** 4-bit floating point. */
  FP4;

  /** Returns the spelling in profile files, such as {@code bf16}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the arithmetic that elements of a type need. Integers of 16 bits and more, and
   * booleans, run at the rate of {@link #F32}, on the same 32-bit lanes.
   */
  public static Arithmetic of(ElementType type) {
    return switch (type) {
      case F64, COMPLEX_F64 -> F64;
      case BF16, F16 -> BF16;
      case F8E3M4,
          F8E4M3,
          F8E4M3B11FNUZ,
          F8E4M3FN,
          F8E4M3FNUZ,
          F8E5M2,
          F8E5M2FNUZ,
          F8E8M0FNU,
          F6E2M3FN,
          F6E3M2FN ->
          FP8;
      case F4E2M1FN -> FP4;
      case I8, UI8 -> INT8;
      case I4, UI4, I2, UI2 -> INT4;
      case F32, COMPLEX_F32, I1, I16, UI16, I32, UI32, I64, UI64 -> F32;
    };
  }

  /**
   * Returns the arithmetic whose rate stands in where a profile has none for this one: the one in
   * which hardware without the type computes it. For {@link #F64} that is {@link #F32}, which is
   * kinder than most chips are; null for {@link #F32} and {@link #BF16}, which every profile has.
   */
  public @Nullable Arithmetic substitute() {
    return switch (this) {
      case F64 -> F32;
      case FP8, INT8 -> BF16;
      case INT4 -> INT8;
      case FP4 -> FP8;
      case F32, BF16 -> null;
    };
  }
}
