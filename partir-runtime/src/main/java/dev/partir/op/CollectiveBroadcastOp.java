package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Operation;
import java.util.Collections;
import java.util.List;

/**
 * {@code stablehlo.collective_broadcast}: every process of a group gets what its first has; a
 * process of no group gets zeros.
 */
public enum CollectiveBroadcastOp implements Collective {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.collective_broadcast";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0)
        && Collective.check(operation, check, 0, new ProcessGroups.Constraints("C1", "C2", ""))) {
      check.constraint("C3");
      check.result(0, operation.operand(0).type());
    }
  }

  @Override
  public ProcessGroups groups(Operation operation) {
    return ProcessGroups.ofReplicasOrPartitions(operation);
  }

  @Override
  public List<HostArray> outside(Operation operation, List<HostArray> operands, String process) {
    return List.of(HostArray.zeros(operands.get(0).type()));
  }

  @Override
  public List<HostArray> exchange(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return Collections.nCopies(operands.size(), operands.get(0));
  }
}
