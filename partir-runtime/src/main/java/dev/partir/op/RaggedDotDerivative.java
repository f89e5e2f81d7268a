package dev.partir.op;

import static dev.partir.op.DotGeneralDerivative.concat;
import static dev.partir.op.DotGeneralDerivative.inOrderOf;
import static dev.partir.op.DotGeneralDerivative.range;

import dev.partir.ir.Attributes;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * The derivative of a product of groups: in each operand, a product of the same groups of the
 * cotangent with the other operand. By the matrices of groups, of which the result has one row per
 * place, it is one in which the groups are sums; where they are sums, the cotangent has a matrix
 * per group. The sizes of groups are whole numbers, and have no cotangent.
 */
final class RaggedDotDerivative {
  private final Pullback at;
  private final RaggedDotNumbers numbers;
  private final int[] leftFree;
  private final int[] rightFree;

  // Where the cotangent has what the operands have.
  private final int[] batch;
  private final int[] fromLeft;
  private final int[] fromRight;

  private RaggedDotDerivative(Pullback at) {
    this.at = at;
    numbers = RaggedDotNumbers.of(at.operation());
    leftFree = numbers.leftFree(at.operation().operand(0).tensor().rank());
    rightFree = numbers.rightFree(at.operation().operand(1).tensor().rank());
    int first = numbers.isContracted() ? 1 : 0;
    batch = range(first, numbers.leftBatch.length);
    fromLeft = range(first + batch.length, leftFree.length);
    fromRight = range(first + batch.length + leftFree.length, rightFree.length);
  }

  static void pullback(Pullback at) {
    if (at.cotangent().tensor().element().isComplex()) {
      throw Pullback.none(
          at.operation(),
          "it gives a " + at.cotangent().type() + ", and it sums real numbers only",
          "Multiply real and imaginary parts by themselves");
    }
    RaggedDotDerivative derivative = new RaggedDotDerivative(at);
    if (at.wants(0)) {
      derivative.left();
    }
    if (at.wants(1)) {
      derivative.right();
    }
  }

  private void left() {
    Value product;
    int[] contracted = inOrderOf(numbers.rightContracting, numbers.leftContracting);
    if (numbers.isContracted()) {
      product =
          product(
              at.operand(1),
              at.cotangent(),
              new RaggedDotNumbers(
                  new int[][] {numbers.rightBatch, batch},
                  new int[][] {rightFree, fromRight},
                  paired(numbers.leftContracting, numbers.rightContracting),
                  range(0, 1)));
      give(0, product, concat(numbers.leftBatch, contracted, leftFree));
      return;
    }
    int[] mine = concat(numbers.leftBatch, leftFree);
    product =
        product(
            at.cotangent(),
            at.operand(1),
            new RaggedDotNumbers(
                new int[][] {batch, numbers.rightBatch},
                new int[][] {fromRight, rightFree},
                paired(mine, concat(batch, fromLeft)),
                numbers.group));
    give(0, product, concat(mine, contracted));
  }

  private void right() {
    Value product =
        product(
            at.operand(0),
            at.cotangent(),
            new RaggedDotNumbers(
                new int[][] {numbers.leftBatch, batch},
                new int[][] {leftFree, fromLeft},
                numbers.ragged,
                numbers.isContracted() ? range(0, 1) : range(0, 0)));
    int[] contracted = inOrderOf(numbers.leftContracting, numbers.rightContracting);
    give(1, product, concat(numbers.group, numbers.rightBatch, contracted, rightFree));
  }

  /** Returns what is paired with the ragged dimension. */
  private int[] paired(int[] dims, int[] others) {
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == numbers.ragged[0]) {
        return new int[] {others[i]};
      }
    }
    throw new IllegalStateException("dimension " + numbers.ragged[0] + " is in no pair");
  }

  private Value product(Value left, Value right, RaggedDotNumbers of) {
    Value sizes = at.operand(2);
    long groups = sizes.tensor().dim(sizes.tensor().rank() - 1);
    TensorType type =
        at.cotangent().tensor().withDims(of.result(left.tensor(), right.tensor(), groups));
    Attributes attributes = at.operation().attributes();
    return at.block()
        .add(
            RaggedDotOp.INSTANCE,
            List.of(left, right, sizes),
            attributes.with(RaggedDotNumbers.NAME, of.toAttribute()),
            List.of(type))
        .result();
  }

  private void give(int operand, Value product, int[] places) {
    DotGeneralDerivative.give(at, operand, product, places);
  }
}
