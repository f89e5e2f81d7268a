package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
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
  static boolean body(Operation operation, OpChecker check) {
    if (!check.require(
        operation.regions().size() == 1,
        () -> "it has " + operation.regions().size() + " regions",
        "It takes a body")) {
      return false;
    }
    Block body = operation.regions().get(0).block();
    TensorType scalar = TensorType.of(operation.operand(0).tensor().element());
    return check.require(
        Op.typesOf(body.arguments()).equals(List.of(scalar, scalar))
            && Op.typesOf(body.results()).equals(List.of(scalar)),
        () ->
            "its body takes "
                + Op.typesOf(body.arguments())
                + " and gives "
                + Op.typesOf(body.results()),
        "It must make a " + scalar + " of two");
  }

  /** Returns what the arrays combine to, in the order of the group. */
  static HostArray combine(Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Region body = operation.regions().get(0);
    Monoid monoid = Monoid.of(body);
    HostArray sum = operands.get(0);
    for (int i = 1; i < operands.size(); i++) {
      HostArray next = operands.get(i);
      sum = monoid != null ? monoid.op().apply(sum, next) : byBody(body, sum, next, evaluation);
    }
    return sum;
  }

  private static HostArray byBody(
      Region body, HostArray left, HostArray right, Evaluation evaluation) {
    HostArray out = HostArray.zeros(left.type());
    TensorType scalar = TensorType.of(left.type().element());
    long[] none = {};
    int count = (int) left.type().elementCount();
    for (int i = 0; i < count; i++) {
      List<HostArray> pair =
          List.of(
              StridedCopy.read(left, i, none, scalar), StridedCopy.read(right, i, none, scalar));
      StridedCopy.copy(evaluation.run(body, pair).get(0), 0, none, out, i, none, none);
    }
    return out;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (Collective.check(operation, check) && body(operation, check)) {
      for (int i = 0; i < operation.operands().size(); i++) {
        check.result(i, operation.operand(i).type());
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
