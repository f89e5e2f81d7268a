package dev.partir.grad;

import dev.partir.ir.Block;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BranchOp;
import dev.partir.op.Op;
import dev.partir.op.WhileOp;
import java.util.BitSet;
import java.util.List;

/** Which values change when those change that are differentiated by; by the ids of values. */
final class Activity {
  private final BitSet active = new BitSet();

  /** Says that a value is one, or depends on one, that is differentiated by. */
  void set(Value value) {
    active.set(value.id());
  }

  /** Returns whether the value may have a cotangent. */
  boolean of(Value value) {
    return active.get(value.id());
  }

  /** Returns whether a value of that type can have a cotangent. */
  static boolean isDifferentiable(Value value) {
    if (!(value.type() instanceof TensorType type) || type.quantization() != null) {
      return false;
    }
    ElementType element = type.element();
    return element.isFloat() || element.isComplex();
  }

  /** Marks what operations, which stand in this order, compute from values that are marked. */
  void mark(List<Operation> operations) {
    for (Operation operation : operations) {
      mark(operation);
    }
  }

  private void mark(Operation operation) {
    if (operation.kind() == WhileOp.INSTANCE) {
      Block body = operation.regions().get(1).block();
      loop(body.arguments(), operation.operands(), body.operations(), body.results());
      for (int i = 0; i < operation.results().size(); i++) {
        join(operation.result(i), body.arguments().get(i));
      }
    } else if (operation.kind() instanceof BranchOp || operation.kind() == CheckpointOp.INSTANCE) {
      for (Region region : operation.regions()) {
        mark(region.block().operations());
        for (int i = 0; i < operation.results().size(); i++) {
          join(operation.result(i), region.block().results().get(i));
        }
      }
    } else if (anyOf(operation) && !Op.of(operation).isFlat(operation)) {
      for (Value result : operation.results()) {
        if (isDifferentiable(result)) {
          set(result);
        }
      }
    }
  }

  /** Marks what a body computes that is run again with its results for its arguments. */
  void loop(List<Value> arguments, List<Value> entries, List<Operation> body, List<Value> results) {
    for (int i = 0; i < arguments.size(); i++) {
      join(arguments.get(i), entries.get(i));
    }
    boolean changed = true;
    while (changed) {
      mark(body);
      changed = false;
      for (int i = 0; i < arguments.size(); i++) {
        if (of(results.get(i)) && !of(arguments.get(i))) {
          set(arguments.get(i));
          changed = true;
        }
      }
    }
  }

  private void join(Value value, Value source) {
    if (of(source)) {
      set(value);
    }
  }

  /** Returns whether an operand of an operation, or what one of its regions uses, is marked. */
  boolean anyOf(Operation operation) {
    for (Value operand : operation.operands()) {
      if (of(operand)) {
        return true;
      }
    }
    return anyIn(operation.regions());
  }

  /**
   * Marks in {@code reached} what may have a cotangent because a result of an operation has one.
   */
  void reach(Operation operation, BitSet reached) {
    boolean any = false;
    for (Value result : operation.results()) {
      any |= reached.get(result.id());
    }
    if (any) {
      reachUsed(operation, reached);
    }
  }

  private void reachUsed(Operation operation, BitSet reached) {
    for (Value operand : operation.operands()) {
      if (of(operand)) {
        reached.set(operand.id());
      }
    }
    for (Region region : operation.regions()) {
      for (Operation inner : region.block().operations()) {
        reachUsed(inner, reached);
      }
    }
  }

  /** Returns whether anything that regions use is marked. */
  boolean anyIn(List<Region> regions) {
    for (Region region : regions) {
      for (Operation operation : region.block().operations()) {
        if (anyOf(operation)) {
          return true;
        }
      }
    }
    return false;
  }
}
