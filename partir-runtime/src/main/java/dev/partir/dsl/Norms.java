package dev.partir.dsl;

import dev.partir.ir.ElementType;
import java.util.function.UnaryOperator;

/**
 * What is made of long sums. It is computed in f32 where elements are narrower, as the usual
 * frameworks do, and then rounded: numbers of bf16 above 1 lie 1/128 apart, and squares of f16 are
 * infinite from 256 on.
 */
final class Norms {
  private Norms() {}

  /** Returns what a function makes of a tensor, computed in f32 where its elements are narrower. */
  static Tensor wide(Tensor x, UnaryOperator<Tensor> function) {
    ElementType element = x.type().element();
    return element == element.atLeastF32()
        ? function.apply(x)
        : function.apply(x.cast(element.atLeastF32())).cast(element);
  }

  /** In the type of x: what is rounded is at most 1, and the sum is rounded once. */
  static Tensor softmax(Tensor x, int dim) {
    Tensor exponentials = lessMaximum(x, dim).exp();
    return exponentials.div(exponentials.sum(dim).expand(dim, x.rank()));
  }

  static Tensor logSoftmax(Tensor x, int dim) {
    return wide(
        x,
        wide -> {
          Tensor shifted = lessMaximum(wide, dim);
          return shifted.minus(shifted.exp().sum(dim).log().expand(dim, x.rank()));
        });
  }

  /**
   * Returns x less its maximum along a dimension, which keeps exponentials from overflowing and
   * changes nothing else: no derivative needs to go through it.
   */
  private static Tensor lessMaximum(Tensor x, int dim) {
    return x.minus(x.reduceMax(dim).stopGradient().expand(dim, x.rank()));
  }

  /** Returns x with mean 0 and variance 1 along the last dimension. */
  static Tensor standardized(Tensor x) {
    return wide(
        x,
        wide -> {
          Tensor centered = wide.minus(wide.mean(-1).expand(-1, x.rank()));
          Tensor variance = centered.times(centered).mean(-1).expand(-1, x.rank());
          return centered.times(variance.plus(1e-5).rsqrt());
        });
  }

  /** Returns x over its root mean square along the last dimension. */
  static Tensor overRootMeanSquare(Tensor x) {
    return wide(
        x,
        wide -> {
          Tensor square = wide.times(wide).mean(-1).expand(-1, x.rank());
          return wide.times(square.plus(1e-6).rsqrt());
        });
  }
}
