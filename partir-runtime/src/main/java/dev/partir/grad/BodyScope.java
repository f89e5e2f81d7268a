package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Rewriter;
import dev.partir.ir.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way back through the body of a region. It stands in a region of its own, where the values of
 * the body are not to be had as they are; how they are had is asked once each.
 */
abstract class BodyScope extends Scope {
  final Scope around;
  private final int firstId;
  private final Map<Value, Value> primals = new HashMap<>();

  /**
   * The way back through a body.
   *
   * @param firstId the least id of a value of the body
   */
  BodyScope(Scope around, BlockBuilder back, int firstId) {
    super(around.cotangents, back);
    this.around = around;
    this.firstId = firstId;
  }

  /** Returns a value of the body as {@link #back} has it; it is asked for the first time. */
  abstract Value find(Value value);

  /** Returns the cotangent so far of a value from around the body. */
  abstract @Nullable Value sumAround(Value value);

  abstract void setSumAround(Value value, Value sum);

  final boolean owns(Value value) {
    return value.id() >= firstId;
  }

  /** Returns whether a value is had already, or is one from around. */
  final boolean isHad(Value value) {
    return !owns(value) || primals.containsKey(value);
  }

  @Override
  final Value primal(Value value) {
    if (!owns(value)) {
      return around.primal(value);
    }
    Value known = primals.get(value);
    if (known == null) {
      known = find(value);
      primals.put(value, known);
    }
    return known;
  }

  /** Returns a value of the body by doing again the operation that it is a result of. */
  final Value again(Value value, Operation definition) {
    Rewriter rewriter = Rewriter.repeating();
    for (Value operand : definition.operands()) {
      rewriter.put(operand, primal(operand));
    }
    return rewriter.copy(definition, back).result(value.index());
  }

  @Override
  final @Nullable Value sum(Value value) {
    return owns(value) ? cotangents.get(value) : sumAround(value);
  }

  @Override
  final void setSum(Value value, Value sum) {
    if (owns(value)) {
      cotangents.set(value, sum);
    } else {
      setSumAround(value, sum);
    }
  }
}
