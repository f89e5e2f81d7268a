package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Collections;
import java.util.List;

/**
 * {@code stablehlo.all_reduce}: every device gets the combination of what all have. The body must
 * be one operation, a {@link Monoid}.
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

  /** Checks that the body of a reducing collective is a monoid. */
  static boolean body(Operation operation, OpChecker check) {
    return check.require(
        operation.regions().size() == 1 && Monoid.of(operation.regions().get(0)) != null,
        "its body is not one commutative operation on its two arguments",
        "Reduce with add, multiply, minimum, maximum, and, or or xor");
  }

  /** Returns what the arrays combine to, in the order of the group. */
  static HostArray combine(Operation operation, List<HostArray> operands) {
    Monoid monoid = Monoid.of(operation.regions().get(0));
    if (monoid == null) {
      throw new IllegalStateException("the verifier lets only monoids through");
    }
    HostArray sum = operands.get(0);
    for (int i = 1; i < operands.size(); i++) {
      sum = monoid.op().apply(sum, operands.get(i));
    }
    return sum;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (Collective.check(operation, check) && body(operation, check)) {
      check.result(0, operation.operand(0).type());
    }
  }

  @Override
  public List<HostArray> exchange(Operation operation, List<HostArray> operands) {
    return Collections.nCopies(operands.size(), combine(operation, operands));
  }
}
