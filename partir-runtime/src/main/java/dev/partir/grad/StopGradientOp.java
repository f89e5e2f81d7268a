package dev.partir.grad;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import dev.partir.op.Evaluation;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import java.util.List;

/** The identity, which no cotangent goes through. It is in programs only while they are traced. */
public enum StopGradientOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "partir.stop_gradient";
  }

  /** Adds the operation. */
  public static Value build(BlockBuilder block, Value operand) {
    return block
        .add(INSTANCE, List.of(operand), Attributes.EMPTY, List.of(operand.type()))
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0)) {
      check.result(0, operation.operand(0).type());
    }
  }

  @Override
  public boolean isFlat(Operation operation) {
    return true;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return operands;
  }
}
