package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
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

  /** A bound gets the cotangents of the elements beyond it; those at a bound go nowhere. */
  @Override
  public void pullback(Pullback at) {
    Terms t = at.terms();
    TensorType type = at.cotangent().tensor();
    Value low = t.broadcast(at.operand(0), type, dims(at.operand(0)));
    Value high = t.broadcast(at.operand(2), type, dims(at.operand(2)));
    Value x = at.operand(1);
    if (at.wants(1)) {
      Value above = t.compare(CompareOp.Direction.GT, x, low);
      Value below = t.compare(CompareOp.Direction.LT, x, high);
      at.give(1, t.where(BinaryOp.AND.build(at.block(), above, below), at.cotangent()));
    }
    if (at.wants(0)) {
      Value beyond = t.compare(CompareOp.Direction.GT, low, x);
      Value inside = t.compare(CompareOp.Direction.LT, low, high);
      bound(at, 0, BinaryOp.AND.build(at.block(), beyond, inside));
    }
    if (at.wants(2)) {
      bound(
          at,
          2,
          t.compare(CompareOp.Direction.LT, high, BinaryOp.MAXIMUM.build(at.block(), x, low)));
    }
  }

  private static void bound(Pullback at, int operand, Value where) {
    Value cotangent = at.terms().where(where, at.cotangent());
    boolean scalar = at.operand(operand).tensor().rank() == 0;
    at.give(operand, scalar ? at.terms().sumAll(cotangent) : cotangent);
  }

  private static long[] dims(Value bound) {
    return java.util.stream.LongStream.range(0, bound.tensor().rank()).toArray();
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
