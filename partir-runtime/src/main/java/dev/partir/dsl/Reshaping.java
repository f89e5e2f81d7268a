package dev.partir.dsl;

import static dev.partir.dsl.Checks.fail;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.TensorType;
import dev.partir.op.BroadcastInDimOp;
import dev.partir.op.ConcatenateOp;
import dev.partir.op.ReshapeOp;
import dev.partir.op.SliceOp;
import dev.partir.op.TransposeOp;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What {@link Tensor} records of operations that only move elements, to places known beforehand.
 */
final class Reshaping {
  private Reshaping() {}

  static Tensor reshape(Tensor x, long... sizes) {
    TensorType target = x.type().withDims(sizes);
    if (target.elementCount() != x.type().elementCount()) {
      throw fail(
          "reshape",
          "a " + x.type() + " has not the elements of " + target,
          "The product of the sizes must stay " + x.type().elementCount());
    }
    return Tensor.recorded(x.block(), ReshapeOp.build(x.block(), x.value(), sizes));
  }

  static Tensor transpose(Tensor x, int... dims) {
    if (dims.length != x.rank()) {
      throw fail(
          "transpose", dims.length + " dimensions for a " + x.type(), "Name every dimension once");
    }
    long[] permutation = Arrays.stream(dims).asLongStream().toArray();
    return Tensor.recorded(x.block(), TransposeOp.build(x.block(), x.value(), permutation));
  }

  static Tensor broadcastTo(Tensor x, long... sizes) {
    TensorType target = x.type().withDims(sizes);
    if (target.equals(x.type())) {
      return x;
    }
    if (!Checks.common(x.type(), target, "broadcastTo").equals(target)) {
      throw fail(
          "broadcastTo",
          "a " + x.type() + " does not broadcast to a " + target,
          "Sizes must be equal or 1");
    }
    long[] dims = new long[x.rank()];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = (long) d + target.rank() - x.rank();
    }
    return Tensor.recorded(x.block(), BroadcastInDimOp.build(x.block(), x.value(), target, dims));
  }

  static Tensor slice(Tensor x, int dim, long start, long limit) {
    if (start < 0 || start > limit || limit > x.dim(dim)) {
      throw fail(
          "slice",
          "[" + start + ":" + limit + "] of dimension " + dim + " of a " + x.type(),
          "Bounds must lie within the dimension");
    }
    long[] starts = new long[x.rank()];
    long[] limits = x.type().dims();
    long[] strides = new long[x.rank()];
    Arrays.fill(strides, 1);
    starts[dim] = start;
    limits[dim] = limit;
    return Tensor.recorded(x.block(), SliceOp.build(x.block(), x.value(), starts, limits, strides));
  }

  static List<Tensor> split(Tensor x, int dim, int parts) {
    if (parts < 1 || x.dim(dim) % parts != 0) {
      throw fail(
          "split",
          parts + " parts of dimension " + dim + " of a " + x.type(),
          "The number of parts must divide the size");
    }
    long size = x.dim(dim) / parts;
    return IntStream.range(0, parts)
        .mapToObj(part -> slice(x, dim, part * size, (part + 1) * size))
        .toList();
  }

  static List<Tensor> unstack(Tensor x, int dim) {
    long[] sizes = new long[x.rank() - 1];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = x.dim(d < dim ? d : d + 1);
    }
    return split(x, dim, Math.toIntExact(x.dim(dim))).stream()
        .map(part -> part.reshape(sizes))
        .toList();
  }

  static Tensor concat(Tensor x, Tensor y, int dim) {
    x.same(y, "concat");
    long[] mine = x.type().dims();
    long[] theirs = y.type().dims();
    mine[dim] = 0;
    if (mine.length == theirs.length) {
      theirs[dim] = 0;
    }
    if (!Arrays.equals(mine, theirs)) {
      throw fail(
          "concat",
          x.type() + " and " + y.type() + " along dimension " + dim,
          "Other sizes must be equal");
    }
    BlockBuilder at = Checks.innermost("concat", x.block(), y.block());
    return Tensor.recorded(at, ConcatenateOp.build(at, List.of(x.value(), y.value()), dim));
  }
}
