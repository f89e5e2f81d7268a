package dev.partir.spmd;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.AllGatherOp;
import dev.partir.op.AllReduceOp;
import dev.partir.op.AllToAllOp;
import dev.partir.op.CollectiveBroadcastOp;
import dev.partir.op.CollectivePermuteOp;
import dev.partir.op.DeviceIdOp;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.PadOp;
import dev.partir.op.ReduceScatterOp;
import dev.partir.op.ReturnOp;
import dev.partir.op.SliceOp;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.DimSharding;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Puts a device-local program whose devices are replicas into a manual computation, in which they
 * are partitions: the form in which JAX's {@code shard_map} hands programs to XLA.
 *
 * @param function a function over global types
 * @param mesh the declaration of the mesh that it is over
 */
record PartitionMode(Function function, String mesh) {
  private static final Set<Object> WITH_GLOBAL_IDS =
      Set.of(AllGatherOp.INSTANCE, AllReduceOp.INSTANCE, ReduceScatterOp.INSTANCE);
  private static final Set<Object> WITH_CHANNELS =
      Set.of(AllToAllOp.INSTANCE, CollectivePermuteOp.INSTANCE, CollectiveBroadcastOp.INSTANCE);
  private static final Attribute CHANNEL =
      new Attribute.Struct(
          "stablehlo.channel_handle",
          Attributes.builder()
              .put("handle", new Attribute.Int(1, ElementType.I64))
              .put("type", new Attribute.Int(1, ElementType.I64))
              .build());

  /**
   * Wraps a local program.
   *
   * @param whole the function before partitioning
   */
  static PartitionMode of(LocalProgram local, Function whole) {
    return new Wrapping(local, whole).wrap();
  }

  private static final class Wrapping {
    private final LocalProgram local;
    private final Function whole;
    private final Mesh mesh;

    /** The axes of the mesh, slowest first; parts of axes are axes of their own. */
    private final List<Integer> order;

    private final SdyMesh sdyMesh;
    private final String meshName;
    private final Copier copier;

    Wrapping(LocalProgram local, Function whole) {
      this.local = local;
      this.whole = whole;
      mesh = local.mesh();
      order =
          IntStream.range(0, mesh.axisCount())
              .boxed()
              .sorted(Comparator.<Integer>comparingInt(axis -> -mesh.stride(axis)))
              .toList();
      boolean split = mesh.axisCount() > mesh.base().axisCount();
      List<SdyMesh.Axis> axes = new ArrayList<>();
      for (int axis : split ? order : IntStream.range(0, mesh.axisCount()).boxed().toList()) {
        axes.add(new SdyMesh.Axis(name(axis), mesh.size(axis)));
      }
      sdyMesh = new SdyMesh(axes, List.of());
      meshName = split ? "mesh_of_" + whole.name() : "mesh";
      copier = new Copier(local.main());
    }

    /** Returns the name of an axis; Shardy takes no parts of axes here, so that a part has one. */
    private String name(int axis) {
      return mesh.name(axis).replace(":(", "_").replace(")", "_");
    }

    PartitionMode wrap() {
      Function source = local.main();
      FunctionBuilder builder = new FunctionBuilder(source.name()).setLocation(source.location());
      List<Value> globals = new ArrayList<>();
      List<TensorSharding> in = new ArrayList<>();
      for (int i = 0; i < whole.arguments().size(); i++) {
        Value argument = whole.arguments().get(i);
        globals.add(
            builder.argument(
                argument.type(), argument.name(), Attributes.EMPTY, whole.argumentLocation(i)));
        in.add(sharding(local.inputs().get(i), argument.type()));
      }
      BlockBuilder block = builder.body();
      for (int i = 0; i < globals.size(); i++) {
        globals.set(i, padded(block, globals.get(i), local.inputs().get(i)));
      }
      BlockBuilder body = block.nested();
      for (Value argument : source.arguments()) {
        copier.put(argument, body.argument(argument.type(), argument.name()));
      }
      List<Operation> operations = source.body().operations();
      for (Operation operation : operations.subList(0, operations.size() - 1)) {
        add(operation, body);
      }
      ReturnOp.SDY.build(body, copier.getAll(source.results()));
      List<TensorSharding> out = new ArrayList<>();
      List<Type> types = new ArrayList<>();
      for (int r = 0; r < whole.results().size(); r++) {
        Sharding sharding = local.outputs().get(r);
        Value result = whole.results().get(r);
        out.add(sharding(sharding, result.type()));
        types.add(paddedType(result.tensor(), sharding));
      }
      Operation computation =
          block.add(
              ManualComputationOp.INSTANCE,
              globals,
              ManualComputationOp.attributes(in, out, sdyMesh.names()),
              List.of(new Region(body.build())),
              types,
              List.of(),
              source.location());
      List<Value> results = new ArrayList<>();
      for (int r = 0; r < whole.results().size(); r++) {
        results.add(cut(block, computation.result(r), whole.results().get(r).tensor()));
      }
      ReturnOp.FUNCTION.build(block, results);
      return new PartitionMode(builder.build(), sdyMesh.declaration(meshName));
    }

    private TensorSharding sharding(Sharding sharding, Type type) {
      if (!(type instanceof TensorType)) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.UNSUPPORTED,
                "function @" + whole.name(),
                "it takes or gives a " + type + ", which no manual computation does",
                "Emit the local program in replica mode"));
      }
      List<DimSharding> dims = new ArrayList<>();
      for (int d = 0; d < sharding.rank(); d++) {
        List<AxisRef> axes = new ArrayList<>();
        for (int axis : sharding.dim(d)) {
          axes.add(AxisRef.of(name(axis)));
        }
        dims.add(DimSharding.closed(axes));
      }
      return TensorSharding.of(meshName, dims);
    }

    /** Returns the type of which all blocks have one size. */
    private TensorType paddedType(TensorType type, Sharding sharding) {
      long[] sizes = type.dims();
      for (int d = 0; d < sizes.length; d++) {
        int[] axes = sharding.dim(d);
        if (!mesh.divides(sizes[d], axes)) {
          long block = mesh.blockSize(sizes[d], axes);
          // Inside of the outermost axis blocks must follow each other without padding.
          if (!mesh.divides(Mesh.blockSize(sizes[d], mesh.size(axes[0])), tail(axes))) {
            throw new PartirException(
                Diagnostic.of(
                    ErrorCode.UNSUPPORTED,
                    "function @" + whole.name(),
                    "dimension "
                        + d
                        + " of a "
                        + type
                        + " is padded along several axes, which no manual computation can say",
                    "Emit the local program in replica mode, or choose sizes that divide"));
          }
          sizes[d] = block * mesh.groupSize(axes);
        }
      }
      return type.withDims(sizes);
    }

    private static int[] tail(int[] axes) {
      return Arrays.copyOfRange(axes, 1, axes.length);
    }

    private Value padded(BlockBuilder block, Value value, Sharding sharding) {
      Value padded = value;
      TensorType type = paddedType(value.tensor(), sharding);
      for (int d = 0; d < type.rank(); d++) {
        padded = PadOp.behind(block, padded, d, type.dim(d));
      }
      return padded;
    }

    private static Value cut(BlockBuilder block, Value value, TensorType type) {
      if (value.tensor().equals(type)) {
        return value;
      }
      long[] strides = new long[type.rank()];
      Arrays.fill(strides, 1);
      return SliceOp.build(block, value, new long[type.rank()], type.dims(), strides);
    }

    private void add(Operation operation, BlockBuilder block) {
      if (operation.kind() == DeviceIdOp.REPLICA) {
        copier.put(operation.result(), DeviceIdOp.PARTITION.build(block));
        return;
      }
      Attributes attributes = operation.attributes();
      boolean global = WITH_GLOBAL_IDS.contains(operation.kind());
      if (global || WITH_CHANNELS.contains(operation.kind())) {
        attributes = attributes.with("channel_handle", CHANNEL);
      }
      if (global) {
        attributes = attributes.with("use_global_device_ids", new Attribute.Unit());
      }
      List<Region> regions = new ArrayList<>();
      for (Region region : operation.regions()) {
        BlockBuilder inner = block.nested();
        for (Value argument : region.block().arguments()) {
          copier.put(argument, inner.argument(argument.type(), argument.name()));
        }
        for (Operation nested : region.block().operations()) {
          add(nested, inner);
        }
        regions.add(new Region(inner.build()));
      }
      copier.copy(operation, attributes, regions, block);
    }
  }
}
