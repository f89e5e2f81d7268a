package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
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
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.AllGatherOp;
import dev.partir.op.AllReduceOp;
import dev.partir.op.AllToAllOp;
import dev.partir.op.BinaryOp;
import dev.partir.op.CollectivePermuteOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvertOp;
import dev.partir.op.DeviceIdOp;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.FactorRule;
import dev.partir.op.LocalContext;
import dev.partir.op.Op;
import dev.partir.op.ReduceScatterOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final BlockBuilder body;
  private final Copier copier;
  private final Map<String, Value> indexes = new HashMap<>();

  private LocalEmitter(SpmdProgram program) {
    this.program = program;
    mesh = program.mesh();
    source = program.function();
    builder = new FunctionBuilder("main").setLocation(source.location());
    body = builder.body();
    copier = new Copier(source);
  }

  static LocalProgram emit(SpmdProgram program) {
    return new LocalEmitter(program).emit();
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
    List<Operation> operations = source.body().operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      Operation operation = operations.get(i);
      Reshard.Step step = program.step(i);
      if (step != null) {
        copier.put(operation.result(), reshard(operation, step));
      } else {
        emit(operation, program.tiling(i));
      }
    }
    copier.copy(source.body().terminator(), body);
    Attributes attributes =
        Attributes.builder()
            .put("mhlo.num_partitions", new Attribute.Int(1, ElementType.I32))
            .put("mhlo.num_replicas", new Attribute.Int(mesh.deviceCount(), ElementType.I32))
            .build();
    Module module = Module.of(source.name() + "_local", attributes, List.of(builder.build()));
    return new LocalProgram(module, mesh, program.inputShardings(), program.outputShardings());
  }

  private void emit(Operation operation, int[][] tiling) {
    boolean same = true;
    List<TensorType> types = new ArrayList<>();
    for (int[] axes : tiling) {
      same &= axes.length == 0;
    }
    if (same) {
      // No loop, so that operands and results are whole, whatever the operation.
      copier.copy(operation, body);
      return;
    }
    for (Value result : operation.results()) {
      types.add(program.localType(result));
    }
    Op op = Op.of(operation);
    List<Value> results =
        op.localize(
            operation,
            copier.getAll(operation.operands()),
            types,
            new Context(op.rule(operation), tiling));
    copier.putAll(operation.results(), results);
  }

  private Value reshard(Operation operation, Reshard.Step step) {
    Value operand = copier.get(operation.operand(0));
    Sharding from = program.sharding(operation.operand(0));
    int[] axes = step.axisArray();
    Location location = operation.location();
    return switch (step.kind()) {
      case ALL_SLICE -> slice(operand, step.dim(), axes);
      case ALL_GATHER -> AllGatherOp.build(body, operand, step.dim(), mesh.groups(axes), location);
      case ALL_REDUCE ->
          AllReduceOp.build(body, operand, from.monoid(), mesh.groups(axes), location);
      case REDUCE_SCATTER ->
          ReduceScatterOp.build(
              body, operand, from.monoid(), step.dim(), mesh.groups(axes), location);
      case ALL_TO_ALL ->
          AllToAllOp.build(body, operand, step.dim(), step.fromDim(), mesh.groups(axes), location);
      case COLLECTIVE_PERMUTE ->
          CollectivePermuteOp.build(body, operand, permutation(from, step.result()), location);
    };
  }

  private Value slice(Value operand, int dim, int[] axes) {
    long[] sizes = operand.tensor().dims();
    sizes[dim] /= mesh.groupSize(axes);
    List<Value> starts = new ArrayList<>();
    for (int d = 0; d < sizes.length; d++) {
      starts.add(d == dim ? start(axes, sizes[d]) : constant(0));
    }
    return DynamicSliceOp.build(body, operand, starts, sizes);
  }

  /**
   * Returns pairs of source and target: each device gets the block that the new layout gives it
   * from a device that has it in the old one. Devices that hold the same blocks are paired off by
   * their places along the axes that tile nothing, so that each sends once.
   */
  private int[][] permutation(Sharding from, Sharding to) {
    int[] fromAxes = tilingAxes(from);
    int[] toAxes = tilingAxes(to);
    int[] fromRest = others(fromAxes);
    int[] toRest = others(toAxes);
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

  private int[] others(int[] axes) {
    return java.util.stream.IntStream.range(0, mesh.axisCount())
        .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
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
        key -> ConstantOp.splat(body, HostArray.scalar(ElementType.I32, number), INDEX));
  }

  /** Returns the first index of the device's block of {@code size} along axes. */
  private Value start(int[] axes, long size) {
    String key = Arrays.toString(axes) + " * " + size;
    Value known = indexes.get(key);
    if (known == null) {
      Value block = block(axes);
      known =
          size == 1 ? block : BinaryOp.MULTIPLY.build(body, block, constant(Math.toIntExact(size)));
      indexes.put(key, known);
    }
    return known;
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
                : BinaryOp.ADD.build(
                    body,
                    BinaryOp.MULTIPLY.build(body, known, constant(mesh.size(axis))),
                    coordinate);
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
        known = BinaryOp.DIVIDE.build(body, known, constant(mesh.stride(axis)));
      }
      if (mesh.stride(axis) * mesh.size(axis) < mesh.deviceCount()) {
        known = BinaryOp.REMAINDER.build(body, known, constant(mesh.size(axis)));
      }
      indexes.put(key, known);
    }
    return known;
  }

  private Value device() {
    Value known = indexes.get("device");
    if (known == null) {
      known = ConvertOp.build(body, DeviceIdOp.REPLICA.build(body), ElementType.I32);
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
      return axes.length == 0 ? null : start(axes, rule.size(factor) / mesh.groupSize(axes));
    }

    @Override
    public List<Region> copyRegions(List<Region> regions) {
      return copier.copyRegions(regions, body);
    }
  }
}
