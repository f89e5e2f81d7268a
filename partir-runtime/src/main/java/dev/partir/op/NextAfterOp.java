package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.List;

/** {@code chlo.next_after}: the next number of the element type on the way to another number. */
public enum NextAfterOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "chlo.next_after";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.operand(1).tensor();
    check.require(
        from.compatible(to) && from.element().isFloat(),
        () -> "its operands are a " + from + " and a " + to,
        "Both must have one floating-point type");
    check.result(0, from);
  }

  @Override
  public void pullback(Pullback at) {
    at.give(0, at.cotangent());
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(apply(operands.get(0), operands.get(1)));
  }

  /** Returns the operation on two arrays of one type, element by element. */
  static HostArray apply(HostArray left, HostArray right) {
    HostArray out = HostArray.zeros(left.type());
    ElementType element = left.type().element();
    if (element == ElementType.F64) {
      for (int i = 0; i < out.length(); i++) {
        out.doubles()[i] = Math.nextAfter(left.doubles()[i], right.doubles()[i]);
      }
      return out;
    }
    for (int i = 0; i < out.length(); i++) {
      out.floats()[i] = NumberFormat.next(element, left.floats()[i], right.floats()[i]);
    }
    return out;
  }
}
