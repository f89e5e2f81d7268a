package dev.partir.array;

import dev.partir.ir.ElementType;

/**
 * Steps of products of bf16 and f16 numbers that are held as floats, in which every product and
 * every sum is rounded to the type. They are made of float arithmetic alone, so that the compiler
 * of the JVM vectorizes them, which it does not do with bits of floats.
 *
 * <p>A number is rounded by Veltkamp's splitting (Dekker, "A floating-point technique for extending
 * the available precision", 1971): with {@code c = 2^s + 1}, {@code c x - (c x - x)} is x without
 * its last s bits, to nearest, and to even where two are as near, for {@code c x} then is such a
 * case as well. It is right unless {@code c x} overflows, which leaves a NaN, as an infinity does:
 * a result that is NaN has to be computed again. A zero loses its sign, which no sum that starts
 * from zero can tell.
 */
final class NarrowSteps {
  private static final float BF16_SPLIT = 0x1p16f + 1;
  private static final float F16_SPLIT = 0x1p13f + 1;

  /** The smallest normal number of f16. */
  private static final float F16_NORMAL = 0x1p-14f;

  /** The unit of this number as a float is that of subnormal numbers of f16, 2^-24. */
  private static final float F16_UNIT = 0.75f;

  /** What 2^16, the first number too large for f16, becomes infinite by. */
  private static final float F16_OVERFLOW = 0x1p112f;

  /** Below this, a product of two bf16 numbers may be one that is rounded as a subnormal number. */
  private static final float BF16_LEAST_PRODUCT = 0x1p-118f;

  private NarrowSteps() {}

  /** Returns whether there are steps for a type. */
  static boolean has(ElementType type) {
    return type == ElementType.BF16 || type == ElementType.F16;
  }

  /** Adds {@code a b} to {@code sum}; all are numbers of bf16. */
  static void addBf16(float[] sum, float[] b, float a) {
    for (int j = 0; j < sum.length; j++) {
      float product = a * b[j];
      float split = product * BF16_SPLIT;
      float next = sum[j] + (split - (split - product));
      float nextSplit = next * BF16_SPLIT;
      sum[j] = nextSplit - (nextSplit - next);
    }
  }

  /** Adds {@code a b} to {@code sum}; all are numbers of f16. */
  static void addF16(float[] sum, float[] b, float a) {
    for (int j = 0; j < sum.length; j++) {
      float product = a * b[j];
      float split = product * F16_SPLIT;
      float normal = (split - (split - product)) * F16_OVERFLOW * (1 / F16_OVERFLOW);
      float subnormal = (product + F16_UNIT) - F16_UNIT;
      // 1 for a normal product, else 0: a choice without a branch.
      float isNormal = Math.min(1f, Math.max(0f, (Math.abs(product) - F16_NORMAL) * 0x1p100f + 1f));
      float next = sum[j] + (normal * isNormal + subnormal * (1f - isNormal));
      // A sum of two numbers of f16 that would be subnormal is a number of f16.
      float nextSplit = next * F16_SPLIT;
      sum[j] = (nextSplit - (nextSplit - next)) * F16_OVERFLOW * (1 / F16_OVERFLOW);
    }
  }

  /**
   * Returns whether the steps cannot be trusted for products of numbers of two parts of arrays, for
   * some may be too small.
   *
   * @param least the smallest positive magnitude of the one, and of the other
   */
  static boolean areTooSmall(ElementType type, float least, float other) {
    return type == ElementType.BF16 && !((double) least * other >= BF16_LEAST_PRODUCT);
  }

  /** Returns the smallest magnitude that is not zero; infinity where there is none. */
  static float least(float[] numbers, int from, int count) {
    float least = Float.POSITIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      float magnitude = Math.abs(numbers[i]);
      least = magnitude > 0 && magnitude < least ? magnitude : least;
    }
    return least;
  }
}
