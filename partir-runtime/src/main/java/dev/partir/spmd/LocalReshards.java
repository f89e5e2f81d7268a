package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.BlockWindow;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.AllGatherOp;
import dev.partir.op.AllReduceOp;
import dev.partir.op.AllToAllOp;
import dev.partir.op.CollectivePermuteOp;
import dev.partir.op.ConcatenateOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.PadOp;
import dev.partir.op.ReduceScatterOp;
import dev.partir.op.SliceOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Writes reshards as what each device does with its blocks: slices, and collectives over groups.
 */
final class LocalReshards {
  private final SpmdProgram program;
  private final Mesh mesh;
  private final DeviceNumbers numbers;
  private final BlockBuilder body;

  /**
   * Makes one for a block of a device-local program.
   *
   * @param body the block to add to
   */
  LocalReshards(SpmdProgram program, DeviceNumbers numbers, BlockBuilder body) {
    this.program = program;
    this.numbers = numbers;
    this.body = body;
    mesh = program.mesh();
  }

  /**
   * Adds what a reshard is.
   *
   * @param operand what the device has of its operand
   * @return what it has afterwards
   */
  Value add(Operation operation, Reshard.Step step, Value operand) {
    TensorType type = operation.operand(0).tensor();
    Sharding from = program.sharding(operation.operand(0));
    Sharding to = step.result();
    int[] axes = step.axisArray();
    int dim = step.dim();
    Location location = program.location(operation);
    BlockWindow window = step.exchange() == null ? null : to.window(dim);
    if (window != null) {
      return window(operand, dim, axes, window, Objects.requireNonNull(step.exchange()), location);
    }
    return switch (step.kind()) {
      case ALL_SLICE -> slice(operand, type, dim, from.dim(dim).length, to.dim(dim));
      case ALL_GATHER -> {
        Value gathered = AllGatherOp.build(body, operand, dim, mesh.groups(axes), location);
        yield Padding.remove(body, gathered, dim, levels(type, dim, to.dim(dim), axes));
      }
      case ALL_REDUCE ->
          AllReduceOp.build(body, operand, from.monoid(), mesh.groups(axes), location);
      case REDUCE_SCATTER -> {
        Value padded = Padding.add(body, operand, dim, levels(type, dim, from.dim(dim), axes));
        yield ReduceScatterOp.build(body, padded, from.monoid(), dim, mesh.groups(axes), location);
      }
      case ALL_TO_ALL -> {
        int source = step.fromDim();
        Value padded = Padding.add(body, operand, dim, levels(type, dim, from.dim(dim), axes));
        Value moved = AllToAllOp.build(body, padded, dim, source, mesh.groups(axes), location);
        yield Padding.remove(body, moved, source, levels(type, source, to.dim(source), axes));
      }
      case COLLECTIVE_PERMUTE ->
          CollectivePermuteOp.build(body, operand, permutation(from, to), location);
    };
  }

  /** Gets a device's window of a dimension from its own block and those of its neighbours. */
  private Value window(
      Value operand,
      int dim,
      int[] axes,
      BlockWindow window,
      BlockWindow.Exchange exchange,
      Location location) {
    if (exchange.whole()) {
      return windowOfWhole(operand, dim, axes, window, exchange);
    }
    long block = exchange.block();
    List<Value> parts = new ArrayList<>();
    for (int hop = -exchange.hopsLeft(); hop <= exchange.hopsRight(); hop++) {
      // The farthest blocks are needed in part only.
      long from = hop < 0 ? Math.max(0, -hop * block - exchange.left()) : 0;
      long to = hop > 0 ? Math.min(block, exchange.right() - (hop - 1) * block) : block;
      Value part = cut(operand, dim, from, to);
      if (hop != 0 || exchange.mirrored()) {
        int[][] pairs = shift(axes, hop, exchange.mirrored());
        part = CollectivePermuteOp.build(body, part, pairs, location);
      }
      parts.add(part);
    }
    Value stretch = parts.size() == 1 ? parts.get(0) : ConcatenateOp.build(body, parts, dim);
    stretch = padded(stretch, dim, exchange);
    // Where the window starts in the stretch: linear in the number of the block.
    long blocks = mesh.groupSize(axes);
    long first =
        window.offset()
            + exchange.left()
            + exchange.paddingLeft()
            - (exchange.mirrored() ? (blocks - 1) * block : 0);
    long made = mesh.blockSize(window.size(), axes);
    long slope = window.scaled(made) + (exchange.mirrored() ? block : -block);
    if (slope == 0 || blocks == 1) {
      return cut(stretch, dim, first, first + window.width());
    }
    Value start = numbers.plus(numbers.times(numbers.block(axes), slope), first);
    return dynamicCut(stretch, dim, start, window.width());
  }

  private Value windowOfWhole(
      Value operand, int dim, int[] axes, BlockWindow window, BlockWindow.Exchange exchange) {
    Value start =
        numbers.plus(
            numbers.scaled(numbers.start(axes, window.size()), window.scale(), window.divisor()),
            window.offset() + exchange.paddingLeft());
    return dynamicCut(padded(operand, dim, exchange), dim, start, window.width());
  }

  private Value padded(Value operand, int dim, BlockWindow.Exchange exchange) {
    if (exchange.paddingLeft() + exchange.paddingRight() == 0) {
      return operand;
    }
    long[] low = new long[operand.tensor().rank()];
    long[] high = new long[low.length];
    low[dim] = exchange.paddingLeft();
    high[dim] = exchange.paddingRight();
    TensorType scalar = TensorType.of(operand.tensor().element());
    Value zero = ConstantOp.splat(body, HostArray.zeros(scalar), scalar);
    return PadOp.build(body, operand, zero, low, high, new long[low.length]);
  }

  private Value dynamicCut(Value operand, int dim, Value start, long size) {
    long[] sizes = operand.tensor().dims();
    sizes[dim] = size;
    List<Value> starts = new ArrayList<>();
    for (int d = 0; d < sizes.length; d++) {
      starts.add(d == dim ? start : numbers.constant(0));
    }
    return DynamicSliceOp.build(body, operand, starts, sizes);
  }

  private Value cut(Value operand, int dim, long from, long to) {
    long[] limits = operand.tensor().dims();
    if (from == 0 && to == limits[dim]) {
      return operand;
    }
    long[] starts = new long[limits.length];
    long[] strides = new long[limits.length];
    Arrays.fill(strides, 1);
    starts[dim] = from;
    limits[dim] = to;
    return SliceOp.build(body, operand, starts, limits, strides);
  }

  /**
   * Returns pairs of source and target in which each device gets the block that lies {@code hop}
   * blocks behind its own, or behind that of the device at the other end.
   */
  private int[][] shift(int[] axes, int hop, boolean mirrored) {
    int blocks = mesh.groupSize(axes);
    List<int[]> pairs = new ArrayList<>();
    for (int target = 0; target < mesh.deviceCount(); target++) {
      int own = mesh.blockIndex(target, axes);
      int wanted = (mirrored ? blocks - 1 - own : own) + hop;
      if (wanted >= 0 && wanted < blocks) {
        pairs.add(new int[] {target - deviceAt(own, axes) + deviceAt(wanted, axes), target});
      }
    }
    return pairs.toArray(int[][]::new);
  }

  /**
   * Returns the sizes of the blocks of a dimension that is cut further along axes, from what is cut
   * to the smallest block; and the numbers of blocks at each level.
   */
  private Padding.Levels levels(TensorType type, int dim, int[] outer, int[] axes) {
    long[] sizes = new long[axes.length + 1];
    int[] counts = new int[axes.length];
    sizes[0] = mesh.blockSize(type.dim(dim), outer);
    for (int i = 0; i < axes.length; i++) {
      counts[i] = mesh.size(axes[i]);
      sizes[i + 1] = Mesh.blockSize(sizes[i], counts[i]);
    }
    return new Padding.Levels(sizes, counts);
  }

  /** Returns a device's own part of a dimension that is cut along axes evenly. */
  Value own(Value operand, int dim, int[] axes) {
    long size = operand.tensor().dim(dim);
    return dynamicCut(operand, dim, numbers.start(axes, size), size / mesh.groupSize(axes));
  }

  private Value slice(Value operand, TensorType type, int dim, int cut, int[] all) {
    int[] outer = Arrays.copyOf(all, cut);
    int[] axes = Arrays.copyOfRange(all, cut, all.length);
    long whole = mesh.blockSize(type.dim(dim), outer);
    Value padded = PadOp.behind(body, operand, dim, mesh.blockReach(whole, axes));
    return dynamicCut(padded, dim, numbers.start(axes, whole), mesh.blockSize(whole, axes));
  }

  /**
   * Returns pairs of source and target: each device gets the block that the new layout gives it
   * from a device that has it in the old one. Devices that hold the same blocks are paired off by
   * their places along the axes that tile nothing, so that each sends once.
   */
  private int[][] permutation(Sharding from, Sharding to) {
    int[] fromAxes = tilingAxes(from);
    int[] toAxes = tilingAxes(to);
    // An axis that tiles neither comes first in both: along it each device stays by itself, as it
    // must where a manual computation has made the devices differ.
    int[] fromRest = others(fromAxes, toAxes);
    int[] toRest = others(toAxes, fromAxes);
    int[][] pairs = new int[mesh.deviceCount()][];
    for (int target = 0; target < pairs.length; target++) {
      int sourceDevice = 0;
      for (int d = 0; d < from.rank(); d++) {
        sourceDevice += deviceAt(mesh.blockIndex(target, to.dim(d)), from.dim(d));
      }
      sourceDevice += deviceAt(mesh.blockIndex(target, toRest), fromRest);
      pairs[target] = new int[] {sourceDevice, target};
    }
    return pairs;
  }

  private static int[] tilingAxes(Sharding sharding) {
    int[] axes = {};
    for (int d = 0; d < sharding.rank(); d++) {
      int[] more = sharding.dim(d);
      int n = axes.length;
      axes = Arrays.copyOf(axes, n + more.length);
      System.arraycopy(more, 0, axes, n, more.length);
    }
    return axes;
  }

  /** Returns all axes but the given ones; those that are in {@code last} come last. */
  private int[] others(int[] axes, int[] last) {
    return IntStream.range(0, mesh.axisCount())
        .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
        .boxed()
        .sorted(
            Comparator.comparingInt(axis -> Arrays.stream(last).anyMatch(a -> a == axis) ? 1 : 0))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns the part of a device number that block {@code index} along {@code axes} stands for. */
  private int deviceAt(int index, int[] axes) {
    int device = 0;
    int rest = index;
    for (int i = axes.length - 1; i >= 0; i--) {
      device += rest % mesh.size(axes[i]) * mesh.stride(axes[i]);
      rest /= mesh.size(axes[i]);
    }
    return device;
  }
}
