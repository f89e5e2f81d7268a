package dev.partir.op;

import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The derivative of a contraction: in each operand, a contraction of the cotangent with the other
 * operand over what only that one had. The operands stand so that the product of matrices needs no
 * transposition.
 */
final class DotGeneralDerivative {
  private DotGeneralDerivative() {}

  static void pullback(Pullback at, DotGeneralOp.Dimensions dimensions) {
    TensorType left = at.operation().operand(0).tensor();
    TensorType right = at.operation().operand(1).tensor();
    int[] leftFree = dimensions.leftFree(left.rank());
    int[] rightFree = dimensions.rightFree(right.rank());
    int[] leftBatch = ints(dimensions.batch()[0]);
    int[] rightBatch = ints(dimensions.batch()[1]);
    int[] leftContracted = ints(dimensions.contracting()[0]);
    int[] rightContracted = ints(dimensions.contracting()[1]);
    int[] batch = IntStream.range(0, leftBatch.length).toArray();
    int[] fromLeft = range(batch.length, leftFree.length);
    int[] fromRight = range(batch.length + leftFree.length, rightFree.length);
    if (at.wants(0)) {
      Value product =
          contract(
              at,
              List.of(at.cotangent(), at.operand(1)),
              new DotGeneralOp.Dimensions(batch, rightBatch, fromRight, rightFree));
      // Its dimensions: the batch, what was left of the left one, then what was contracted in the
      // order of the right one.
      int[] places = concat(leftBatch, leftFree, inOrderOf(rightContracted, leftContracted));
      give(at, 0, product, places);
    }
    if (at.wants(1)) {
      Value product =
          contract(
              at,
              List.of(at.operand(0), at.cotangent()),
              new DotGeneralOp.Dimensions(leftBatch, batch, leftFree, fromLeft));
      int[] places = concat(rightBatch, inOrderOf(leftContracted, rightContracted), rightFree);
      give(at, 1, product, places);
    }
  }

  private static Value contract(
      Pullback at, List<Value> operands, DotGeneralOp.Dimensions dimensions) {
    Operation operation = at.operation();
    TensorType inferred =
        DotGeneralOp.infer(operands.get(0).tensor(), operands.get(1).tensor(), dimensions);
    Attributes attributes =
        operation.attributes().with(DotGeneralOp.NUMBERS, dimensions.toAttribute());
    return at.block()
        .add(
            DotGeneralOp.INSTANCE,
            operands,
            attributes,
            List.of(inferred.withElement(at.cotangent().tensor().element())))
        .result();
  }

  /** Gives an operand the value whose dimension i is its dimension {@code places[i]}. */
  static void give(Pullback at, int operand, Value product, int... places) {
    long[] permutation = new long[places.length];
    for (int d = 0; d < places.length; d++) {
      permutation[places[d]] = d;
    }
    Terms t = at.terms();
    Value arranged = t.transpose(product, permutation);
    at.give(operand, t.convert(arranged, at.operation().operand(operand).tensor().element()));
  }

  /** Returns {@code values} in the order of their keys. */
  static int[] inOrderOf(int[] keys, int[] values) {
    return IntStream.range(0, keys.length)
        .boxed()
        .sorted(java.util.Comparator.comparingInt(i -> keys[i]))
        .mapToInt(i -> values[i])
        .toArray();
  }

  static int[] range(int first, int count) {
    return IntStream.range(first, first + count).toArray();
  }

  static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  private static int[] ints(long... dims) {
    return Arrays.stream(dims).mapToInt(Math::toIntExact).toArray();
  }
}
