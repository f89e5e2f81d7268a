package dev.partir.nn;

import dev.partir.dsl.Gradients;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.List;

/** What training makes small. */
public final class Losses {
  private Losses() {}

  /**
   * Returns the mean negative log-likelihood of classes, a scalar of f32. A target that is no class
   * counts as one of likelihood 1.
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
   * Returns the weighted mean of the negative log-likelihoods of classes, a scalar of f32.
   *
   * @param logits [..., classes]
   * @param targets [...] of whole numbers: the right class of each
   * @param counts [...] of f32: how much each counts, such as 0 for padding; where all are 0, the
   *     mean is 0
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets, Tensor counts) {
    return surprise(logits, targets, counts).div(total(counts));
  }

  /** Returns the sum of counts, or a number to divide by where that is 0. */
  private static Tensor total(Tensor counts) {
    return counts.sum().max(1e-30);
  }

  private static Tensor surprise(Tensor logits, Tensor targets, Tensor counts) {
    Tensor scores = logits.cast(ElementType.F32);
    Tensor right = targets.oneHot(logits.dim(-1), ElementType.F32);
    Tensor each = scores.logSoftmax(-1).times(right).sum(-1).unaryMinus();
    return each.times(counts).sum();
  }

  /**
   * Returns {@link #crossEntropy(Tensor, Tensor, Tensor)} of the logits {@code x} times {@code
   * table}, block of places by block, so that no more than a block's logits are there at a time;
   * they are computed again for gradients.
   *
   * @param x [batch, places, embed]
   * @param table [classes, embed]
   * @param targets [batch, places] of whole numbers
   * @param counts [batch, places] of f32
   * @param block how many places are in a block; it divides the places
   */
  public static Tensor crossEntropyInBlocks(
      Tensor x, Tensor table, Tensor targets, Tensor counts, long block) {
    long batch = x.dim(0);
    if (block < 1 || x.dim(1) % block != 0) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_OP,
              "crossEntropyInBlocks",
              "blocks of " + block + " do not make up " + x.dim(1) + " places",
              "The size of a block must divide the number of places"));
    }
    long blocks = x.dim(1) / block;
    Tensor stacked = x.reshape(batch, blocks, block, x.dim(2)).transpose(1, 0, 2, 3);
    Tensor right = targets.reshape(batch, blocks, block).transpose(1, 0, 2);
    Tensor weights = counts.reshape(batch, blocks, block).transpose(1, 0, 2);
    Tensor sum =
        Loops.scan(
            counts.scalar(0),
            List.of(stacked, right, weights),
            (before, in) -> {
              int[] none = {};
              int[] width = {2};
              int[] columns = {1};
              return before.plus(
                  Gradients.checkpoint(
                          List.of(in.get(0)),
                          one ->
                              List.of(
                                  surprise(
                                      one.get(0).contract(table, none, none, width, columns),
                                      in.get(1),
                                      in.get(2))))
                      .get(0));
            });
    return sum.div(total(counts));
  }

  /** Returns the mean square of the difference, a scalar of f32. */
  public static Tensor meanSquare(Tensor prediction, Tensor target) {
    Tensor error = prediction.minus(target).cast(ElementType.F32);
    return error.times(error).mean();
  }
}
