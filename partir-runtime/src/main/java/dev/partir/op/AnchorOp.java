package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code partir.anchor}: the identity. It stands behind a value of which a tactic speaks, so that
 * the loop that the tactic puts there has an operation to be around; lowering leaves it out.
 */
public enum AnchorOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "partir.anchor";
  }

  /** Adds an anchor behind a value. */
  public static Value build(BlockBuilder block, Value operand, Location location) {
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Attributes.EMPTY,
            List.of(),
            List.of(operand.type()),
            List.of(),
            location)
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0)) {
      check.result(0, operation.operand(0).type());
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return operands;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    return operands;
  }
}
