package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Collections;
import java.util.List;

/**
 * {@code stablehlo.all_reduce}: every process gets the combination of what all have, combined in
 * the order of the group.
 */
public enum AllReduceOp implements Collective {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.all_reduce";
  }

  /** Adds the collective. */
  public static Value build(
      BlockBuilder block, Value operand, Monoid monoid, int[][] groups, Location location) {
    TensorType type = operand.tensor();
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Collective.attributes(groups).build(),
            List.of(monoid.region(block, type.element())),
            List.of(type),
            List.of(),
            location)
        .result();
  }

  /** Checks that the body of a reducing collective makes a scalar of two. */
  static boolean body(Operation operation, OpChecker check, String constraint) {
    for (Value operand : operation.operands()) {
      if (!ReductionBody.checkFold(
          check, constraint, operation.regions().get(0), operand.tensor().element())) {
        return false;
      }
    }
    return true;
  }

  /** Returns what the arrays combine to, in the order of the group and in the body's type. */
  static HostArray combine(Operation operation, List<HostArray> operands, Evaluation evaluation) {
    ReductionBody body = ReductionBody.of(operation.regions().get(0));
    TensorType type = operands.get(0).type();
    int count = (int) type.elementCount();
    List<HostArray> sums = List.of(body.promote(operands.get(0), 0));
    for (int i = 1; i < operands.size(); i++) {
      List<HostArray> more = List.of(body.promote(operands.get(i), 1));
      sums = body.fold(sums, more, count, evaluation);
    }
    HostArray sum = body.rounded(sums).get(0);
    return sum.reshaped(type.withElement(sum.type().element()));
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (Collective.check(operation, check, 1, new ProcessGroups.Constraints("C1", "C3", "C4"))
        && body(operation, check, "C5")) {
      ElementType element = ReductionBody.element(operation.regions().get(0), 0);
      check.constraint("C6, C7");
      for (int i = 0; i < operation.operands().size(); i++) {
        check.result(i, operation.operand(i).tensor().withElement(element));
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
    return Collections.nCopies(operands.size(), combine(operation, operands, evaluation));
  }
}
