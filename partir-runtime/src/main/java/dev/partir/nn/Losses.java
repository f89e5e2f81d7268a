package dev.partir.nn;

import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;

/** What training makes small. */
public final class Losses {
  private Losses() {}

  /**
   * Returns the mean negative log-likelihood of classes, a scalar of f32.
   *
   * @param logits [..., classes]
   * @param targets [...] of whole numbers: the right class of each
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets) {
    Tensor scores = logits.cast(ElementType.F32);
    Tensor right = targets.oneHot(logits.dim(-1), ElementType.F32);
    return scores
        .logSoftmax(-1)
        .times(right)
        .sum()
        .unaryMinus()
        .div((double) targets.type().elementCount());
  }

  /**
   * Returns the mean over what counts.
   *
   * @param logits [..., classes]
   * @param targets [...] of whole numbers: the right class of each
   * @param counts [...]: how much each counts
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets, Tensor counts) {
    Tensor scores = logits.cast(ElementType.F32);
    Tensor right = targets.oneHot(logits.dim(-1), ElementType.F32);
    Tensor each = scores.logSoftmax(-1).times(right).sum(-1).unaryMinus();
    return each.times(counts).sum().div(counts.sum());
  }

  /** Returns the mean square of the difference, a scalar of f32. */
  public static Tensor meanSquare(Tensor prediction, Tensor target) {
    Tensor error = prediction.minus(target).cast(ElementType.F32);
    return error.times(error).mean();
  }
}
