package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.mesh.BlockWindow;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.AllGatherOp;
import dev.partir.op.AllReduceOp;
import dev.partir.op.AllToAllOp;
import dev.partir.op.BinaryOp;
import dev.partir.op.CollectivePermuteOp;
import dev.partir.op.ConcatenateOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvertOp;
import dev.partir.op.DeviceIdOp;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.FactorRule;
import dev.partir.op.LocalContext;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.Masking;
import dev.partir.op.Op;
import dev.partir.op.PadOp;
import dev.partir.op.ReduceScatterOp;
import dev.partir.op.SliceOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the program that each device runs, in replica mode: devices are replicas, numbered as the
 * mesh numbers them.
 */
final class LocalEmitter {
  private static final TensorType INDEX = TensorType.of(ElementType.I32);

  private final SpmdProgram program;
  private final Mesh mesh;
  private final Function source;
  private final FunctionBuilder builder;
  private final Copier copier;

  /** Numbers that depend on the device alone; all are made in the body of the function. */
  private final Map<String, Value> indexes = new HashMap<>();

  private final BlockBuilder root;

  /** The block that is being written. */
  private BlockBuilder body;

  private LocalEmitter(SpmdProgram program, String name) {
    this.program = program;
    mesh = program.mesh();
    source = program.function();
    builder = new FunctionBuilder(name).setLocation(source.location());
    root = builder.body();
    body = root;
    copier = new Copier(source);
  }

  /** Emits the program as a function of a name. */
  static LocalProgram emit(SpmdProgram program, String name) {
    return new LocalEmitter(program, name).emit();
  }

  private LocalProgram emit() {
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      Type type =
          argument.type() instanceof TensorType ? program.localType(argument) : argument.type();
      copier.put(
          argument,
          builder.argument(type, argument.name(), Attributes.EMPTY, source.argumentLocation(i)));
    }
    operations(source.body());
    copier.copy(source.body().terminator(), body);
    Attributes attributes =
        Attributes.builder()
            .put("mhlo.num_partitions", new Attribute.Int(1, ElementType.I32))
            .put("mhlo.num_replicas", new Attribute.Int(mesh.deviceCount(), ElementType.I32))
            .build();
    Module module = Module.of(source.name() + "_local", attributes, List.of(builder.build()));
    return new LocalProgram(module, mesh, program.inputShardings(), program.outputShardings());
  }

  /** Emits the operations of a block except for its terminator. */
  private void operations(Block block) {
    List<Operation> operations = block.operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      Operation operation = operations.get(i);
      Reshard.Step step = program.step(operation);
      if (step != null) {
        copier.put(operation.result(), reshard(operation, step));
      } else if (Op.of(operation).flows(operation) != null) {
        control(operation);
      } else if (operation.kind() == ManualComputationOp.INSTANCE) {
        List<Value> operands = copier.getAll(operation.operands());
        copier.putAll(
            operation.results(),
            new ManualBody(mesh, copier, this::own).inline(operation, operands, body));
      } else if (ManualBody.isNothing(operation)) {
        copier.put(operation.result(), copier.get(operation.operand(0)));
      } else {
        emit(operation, program.tiling(operation));
      }
    }
  }

  private void control(Operation operation) {
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      BlockBuilder outer = body;
      body = outer.nested();
      for (Value argument : region.block().arguments()) {
        copier.put(argument, body.argument(localType(argument), argument.name()));
      }
      operations(region.block());
      copier.copy(region.block().terminator(), body);
      regions.add(new Region(body.build()));
      body = outer;
    }
    List<Type> types = new ArrayList<>();
    List<@Nullable String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(localType(result));
      names.add(result.name());
    }
    Operation copy =
        body.add(
            operation.kind(),
            copier.getAll(operation.operands()),
            operation.attributes(),
            regions,
            types,
            names,
            operation.location());
    copier.putAll(operation.results(), copy.results());
  }

  private Type localType(Value value) {
    return value.type() instanceof TensorType ? program.localType(value) : value.type();
  }

  private void emit(Operation operation, int[][] tiling) {
    boolean same = true;
    for (int[] axes : tiling) {
      same &= axes.length == 0;
    }
    if (same) {
      // No loop, so that operands and results are whole, whatever the operation.
      copier.copy(operation, body);
      return;
    }
    List<TensorType> types = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(program.localType(result));
    }
    Op op = Op.of(operation);
    FactorRule rule = FactorRule.of(operation);
    Context context = new Context(rule, tiling);
    List<Value> operands = Masking.mask(rule, copier.getAll(operation.operands()), context);
    List<Value> results = op.localize(operation, operands, types, context);
    copier.putAll(operation.results(), results);
  }

  private Value reshard(Operation operation, Reshard.Step step) {
    Value operand = copier.get(operation.operand(0));
    TensorType type = operation.operand(0).tensor();
    Sharding from = program.sharding(operation.operand(0));
    Sharding to = step.result();
    int[] axes = step.axisArray();
    int dim = step.dim();
    Location location = operation.location();
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
    long slope = window.scale() * made + (exchange.mirrored() ? block : -block);
    if (slope == 0 || blocks == 1) {
      return cut(stretch, dim, first, first + window.width());
    }
    Value start =
        BinaryOp.ADD.build(root, times(block(axes), slope), constant(Math.toIntExact(first)));
    return dynamicCut(stretch, dim, start, window.width());
  }

  private Value windowOfWhole(
      Value operand, int dim, int[] axes, BlockWindow window, BlockWindow.Exchange exchange) {
    Value start =
        BinaryOp.ADD.build(
            root,
            times(start(axes, window.size()), window.scale()),
            constant(Math.toIntExact(window.offset() + exchange.paddingLeft())));
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
      starts.add(d == dim ? start : constant(0));
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
  private Value own(BlockBuilder block, Value operand, int dim, int[] axes) {
    long size = operand.tensor().dim(dim);
    BlockBuilder outer = body;
    body = block;
    Value part = dynamicCut(operand, dim, start(axes, size), size / mesh.groupSize(axes));
    body = outer;
    return part;
  }

  private Value slice(Value operand, TensorType type, int dim, int cut, int[] all) {
    int[] outer = Arrays.copyOf(all, cut);
    int[] axes = Arrays.copyOfRange(all, cut, all.length);
    long whole = mesh.blockSize(type.dim(dim), outer);
    Value padded = PadOp.behind(body, operand, dim, mesh.blockReach(whole, axes));
    return dynamicCut(padded, dim, start(axes, whole), mesh.blockSize(whole, axes));
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
    return java.util.stream.IntStream.range(0, mesh.axisCount())
        .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
        .boxed()
        .sorted(
            java.util.Comparator.comparingInt(
                axis -> Arrays.stream(last).anyMatch(a -> a == axis) ? 1 : 0))
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

  private Value constant(int number) {
    return indexes.computeIfAbsent(
        "constant " + number,
        key -> ConstantOp.splat(root, HostArray.scalar(ElementType.I32, number), INDEX));
  }

  /** Returns the first index of the device's block of {@code size} elements cut along axes. */
  private Value start(int[] axes, long size) {
    String key = "start " + Arrays.toString(axes) + " of " + size;
    Value known = indexes.get(key);
    if (known == null) {
      if (mesh.divides(size, axes)) {
        known = times(block(axes), size / mesh.groupSize(axes));
      } else {
        long rest = size;
        for (int axis : axes) {
          rest = Mesh.blockSize(rest, mesh.size(axis));
          Value part = times(coordinate(axis), rest);
          known = known == null ? part : BinaryOp.ADD.build(root, known, part);
        }
      }
      indexes.put(key, Objects.requireNonNull(known));
    }
    return known;
  }

  /** Returns how much of that block is not padding: {@link Mesh#blockLength}. */
  private Value length(int[] axes, long size) {
    String key = "length " + Arrays.toString(axes) + " of " + size;
    Value known = indexes.get(key);
    if (known == null) {
      long outer = size;
      for (int i = 0; i < axes.length; i++) {
        if (outer % mesh.size(axes[i]) != 0) {
          Value within = start(Arrays.copyOfRange(axes, i, axes.length), outer);
          Value left = BinaryOp.SUBTRACT.build(root, constant(Math.toIntExact(outer)), within);
          known = known == null ? left : BinaryOp.MINIMUM.build(root, known, left);
        }
        outer = Mesh.blockSize(outer, mesh.size(axes[i]));
      }
      indexes.put(key, Objects.requireNonNull(known));
    }
    return known;
  }

  private Value times(Value number, long factor) {
    return factor == 1
        ? number
        : BinaryOp.MULTIPLY.build(root, number, constant(Math.toIntExact(factor)));
  }

  /** Returns the number of the device's block along axes: {@link Mesh#blockIndex}. */
  private Value block(int[] axes) {
    String key = Arrays.toString(axes);
    Value known = indexes.get(key);
    if (known == null) {
      for (int axis : axes) {
        Value coordinate = coordinate(axis);
        known =
            known == null
                ? coordinate
                : BinaryOp.ADD.build(root, times(known, mesh.size(axis)), coordinate);
      }
      if (known == null) {
        throw new IllegalArgumentException("no axes");
      }
      indexes.put(key, known);
    }
    return known;
  }

  private Value coordinate(int axis) {
    String key = "axis " + axis;
    Value known = indexes.get(key);
    if (known == null) {
      known = device();
      if (mesh.stride(axis) > 1) {
        known = BinaryOp.DIVIDE.build(root, known, constant(mesh.stride(axis)));
      }
      if (mesh.stride(axis) * mesh.size(axis) < mesh.deviceCount()) {
        known = BinaryOp.REMAINDER.build(root, known, constant(mesh.size(axis)));
      }
      indexes.put(key, known);
    }
    return known;
  }

  private Value device() {
    Value known = indexes.get("device");
    if (known == null) {
      known = ConvertOp.build(root, DeviceIdOp.REPLICA.build(root), ElementType.I32);
      indexes.put("device", known);
    }
    return known;
  }

  /** What one operation may know of the device that it runs on. */
  private final class Context implements LocalContext {
    private final FactorRule rule;
    private final int[][] tiling;

    Context(FactorRule rule, int[][] tiling) {
      this.rule = rule;
      this.tiling = tiling;
    }

    @Override
    public BlockBuilder block() {
      return body;
    }

    @Override
    public @Nullable Value blockStart(int factor) {
      int[] axes = tiling[factor];
      return axes.length == 0 ? null : start(axes, rule.size(factor));
    }

    @Override
    public @Nullable Value blockLength(int factor) {
      int[] axes = tiling[factor];
      return mesh.divides(rule.size(factor), axes) ? null : length(axes, rule.size(factor));
    }

    @Override
    public long blockReach(int factor) {
      return mesh.blockReach(rule.size(factor), tiling[factor]);
    }

    @Override
    public List<Region> copyRegions(List<Region> regions) {
      return copier.copyRegions(regions, body);
    }
  }
}
