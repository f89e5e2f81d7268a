package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
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
    if (Collective.check(operation, check, DIM)) {
      AllReduceOp.body(operation, check);
    }
  }

  @Override
  public List<HostArray> exchange(Operation operation, List<HostArray> operands) {
    int dim = (int) operation.attributes().integer(DIM, 0);
    return AllGatherOp.split(AllReduceOp.combine(operation, operands), dim, operands.size());
  }
}
