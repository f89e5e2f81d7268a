package dev.partir.spmd;

import dev.partir.core.CoreProgram;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.mesh.Sharding;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.ShardingAttributes;
import dev.partir.op.ShardingOp;
import dev.partir.op.WhileOp;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.DimSharding;
import dev.partir.sdy.SdyMesh;
import dev.partir.sdy.TensorSharding;
import dev.partir.text.MlirPrinter;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes programs before lowering with Shardy's annotations: a mesh, and {@code sdy.sharding} on
 * every argument, result and operation. What is a partial sum in the loops is whole here, for
 * Shardy combines where an operation leaves it.
 */
public final class SdyPrinter {
  private static final String MESH = "mesh";

  private final CoreProgram program;

  private SdyPrinter(CoreProgram program) {
    this.program = program;
  }

  /** Returns functions that were partitioned over one mesh as one program. */
  public static String print(List<Partitioning> partitionings) {
    Mesh mesh = partitionings.get(0).mesh().base();
    List<Function> functions = new ArrayList<>();
    for (Partitioning partitioning : partitionings) {
      functions.add(new SdyPrinter(partitioning.core()).annotated());
    }
    Attributes attributes =
        Attributes.builder()
            .put("mhlo.num_partitions", new Attribute.Int(mesh.deviceCount(), ElementType.I32))
            .put("mhlo.num_replicas", new Attribute.Int(1, ElementType.I32))
            .build();
    return MlirPrinter.print(
        Module.of(
            functions.get(0).name(), attributes, functions, List.of(sdy(mesh).declaration(MESH))));
  }

  /** Returns a mesh without sub-axes as Shardy writes it. */
  static SdyMesh sdy(Mesh mesh) {
    List<SdyMesh.Axis> axes = new ArrayList<>();
    for (MeshAxis axis : mesh.axes()) {
      axes.add(new SdyMesh.Axis(axis.name(), axis.size()));
    }
    return new SdyMesh(axes, List.of());
  }

  private Function annotated() {
    return new Annotator(program.graph().function()) {
      @Override
      Attributes of(Value value) {
        return Attributes.of(
            ShardingAttributes.SHARDING, new Attribute.Raw(sharding(value).attribute()));
      }

      @Override
      Attributes of(List<Value> results) {
        List<TensorSharding> shardings = new ArrayList<>();
        results.forEach(result -> shardings.add(sharding(result)));
        return Attributes.of(
            ShardingAttributes.SHARDING, new Attribute.Raw(TensorSharding.attribute(shardings)));
      }

      @Override
      boolean annotates(Operation operation) {
        return operation.kind() != WhileOp.INSTANCE || !carriesUnchanged(operation);
      }

      @Override
      boolean copied(Operation operation, BlockBuilder block, Copier copier) {
        if (operation.kind() instanceof ShardingOp op) {
          constraint(operation, op, block, copier);
          return true;
        }
        if (operation.kind() == ManualComputationOp.INSTANCE) {
          copier.copy(operation, manual(operation), block);
          return true;
        }
        return false;
      }
    }.copy();
  }

  /**
   * Returns whether a loop carries a value that its body gives as it is. XLA takes such values out
   * of a loop, but not their shardings off it, and refuses its own program then.
   */
  private static boolean carriesUnchanged(Operation loop) {
    Block body = loop.regions().get(1).block();
    for (int i = 0; i < body.arguments().size(); i++) {
      if (body.results().get(i) == body.arguments().get(i)) {
        return true;
      }
    }
    return false;
  }

  private void constraint(Operation operation, ShardingOp op, BlockBuilder block, Copier copier) {
    Value operand = operation.operand(0);
    if (!(operand.type() instanceof TensorType)) {
      copier.put(operation.result(), copier.get(operand));
      return;
    }
    boolean implied = operation.attributes().has(ShardingOp.IMPLIED);
    TensorSharding sharding = sharding(operation.result());
    if (implied && sharding.equals(sharding(operand))) {
      copier.put(operation.result(), copier.get(operand));
      return;
    }
    // A collective of Shardy is about a layout that its operand had and may not have here.
    ShardingOp kind = op.isExact() ? ShardingOp.RESHARD : ShardingOp.SHARDING_CONSTRAINT;
    Operation copy =
        block.add(
            kind,
            List.of(copier.get(operand)),
            Attributes.of(kind.shardingKey(), new Attribute.Raw(sharding.attribute())),
            List.of(),
            List.of(operand.type()),
            java.util.Collections.singletonList(operation.result().name()),
            operation.location());
    copier.put(operation.result(), copy.result());
  }

  /** Returns the attributes of a manual computation with the mesh by its name. */
  private static Attributes manual(Operation operation) {
    List<TensorSharding> in = new ArrayList<>();
    ShardingAttributes.shardings(operation, ManualComputationOp.IN)
        .forEach(sharding -> in.add(sharding.withMesh(MESH, null)));
    List<TensorSharding> out = new ArrayList<>();
    ShardingAttributes.shardings(operation, ManualComputationOp.OUT)
        .forEach(sharding -> out.add(sharding.withMesh(MESH, null)));
    return Attributes.builder()
        .putAll(operation.attributes())
        .putAll(ManualComputationOp.attributes(in, out, ManualComputationOp.manualAxes(operation)))
        .build();
  }

  private TensorSharding sharding(Value value) {
    return sharding(program.sharding(value), program.mesh());
  }

  private static TensorSharding sharding(Sharding sharding, Mesh mesh) {
    List<DimSharding> dims = new ArrayList<>();
    for (int d = 0; d < sharding.rank(); d++) {
      List<AxisRef> axes = new ArrayList<>();
      for (String name : mesh.names(sharding.dim(d))) {
        axes.add(ref(name));
      }
      dims.add(DimSharding.closed(axes));
    }
    return TensorSharding.of(MESH, dims);
  }

  /** Returns the axis, or the part of one, that is called {@code x} or {@code x:(2)4}. */
  private static AxisRef ref(String name) {
    int colon = name.lastIndexOf(":(");
    int close = name.indexOf(')', colon);
    return colon < 0
        ? AxisRef.of(name)
        : new AxisRef(
            name.substring(0, colon),
            Integer.parseInt(name.substring(colon + 2, close)),
            Integer.parseInt(name.substring(close + 1)));
  }
}
