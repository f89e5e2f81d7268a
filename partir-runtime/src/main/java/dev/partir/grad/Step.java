package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import dev.partir.op.Pullback;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One operation on the way back. */
final class Step implements Pullback {
  private final Operation operation;
  private final Scope scope;

  Step(Operation operation, Scope scope) {
    this.operation = operation;
    this.scope = scope;
    if (scope.cotangents.activity().anyIn(operation.regions())) {
      throw Pullback.none(
          operation,
          "its region uses a value from around it that is differentiated",
          "Give the value to the operation as an operand, or stop its gradient");
    }
  }

  @Override
  public Operation operation() {
    return operation;
  }

  @Override
  public BlockBuilder block() {
    return scope.back;
  }

  @Override
  public Value operand(int index) {
    return scope.primal(operation.operand(index));
  }

  @Override
  public Value result(int index) {
    return scope.primal(operation.result(index));
  }

  @Override
  public @Nullable Value cotangent(int index) {
    return scope.sum(operation.result(index));
  }

  @Override
  public boolean wants(int operand) {
    return scope.cotangents.activity().of(operation.operand(operand));
  }

  @Override
  public void give(int operand, Value cotangent) {
    scope.add(operation.operand(operand), cotangent);
  }

  @Override
  public void giveInto(
      int operand,
      Supplier<Value> addition,
      UnaryOperator<Value> update,
      UnaryOperator<Value> placing) {
    Value value = operation.operand(operand);
    if (!wants(operand)) {
      return;
    }
    Value sum = scope.isCarried(value) ? scope.sum(value) : null;
    if (sum == null) {
      scope.add(value, addition.get());
    } else {
      boolean untouched = scope.isUntouched(value, operation);
      scope.setSum(value, (untouched ? placing : update).apply(sum));
    }
  }

  @Override
  public void through(BiFunction<BlockBuilder, List<Value>, List<Value>> simpler) {
    Recomputation.through(operation, simpler, scope);
  }
}
