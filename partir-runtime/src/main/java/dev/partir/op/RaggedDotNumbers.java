package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What the dimensions of the operands of {@link RaggedDotOp} are to each other. */
final class RaggedDotNumbers {
  static final String NAME = "ragged_dot_dimension_numbers";

  private static final String LEFT_BATCH = "lhs_batching_dimensions";
  private static final String RIGHT_BATCH = "rhs_batching_dimensions";
  private static final String LEFT_CONTRACTING = "lhs_contracting_dimensions";
  private static final String RIGHT_CONTRACTING = "rhs_contracting_dimensions";
  private static final String RAGGED = "lhs_ragged_dimensions";
  private static final String GROUP = "rhs_group_dimensions";

  final int[] leftBatch;
  final int[] rightBatch;
  final int[] leftContracting;
  final int[] rightContracting;

  /** The dimension of the left operand that is cut into groups: one, once that is verified. */
  final int[] ragged;

  /** The dimension of the right operand that holds a matrix per group, where there is one. */
  final int[] group;

  /**
   * The numbers of dimensions.
   *
   * @param batch those of the left and of the right operand
   * @param contracting those of the left and of the right operand
   */
  RaggedDotNumbers(int[][] batch, int[][] contracting, int[] ragged, int[] group) {
    leftBatch = batch[0];
    rightBatch = batch[1];
    leftContracting = contracting[0];
    rightContracting = contracting[1];
    this.ragged = ragged;
    this.group = group;
  }

  static RaggedDotNumbers of(Operation operation) {
    Attributes fields =
        operation.attributes().get(NAME) instanceof Attribute.Struct struct
            ? struct.fields()
            : Attributes.EMPTY;
    return new RaggedDotNumbers(
        new int[][] {fields.dims(LEFT_BATCH), fields.dims(RIGHT_BATCH)},
        new int[][] {fields.dims(LEFT_CONTRACTING), fields.dims(RIGHT_CONTRACTING)},
        fields.dims(RAGGED),
        fields.dims(GROUP));
  }

  Attribute toAttribute() {
    return new Attribute.Struct(
        "chlo.ragged_dot",
        Attributes.builder()
            .putList(LEFT_BATCH, longs(leftBatch))
            .putList(RIGHT_BATCH, longs(rightBatch))
            .putList(LEFT_CONTRACTING, longs(leftContracting))
            .putList(RIGHT_CONTRACTING, longs(rightContracting))
            .putList(RAGGED, longs(ragged))
            .putList(GROUP, longs(group))
            .build());
  }

  boolean isContracted() {
    return contains(leftContracting, ragged[0]);
  }

  boolean isBatch() {
    return contains(leftBatch, ragged[0]);
  }

  int[] leftFree(int rank) {
    return IntStream.range(0, rank)
        .filter(d -> !contains(leftBatch, d) && !contains(leftContracting, d))
        .toArray();
  }

  int[] rightFree(int rank) {
    return IntStream.range(0, rank)
        .filter(
            d -> !contains(rightBatch, d) && !contains(rightContracting, d) && !contains(group, d))
        .toArray();
  }

  /**
   * Returns the sizes of the result: the groups where each gives one of its own, the batch, what is
   * left of the left operand, then what is left of the right one.
   */
  long[] result(TensorType left, TensorType right, long groups) {
    LongStream first = isContracted() ? LongStream.of(groups) : LongStream.empty();
    LongStream mine =
        IntStream.concat(Arrays.stream(leftBatch), Arrays.stream(leftFree(left.rank())))
            .mapToLong(left::dim);
    LongStream other = Arrays.stream(rightFree(right.rank())).mapToLong(right::dim);
    return LongStream.concat(first, LongStream.concat(mine, other)).toArray();
  }

  private static boolean contains(int[] dims, int dim) {
    return Arrays.stream(dims).anyMatch(d -> d == dim);
  }

  private static long[] longs(int... dims) {
    return Arrays.stream(dims).asLongStream().toArray();
  }
}
