package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Block;
import dev.partir.ir.OpKind;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.AllGatherOp;
import dev.partir.op.AllReduceOp;
import dev.partir.op.AllToAllOp;
import dev.partir.op.CollectivePermuteOp;
import dev.partir.op.Op;
import dev.partir.op.ReduceScatterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the collectives that stand in the body of a manual computation: they are the program's own,
 * name devices rather than axes, and run as they are.
 */
final class ManualCollectives {
  private static final Map<OpKind, Reshard> KINDS =
      Map.of(
          AllGatherOp.INSTANCE, Reshard.ALL_GATHER,
          AllReduceOp.INSTANCE, Reshard.ALL_REDUCE,
          ReduceScatterOp.INSTANCE, Reshard.REDUCE_SCATTER,
          AllToAllOp.INSTANCE, Reshard.ALL_TO_ALL,
          CollectivePermuteOp.INSTANCE, Reshard.COLLECTIVE_PERMUTE);

  private final Mesh mesh;
  private final List<SpmdProgram.CollectiveUse> uses = new ArrayList<>();

  private ManualCollectives(Mesh mesh) {
    this.mesh = mesh;
  }

  /**
   * Returns the collectives in the body of a manual computation, a use per operand.
   *
   * @param times how often the computation runs
   */
  static List<SpmdProgram.CollectiveUse> of(Operation operation, Mesh mesh, long times) {
    ManualCollectives found = new ManualCollectives(mesh);
    found.collect(operation.regions().get(0).block(), times);
    return found.uses;
  }

  private void collect(Block block, long times) {
    for (Operation operation : block.operations()) {
      Reshard kind = KINDS.get(operation.kind());
      if (kind != null) {
        List<Integer> axes = axes(operation);
        for (int i = 0; i < operation.operands().size(); i++) {
          TensorType result = operation.result(i).tensor();
          uses.add(
              new SpmdProgram.CollectiveUse(
                  operation,
                  new Reshard.Step(kind, axes, -1, -1, Sharding.replicated(result.rank())),
                  operation.operand(i).tensor(),
                  result,
                  times,
                  ManualBody.reason(operation)));
        }
        continue;
      }
      for (Region region : operation.regions()) {
        collect(region.block(), times * Op.of(operation).trips(operation));
      }
    }
  }

  /** Returns the axes along which devices that exchange data differ. */
  private List<Integer> axes(Operation operation) {
    Attribute.@Nullable Dense groups =
        dense(
            operation.kind() == CollectivePermuteOp.INSTANCE
                ? "source_target_pairs"
                : "replica_groups",
            operation);
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < mesh.axisCount(); axis++) {
      if (mesh.size(axis) > 1 && (groups == null || differ(groups, axis))) {
        axes.add(axis);
      }
    }
    return axes;
  }

  private static Attribute.@Nullable Dense dense(String name, Operation operation) {
    return operation.attributes().get(name) instanceof Attribute.Dense dense
            && dense.type().rank() == 2
        ? dense
        : null;
  }

  private boolean differ(Attribute.Dense groups, int axis) {
    HostArray devices = HostArray.of(groups);
    int size = (int) Math.max(1, groups.type().dim(1));
    for (int i = 0; i < devices.length(); i++) {
      long first = devices.getLong(i - i % size);
      long device = devices.getLong(i);
      boolean known = first >= 0 && device >= 0 && device < mesh.deviceCount();
      if (known && mesh.blockIndex((int) first, axis) != mesh.blockIndex((int) device, axis)) {
        return true;
      }
    }
    return false;
  }
}
