package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * {@code stablehlo.all_gather}: every device gets the blocks of all, one behind the other along a
 * dimension.
 */
public enum AllGatherOp implements Collective {
  INSTANCE;

  private static final String DIM = "all_gather_dim";

  @Override
  public String opName() {
    return "stablehlo.all_gather";
  }

  /** Adds the collective along {@code dim}. */
  public static Value build(
      BlockBuilder block, Value operand, int dim, int[][] groups, Location location) {
    TensorType type = operand.tensor();
    TensorType result = ShapeOps.withDim(type, dim, type.dim(dim) * groups[0].length);
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Collective.attributes(groups).put(DIM, dim).build(),
            List.of(),
            List.of(result),
            List.of(),
            location)
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (Collective.check(operation, check, 0, new ProcessGroups.Constraints("C2", "C4", "C5"))
        && Collective.dimension(operation, check, "C1", DIM)) {
      check.constraint("C6");
      int dim = (int) operation.attributes().integer(DIM, 0);
      ProcessGroups groups = groups(operation);
      // How many processes a group of replicas has, the run decides.
      int factor =
          groups == ProcessGroups.CROSS_REPLICA_AND_PARTITION ? 0 : Collective.groupSize(operation);
      for (int i = 0; i < operation.operands().size(); i++) {
        Collective.scaled(operation, check, i, dim, factor);
      }
    }
  }

  @Override
  public ProcessGroups groups(Operation operation) {
    return ProcessGroups.ofReplicasOrProcesses(operation);
  }

  @Override
  public List<HostArray> exchange(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return Collections.nCopies(
        operands.size(), concatenate(operands, (int) operation.attributes().integer(DIM, 0)));
  }

  /** Returns the arrays one behind the other. */
  static HostArray concatenate(List<HostArray> parts, int dim) {
    TensorType part = parts.get(0).type();
    HostArray whole = HostArray.zeros(ShapeOps.withDim(part, dim, part.dim(dim) * parts.size()));
    long[] from = StridedCopy.strides(part.dims());
    long[] to = StridedCopy.strides(whole.type().dims());
    for (int i = 0; i < parts.size(); i++) {
      StridedCopy.copy(parts.get(i), 0, from, whole, i * part.dim(dim) * to[dim], to, part.dims());
    }
    return whole;
  }

  /** Returns the array in {@code count} equal blocks along a dimension. */
  static List<HostArray> split(HostArray whole, int dim, int count) {
    TensorType type = whole.type();
    TensorType part = ShapeOps.withDim(type, dim, type.dim(dim) / count);
    long[] strides = StridedCopy.strides(type.dims());
    List<HostArray> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      parts.add(StridedCopy.read(whole, i * part.dim(dim) * strides[dim], strides, part));
    }
    return parts;
  }
}
