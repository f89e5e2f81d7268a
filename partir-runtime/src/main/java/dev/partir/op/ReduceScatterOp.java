package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.reduce_scatter}: every device gets its block of the combination of what all
 * have.
 */
public enum ReduceScatterOp implements Collective {
  INSTANCE;

  private static final String DIM = "scatter_dimension";

  @Override
  public String opName() {
    return "stablehlo.reduce_scatter";
  }

  /** Adds the collective along {@code dim}. */
  public static Value build(
      BlockBuilder block,
      Value operand,
      Monoid monoid,
      int dim,
      int[][] groups,
      Location location) {
    TensorType type = operand.tensor();
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Collective.attributes(groups).put(DIM, dim).build(),
            List.of(monoid.region(block, type.element())),
            List.of(ShapeOps.withDim(type, dim, type.dim(dim) / groups[0].length)),
            List.of(),
            location)
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 1)
        && Collective.check(operation, check, 1, new ProcessGroups.Constraints("C3", "C5", "C6"))
        && Collective.dimension(operation, check, "C2", DIM)
        && AllReduceOp.body(operation, check, "C7")) {
      int dim = (int) operation.attributes().integer(DIM, 0);
      ProcessGroups groups = groups(operation);
      int count =
          groups == ProcessGroups.CROSS_REPLICA_AND_PARTITION ? 0 : Collective.groupSize(operation);
      ElementType element = ReductionBody.element(operation.regions().get(0), 0);
      TensorType type = operation.operand(0).tensor().withElement(element);
      long size = type.dim(dim);
      if (count == 0 || size == TensorType.DYNAMIC) {
        check.constraint("C8, C9");
        check.result(0, ShapeOps.withDim(type, dim, TensorType.DYNAMIC));
      } else if (check
          .constraint("C1")
          .require(
              size % count == 0,
              () -> "a dimension of size " + size + " is cut into " + count + " blocks",
              "The size must divide by the number of processes of a group")) {
        check.constraint("C8, C9");
        check.result(0, ShapeOps.withDim(type, dim, size / count));
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
    int dim = (int) operation.attributes().integer(DIM, 0);
    return AllGatherOp.split(
        AllReduceOp.combine(operation, operands, evaluation), dim, operands.size());
  }
}
