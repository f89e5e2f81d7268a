package dev.partir.dsl;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.CompareOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvolutionOp;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.DynamicUpdateSliceOp;
import dev.partir.op.Monoid;
import dev.partir.op.PadOp;
import dev.partir.op.ReduceWindowOp;
import dev.partir.op.ScatterOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What {@link Tensor} records of operations that go by places rather than by elements. */
final class Indexing {
  private Indexing() {}

  static Tensor dynamicSlice(Tensor x, int dim, Tensor start, long size) {
    place("dynamicSlice", start);
    if (size < 0 || size > x.dim(dim)) {
      throw Checks.fail(
          "dynamicSlice",
          size + " elements of dimension " + dim + " of a " + x.type(),
          "The size must be that of the dimension at most");
    }
    BlockBuilder block = Checks.innermost("dynamicSlice", x.block(), start.block());
    long[] sizes = x.type().dims();
    sizes[dim] = size;
    Value slice = DynamicSliceOp.build(block, x.value(), starts(block, x, dim, start), sizes);
    return Tensor.recorded(block, slice);
  }

  static Tensor dynamicUpdateSlice(Tensor x, Tensor update, int dim, Tensor start) {
    place("dynamicUpdateSlice", start);
    x.same(update, "dynamicUpdateSlice");
    long[] mine = x.type().dims();
    long[] theirs = update.type().dims();
    boolean fits = mine.length == theirs.length && theirs[dim] <= mine[dim];
    mine[dim] = 0;
    if (fits) {
      theirs[dim] = 0;
    }
    if (!Arrays.equals(mine, theirs)) {
      throw Checks.fail(
          "dynamicUpdateSlice",
          "a " + update.type() + " into a " + x.type() + " along dimension " + dim,
          "Other sizes must be equal, and that of the dimension not larger");
    }
    BlockBuilder block = Checks.innermost("dynamicUpdateSlice", x.block(), update.block());
    block = Checks.innermost("dynamicUpdateSlice", block, start.block());
    List<Value> starts = starts(block, x, dim, start);
    return Tensor.recorded(
        block, DynamicUpdateSliceOp.build(block, x.value(), update.value(), starts));
  }

  private static void place(String what, Tensor start) {
    if (start.rank() != 0 || !isWhole(start)) {
      throw Checks.fail(what, "its start is a " + start.type(), "Give a scalar of whole numbers");
    }
  }

  private static boolean isWhole(Tensor x) {
    ElementType element = x.type().element();
    return element.isInteger() && element != ElementType.I1;
  }

  private static List<Value> starts(BlockBuilder block, Tensor x, int dim, Tensor start) {
    List<Value> starts = new ArrayList<>();
    HostArray zero = HostArray.scalar(start.type().element(), 0);
    for (int d = 0; d < x.rank(); d++) {
      starts.add(d == dim ? start.value() : ConstantOp.build(block, zero.toDense()));
    }
    return starts;
  }

  static Tensor pad(Tensor x, int dim, long low, long high) {
    if (low < 0 || high < 0) {
      throw Checks.fail(
          "pad",
          low + " before and " + high + " behind dimension " + dim + " of a " + x.type(),
          "Padding is not negative: use slice to take something away");
    }
    long[] before = new long[x.rank()];
    long[] behind = new long[x.rank()];
    before[dim] = low;
    behind[dim] = high;
    Value zero = x.scalar(0).value();
    return Tensor.recorded(
        x.block(), PadOp.build(x.block(), x.value(), zero, before, behind, new long[x.rank()]));
  }

  static Tensor oneHot(Tensor x, long classes, ElementType element) {
    if (!isWhole(x) || classes < 1) {
      throw Checks.fail(
          "oneHot",
          classes + " classes by a " + x.type(),
          "Classes are at least one, and chosen by whole numbers");
    }
    long[] sizes = Arrays.copyOf(x.type().dims(), x.rank() + 1);
    sizes[x.rank()] = 1;
    Tensor numbers = x.iota(0, x.type().element(), classes);
    return numbers.equalTo(x.reshape(sizes)).cast(element);
  }

  static Tensor argmax(Tensor x, int dim) {
    long size = x.dim(dim);
    long[] sizes = x.type().dims();
    Tensor places = x.iota(dim, ElementType.I32, sizes);
    sizes[dim] = 1;
    Tensor isLargest = x.atLeast(x.reduceMax(dim).reshape(sizes));
    if (!x.type().element().isInteger()) {
      // The maximum of what has a NaN is one, to which nothing compares.
      isLargest = isLargest.max(x.compare(CompareOp.Direction.NE, x));
    }
    // The first: the largest of the distances from the end.
    Tensor fromEnd = places.scalar((double) size).minus(places);
    Tensor largest = isLargest.select(fromEnd, fromEnd.scalar(0)).reduceMax(dim);
    return largest.scalar((double) size).minus(largest);
  }

  static Tensor cumsum(Tensor x, int dim) {
    return Tensor.recorded(
        x.block(), ReduceWindowOp.running(x.block(), x.value(), Monoid.ADD, dim));
  }

  static Tensor segmentSum(Tensor x, Tensor segments, long count) {
    if (!isWhole(segments)
        || segments.rank() != 1
        || x.rank() == 0
        || x.dim(0) != segments.dim(0)
        || count < 0) {
      throw Checks.fail(
          "segmentSum",
          "rows of a " + x.type() + " into " + count + " segments by a " + segments.type(),
          "Give a whole number for every row");
    }
    BlockBuilder block = Checks.innermost("segmentSum", x.block(), segments.block());
    long[] sizes = x.type().dims();
    sizes[0] = count;
    TensorType type = x.type().withDims(sizes);
    Value zeros = ConstantOp.splat(block, HostArray.scalar(type.element(), 0), type);
    return Tensor.recorded(block, ScatterOp.addRows(block, zeros, segments.value(), x.value()));
  }

  static Tensor convolve(Tensor x, Tensor kernel, long stride) {
    if (x.rank() != 4 || kernel.rank() != 4 || x.dim(3) != kernel.dim(2) || stride < 1) {
      throw Checks.fail(
          "convolve",
          "a " + x.type() + " with a " + kernel.type() + " at a stride of " + stride,
          "Give [batch, height, width, channels] and [height, width, channels, features]");
    }
    BlockBuilder block = Checks.innermost("convolve", x.block(), kernel.block());
    long[] padding = new long[4];
    for (int d = 0; d < 2; d++) {
      long places = (x.dim(1 + d) + stride - 1) / stride;
      long missing = Math.max(0, (places - 1) * stride + kernel.dim(d) - x.dim(1 + d));
      padding[2 * d] = missing / 2;
      padding[2 * d + 1] = missing - missing / 2;
    }
    long[] strides = {stride, stride};
    return Tensor.recorded(
        block, ConvolutionOp.images(block, x.value(), kernel.value(), strides, padding));
  }
}
