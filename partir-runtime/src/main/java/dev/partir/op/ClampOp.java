package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.List;

/**
 * {@code stablehlo.clamp}: keeps elements between a minimum and a maximum, which may be scalars.
 */
public enum ClampOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.clamp";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(1).tensor();
    for (int bound : new int[] {0, 2}) {
      TensorType given = operation.operand(bound).tensor();
      check
          .constraint(bound == 0 ? "C1" : "C2")
          .require(
              given.element() == type.element()
                  && (given.rank() == 0 || given.compatibleShape(type)),
              () -> "operand " + bound + " is a " + given + " for values of type " + type,
              "A bound is a scalar or has the type of the values");
    }
    check
        .constraint("C3")
        .require(
            BinaryOp.MAXIMUM.takes(type.element()),
            () -> "its values are of type " + type.element(),
            "It takes what maximum takes");
    check.result(0, type);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(1).type();
    HostArray low = spread(operands.get(0), type);
    HostArray high = spread(operands.get(2), type);
    return List.of(BinaryOp.MINIMUM.apply(BinaryOp.MAXIMUM.apply(operands.get(1), low), high));
  }

  private static HostArray spread(HostArray bound, TensorType type) {
    return bound.type().equals(type)
        ? bound
        : StridedCopy.read(bound, 0, new long[type.rank()], type);
  }
}
