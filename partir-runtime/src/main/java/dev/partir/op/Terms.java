package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Adds the terms of derivatives to a block. What is known to be the same number everywhere is
 * computed at once, and nothing is multiplied by one: a derivative that starts from the cotangent 1
 * is then no longer than one written by hand.
 */
public final class Terms {
  private final BlockBuilder block;

  public Terms(BlockBuilder block) {
    this.block = block;
  }

  /** Returns a number everywhere. */
  public Value constant(TensorType type, double number) {
    return ConstantOp.splat(block, HostArray.scalar(type.element(), number), type);
  }

  /** Returns zeros. */
  public Value zeros(TensorType type) {
    return constant(type, 0);
  }

  /** Returns the number that a value is everywhere, as a scalar; null where it may be several. */
  static @Nullable HostArray splat(Value value) {
    Attribute.Dense dense = ConstantOp.valueOf(value);
    if (dense == null || !dense.splat() || value.tensor().quantization() != null) {
      return null;
    }
    TensorType scalar = TensorType.of(dense.type().element());
    return HostArray.of(Attribute.Dense.of(scalar, dense.bytes(), true));
  }

  /** Returns whether a value is known to be one number everywhere. */
  public static boolean isSplat(Value value, double number) {
    HostArray splat = splat(value);
    return splat != null
        && splat.get(0) == number
        && (!splat.type().element().isComplex() || splat.get(1) == 0);
  }

  public Value plus(Value a, Value b) {
    return binary(BinaryOp.ADD, a, b);
  }

  public Value minus(Value a, Value b) {
    return binary(BinaryOp.SUBTRACT, a, b);
  }

  public Value times(Value a, Value b) {
    if (isSplat(b, 1)) {
      return a;
    }
    return isSplat(a, 1) ? b : binary(BinaryOp.MULTIPLY, a, b);
  }

  public Value times(Value a, double number) {
    return times(a, constant(a.tensor(), number));
  }

  public Value plus(Value a, double number) {
    return plus(a, constant(a.tensor(), number));
  }

  /** Returns {@code a / b}. */
  public Value over(Value a, Value b) {
    return isSplat(b, 1) ? a : binary(BinaryOp.DIVIDE, a, b);
  }

  /** Returns {@code number - a}. */
  public Value from(double number, Value a) {
    return minus(constant(a.tensor(), number), a);
  }

  public Value square(Value a) {
    return times(a, a);
  }

  public Value negate(Value a) {
    return unary(UnaryOp.NEGATE, a);
  }

  public Value unary(UnaryOp op, Value a) {
    HostArray number = splat(a);
    if (number == null) {
      return op.build(block, a);
    }
    HostArray result = op.apply(number);
    return ConstantOp.splat(block, result, a.tensor().withElement(result.type().element()));
  }

  public Value binary(BinaryOp op, Value a, Value b) {
    HostArray left = splat(a);
    HostArray right = splat(b);
    return left != null && right != null
        ? ConstantOp.splat(block, op.apply(left, right), a.tensor())
        : op.build(block, a, b);
  }

  public Value compare(CompareOp.Direction direction, Value a, Value b) {
    return CompareOp.build(block, direction, a, b);
  }

  /** Returns where a value compares so with a number. */
  public Value compare(CompareOp.Direction direction, Value a, double number) {
    return compare(direction, a, constant(a.tensor(), number));
  }

  public Value select(Value predicate, Value onTrue, Value onFalse) {
    return SelectOp.build(block, predicate, onTrue, onFalse);
  }

  /** Returns a value where a predicate holds, else zeros. */
  public Value where(Value predicate, Value value) {
    return select(predicate, value, zeros(value.tensor()));
  }

  public Value convert(Value a, ElementType element) {
    return ConvertOp.build(block, a, element);
  }

  /** Returns the sums over dimensions, which are gone. */
  public Value sum(Value a, long... dims) {
    if (dims.length == 0) {
      return a;
    }
    HostArray number = splat(a);
    TensorType type = a.tensor();
    if (number == null || !type.element().isFloat()) {
      return ReduceOp.build(block, a, Monoid.ADD, dims);
    }
    // The order of a sum is open, so one that is rounded once is as good as any.
    double sum = number.get(0);
    for (long dim : dims) {
      sum *= type.dim((int) dim);
    }
    return constant(ReduceOp.reduced(type, dims), sum);
  }

  /** Returns the sum of all elements. */
  public Value sumAll(Value a) {
    return sum(a, java.util.stream.LongStream.range(0, a.tensor().rank()).toArray());
  }

  /** Repeats a value; see {@link BroadcastInDimOp#build}. */
  public Value broadcast(Value a, TensorType type, long... dims) {
    HostArray number = splat(a);
    if (number != null) {
      return ConstantOp.splat(block, number, type);
    }
    return a.tensor().equals(type) && isIdentity(dims)
        ? a
        : BroadcastInDimOp.build(block, a, type, dims);
  }

  public Value reshape(Value a, long... dims) {
    TensorType type = a.tensor().withDims(dims);
    HostArray number = splat(a);
    if (number != null) {
      return ConstantOp.splat(block, number, type);
    }
    return type.equals(a.tensor()) ? a : ReshapeOp.build(block, a, dims);
  }

  /** Returns {@code a} with result dimension d that of {@code permutation[d]}. */
  public Value transpose(Value a, long... permutation) {
    if (isIdentity(permutation)) {
      return a;
    }
    HostArray number = splat(a);
    if (number != null) {
      long[] dims = new long[permutation.length];
      Arrays.setAll(dims, d -> a.tensor().dim((int) permutation[d]));
      return ConstantOp.splat(block, number, a.tensor().withDims(dims));
    }
    return TransposeOp.build(block, a, permutation);
  }

  private static boolean isIdentity(long... dims) {
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] != d) {
        return false;
      }
    }
    return true;
  }

  /** Returns a slice with steps of 1. */
  Value slice(Value a, long[] start, long[] limit) {
    long[] strides = new long[start.length];
    Arrays.fill(strides, 1);
    return SliceOp.build(block, a, start, limit, strides);
  }

  /** Returns a value with zeros around and between its elements; see {@link PadOp#build}. */
  Value pad(Value a, long[] low, long[] high, long[] interior) {
    if (Arrays.stream(low).allMatch(n -> n == 0)
        && Arrays.stream(high).allMatch(n -> n == 0)
        && Arrays.stream(interior).allMatch(n -> n == 0)) {
      return a;
    }
    return PadOp.build(block, a, zeros(TensorType.of(a.tensor().element())), low, high, interior);
  }
}
