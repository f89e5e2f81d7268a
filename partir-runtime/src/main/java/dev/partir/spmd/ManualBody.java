package dev.partir.spmd;

import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.AllGatherOp;
import dev.partir.op.AllToAllOp;
import dev.partir.op.Collective;
import dev.partir.op.CollectiveBroadcastOp;
import dev.partir.op.CollectivePermuteOp;
import dev.partir.op.DeviceIdOp;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.NamedComputationOp;
import dev.partir.op.Op;
import dev.partir.op.PropagationBarrierOp;
import dev.partir.op.ShardingAttributes;
import dev.partir.op.ShardingGroupOp;
import dev.partir.op.ShardingOp;
import dev.partir.sdy.AxisRef;
import dev.partir.sdy.TensorSharding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the bodies of manual computations, which are written for devices that are partitions, into a
 * program whose devices are replicas.
 */
final class ManualBody {
  private static final String CHANNEL = "channel_handle";
  private static final String CHANNEL_ID = "channel_id";

  /** Cuts a device's own part of a dimension. */
  @FunctionalInterface
  interface Cutter {
    Value cut(BlockBuilder block, Value operand, int dim, int[] axes);
  }

  private final Mesh mesh;
  private final Copier copier;
  private final Cutter cutter;

  ManualBody(Mesh mesh, Copier copier, Cutter cutter) {
    this.mesh = mesh;
    this.copier = copier;
    this.cutter = cutter;
  }

  /** Returns whether an operation is the identity once everything is laid out. */
  static boolean isNothing(Operation operation) {
    return operation.kind() instanceof ShardingOp
        || operation.kind() == PropagationBarrierOp.INSTANCE;
  }

  /**
   * Adds the body of a manual computation.
   *
   * @param operands what the device has of the operands
   * @return what it has of the results
   */
  List<Value> inline(Operation operation, List<Value> operands, BlockBuilder block) {
    Block body = operation.regions().get(0).block();
    copier.putAll(body.arguments(), operands);
    List<Operation> operations = body.operations();
    for (Operation inner : operations.subList(0, operations.size() - 1)) {
      add(inner, block);
    }
    return copier.getAll(body.results());
  }

  private void add(Operation operation, BlockBuilder block) {
    if (isNothing(operation)) {
      copier.put(operation.result(), copier.get(operation.operand(0)));
    } else if (operation.kind() == NamedComputationOp.INSTANCE) {
      List<Value> operands = copier.getAll(operation.operands());
      copier.putAll(operation.results(), inline(operation, operands, block));
    } else if (operation.kind() == ManualComputationOp.INSTANCE) {
      nested(operation, block);
    } else if (operation.kind() == DeviceIdOp.PARTITION) {
      copier.put(operation.result(), DeviceIdOp.REPLICA.build(block));
    } else if (operation.kind() != ShardingGroupOp.INSTANCE) {
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
      Location location = operation.location();
      if (operation.kind() instanceof Collective && location.name() == null) {
        location = location.withName(reason(operation));
      }
      Operation copy =
          block.add(
              operation.kind(),
              copier.getAll(operation.operands()),
              attributes(operation),
              regions,
              Op.typesOf(operation.results()),
              names(operation),
              location);
      copier.putAll(operation.results(), copy.results());
    }
  }

  private static List<@Nullable String> names(Operation operation) {
    List<@Nullable String> names = new ArrayList<>();
    operation.results().forEach(result -> names.add(result.name()));
    return names;
  }

  /** Returns why a collective is there that the program itself has. */
  static String reason(Operation operation) {
    String place =
        operation.location().hasPosition() ? " at line " + operation.location().line() : "";
    return "manual_computation: " + operation.name() + " of the program" + place;
  }

  /**
   * Returns attributes that mean between replicas what an operation's own mean between partitions.
   */
  private static Attributes attributes(Operation operation) {
    Attributes attributes = operation.attributes();
    boolean bySign =
        operation.kind() == AllToAllOp.INSTANCE
            || operation.kind() == CollectivePermuteOp.INSTANCE
            || operation.kind() == CollectiveBroadcastOp.INSTANCE;
    if (bySign) {
      return attributes.without(CHANNEL).without(CHANNEL_ID);
    }
    if (attributes.has(CHANNEL) && !attributes.flag("use_global_device_ids")) {
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.UNSUPPORTED,
              operation.name() + " in a manual computation names replicas, not devices",
              "Give it use_global_device_ids, as JAX does"));
    }
    return attributes;
  }

  /** Adds a manual computation in the body of another: along axes that the outer one leaves. */
  private void nested(Operation operation, BlockBuilder block) {
    List<String> manual = ManualComputationOp.manualAxes(operation);
    List<TensorSharding> in = ShardingAttributes.shardings(operation, ManualComputationOp.IN);
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Value operand = copier.get(operation.operand(i));
      List<List<AxisRef>> dims = ManualComputationOp.manualDims(in.get(i), manual);
      for (int d = 0; d < dims.size(); d++) {
        if (!dims.get(d).isEmpty()) {
          operand = cutter.cut(block, operand, d, axes(dims.get(d)));
        }
      }
      operands.add(operand);
    }
    List<Value> results = inline(operation, operands, block);
    List<TensorSharding> out = ShardingAttributes.shardings(operation, ManualComputationOp.OUT);
    for (int r = 0; r < out.size(); r++) {
      Value result = results.get(r);
      List<List<AxisRef>> dims = ManualComputationOp.manualDims(out.get(r), manual);
      for (int d = 0; d < dims.size(); d++) {
        if (!dims.get(d).isEmpty()) {
          result =
              AllGatherOp.build(
                  block,
                  result,
                  d,
                  mesh.groups(axes(dims.get(d))),
                  operation.location().withName(reason(operation)));
        }
      }
      copier.put(operation.result(r), result);
    }
  }

  private int[] axes(List<AxisRef> refs) {
    List<Integer> axes = new ArrayList<>();
    for (AxisRef ref : refs) {
      for (int part : mesh.parts(mesh.base().indexOf(ref.axis()))) {
        axes.add(part);
      }
    }
    return axes.stream().mapToInt(Integer::intValue).toArray();
  }
}
