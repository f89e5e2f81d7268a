package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.function.DoublePredicate;

/** The operations that tell what sort of number an element is. */
@SuppressWarnings("ImmutableEnumChecker") // The predicates are lambdas without state.
public enum ClassifyOp implements Pointwise {
  IS_FINITE("stablehlo.is_finite", Double::isFinite),
  IS_INF("chlo.is_inf", Double::isInfinite),
  IS_NEG_INF("chlo.is_neg_inf", x -> x == Double.NEGATIVE_INFINITY),
  IS_POS_INF("chlo.is_pos_inf", x -> x == Double.POSITIVE_INFINITY);

  private final String fullName;
  private final DoublePredicate predicate;

  ClassifyOp(String fullName, DoublePredicate predicate) {
    this.fullName = fullName;
    this.predicate = predicate;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the operation. */
  public Value build(BlockBuilder block, Value operand) {
    return add(block, operand.tensor().withElement(ElementType.I1), operand);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check
        .constraint("I1")
        .require(
            type.element().isFloat(),
            () -> "operand 0 is a " + type,
            "It takes floating-point numbers");
    check.constraint("C1").result(0, type.withElement(ElementType.I1));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray in = operands.get(0);
    HostArray out = HostArray.zeros(in.type().withElement(ElementType.I1));
    int[] to = out.ints();
    if (in.type().element() == ElementType.F64) {
      double[] from = in.doubles();
      for (int i = 0; i < to.length; i++) {
        to[i] = predicate.test(from[i]) ? 1 : 0;
      }
    } else {
      float[] from = in.floats();
      for (int i = 0; i < to.length; i++) {
        to[i] = predicate.test(from[i]) ? 1 : 0;
      }
    }
    return List.of(out);
  }
}
