package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import java.util.List;

/** {@code stablehlo.cross-replica-sum}: an older form of an {@code all_reduce} that adds. */
public enum CrossReplicaSumOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.cross-replica-sum";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    // The groups are those of an all_reduce.
    var groups = new ProcessGroups.Constraints("C1", "C3", "C4");
    if (check.arity(1, 1, 0) && Collective.check(operation, check, 0, groups)) {
      check.result(0, operation.operand(0).type());
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(0).type();
    return Decomposition.evaluate(
        operands,
        evaluation,
        (block, values) -> {
          Region add = Monoid.ADD.region(block, type.element());
          return List.of(
              Decomposition.add(
                  block,
                  AllReduceOp.INSTANCE,
                  values,
                  operation.attributes(),
                  List.of(add),
                  operation));
        });
  }
}
