package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * How a device finds computed places of a whole dimension in the block of it that it holds. A slice
 * of size 1 lies in one block and is masked on all other devices. A larger one may lie across
 * blocks: the block gets the slice's size in neutral elements on both sides, so that the part of a
 * slice that lies elsewhere falls there.
 */
final class LocalPlaces {
  private LocalPlaces() {}

  /**
   * Returns indices as i32, each at least {@code low} and at most {@code high}, whatever their
   * type: those that do not fit into 32 bits are beyond the ends of any dimension.
   */
  static Value clamp(BlockBuilder block, Value index, long low, long high) {
    ElementType element = index.tensor().element();
    Value narrow = index;
    if (element.bits() == 64 || element == ElementType.UI32) {
      narrow = BinaryOp.MINIMUM.build(block, index, splat(block, index, high));
      if (element == ElementType.I64) {
        narrow = BinaryOp.MAXIMUM.build(block, narrow, splat(block, index, low));
      }
      return ConvertOp.build(block, narrow, ElementType.I32);
    }
    narrow = ConvertOp.build(block, narrow, ElementType.I32);
    narrow = BinaryOp.MINIMUM.build(block, narrow, splat(block, narrow, high));
    return BinaryOp.MAXIMUM.build(block, narrow, splat(block, narrow, low));
  }

  private static Value splat(BlockBuilder block, Value like, long value) {
    return ConstantOp.splat(
        block, HostArray.scalar(like.tensor().element(), (double) value), like.tensor());
  }

  /** Returns indices minus where a block starts. */
  static Value minus(BlockBuilder block, Value index, Value start) {
    return BinaryOp.SUBTRACT.build(
        block, index, BroadcastInDimOp.build(block, start, index.tensor()));
  }

  /** Returns indices plus a number. */
  static Value plus(BlockBuilder block, Value index, long number) {
    return number == 0 ? index : BinaryOp.ADD.build(block, index, splat(block, index, number));
  }

  /** Returns where indices lie in a block. */
  static Value within(BlockBuilder block, Value index, long size) {
    return BinaryOp.AND.build(
        block,
        CompareOp.build(block, CompareOp.Direction.GE, index, splat(block, index, 0)),
        CompareOp.build(block, CompareOp.Direction.LT, index, splat(block, index, size)));
  }

  /** Returns whether elements can be put together by a sum in which all others are neutral. */
  static boolean isSummable(ElementType element) {
    return element != ElementType.F8E8M0FNU;
  }

  /** Returns how the parts of a value combine of which every device has some elements. */
  static Monoid monoid(ElementType element) {
    return element == ElementType.I1 ? Monoid.OR : Monoid.ADD;
  }

  /**
   * Returns the neutral element, as a scalar. That of a sum of floating-point numbers is -0, for -0
   * + 0 is 0.
   */
  static Value neutral(BlockBuilder block, ElementType element) {
    HostArray scalar = monoid(element).identity(element);
    if (element.isComplex()) {
      scalar.set(0, -0.0);
      scalar.set(1, -0.0);
    } else if (element == ElementType.F16
        || element == ElementType.BF16
        || element == ElementType.F32
        || element == ElementType.F64) {
      scalar.set(0, -0.0);
    }
    return ConstantOp.splat(block, scalar, TensorType.of(element));
  }

  /** Returns an array with elements added on both sides of a dimension. */
  static Value surround(BlockBuilder block, Value operand, int dim, long size, Value fill) {
    int rank = operand.tensor().rank();
    long[] sides = new long[rank];
    sides[dim] = size;
    return PadOp.build(block, operand, fill, sides, sides, new long[rank]);
  }

  /** Returns the inner part of what {@link #surround} gave. */
  static Value inner(BlockBuilder block, Value surrounded, int dim, long size) {
    long[] limit = surrounded.tensor().dims();
    long[] start = new long[limit.length];
    long[] strides = new long[limit.length];
    java.util.Arrays.fill(strides, 1);
    start[dim] = size;
    limit[dim] -= size;
    return SliceOp.build(block, surrounded, start, limit, strides);
  }

  /** Returns one number of every index vector; without the dimension of the vectors. */
  static Value component(BlockBuilder block, Value indices, int vector, int number) {
    TensorType type = indices.tensor();
    if (vector == type.rank()) {
      return indices;
    }
    long[] start = new long[type.rank()];
    long[] limit = type.dims();
    long[] strides = new long[type.rank()];
    java.util.Arrays.fill(strides, 1);
    start[vector] = number;
    limit[vector] = number + 1L;
    long[] dims = new long[type.rank() - 1];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = type.dim(d < vector ? d : d + 1);
    }
    return ReshapeOp.build(block, SliceOp.build(block, indices, start, limit, strides), dims);
  }

  /** Returns index vectors from what {@link #component} gave, in a dimension at {@code vector}. */
  static Value vectors(BlockBuilder block, List<Value> components, int vector, boolean implicit) {
    if (implicit) {
      return components.get(0);
    }
    List<Value> parts = new ArrayList<>();
    for (Value component : components) {
      TensorType type = component.tensor();
      long[] dims = new long[type.rank() + 1];
      for (int d = 0; d < dims.length; d++) {
        dims[d] = d == vector ? 1 : type.dim(d < vector ? d : d - 1);
      }
      parts.add(ReshapeOp.build(block, component, dims));
    }
    return ConcatenateOp.build(block, parts, vector);
  }
}
