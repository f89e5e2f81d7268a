package dev.partir.op;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One operation on the way back through a program: given the cotangents of its results, the
 * operation adds those of its operands. A cotangent has the type of its value. Cotangents of
 * complex numbers pair without conjugation, as JAX's do: where f is holomorphic, that of an operand
 * is f' times that of the result, and a small change dz of a value with cotangent c changes the
 * loss by the real part of c dz.
 */
public interface Pullback {
  /** Returns the operation that is differentiated. */
  Operation operation();

  /** Returns where to add operations. */
  BlockBuilder block();

  /** Returns an operand of the operation, as a value that the block sees. */
  Value operand(int index);

  /** Returns a result of the operation, as a value that the block sees. */
  Value result(int index);

  /** Returns the cotangent of a result; null where it is zero. */
  @Nullable Value cotangent(int index);

  /** Returns whether the cotangent of an operand is asked for. */
  boolean wants(int operand);

  /** Adds to the cotangent of an operand; ignored where it is not asked for. */
  void give(int operand, Value cotangent);

  /**
   * Adds to some elements of the cotangent of an operand, given what it is so far: in place, where
   * that is carried by a loop.
   *
   * @param addition returns what to add where nothing is carried
   * @param update returns the sum so far with the addition in it
   * @param placing returns the same, where the sum is known to be zero at the elements
   */
  void giveInto(
      int operand,
      Supplier<Value> addition,
      UnaryOperator<Value> update,
      UnaryOperator<Value> placing);

  /**
   * Differentiates simpler operations that compute the same results.
   *
   * @param simpler adds them to a block, given the operands; returns the results
   */
  void through(BiFunction<BlockBuilder, List<Value>, List<Value>> simpler);

  /** Returns the cotangent of the only result, which is never zero. */
  default Value cotangent() {
    Value cotangent = cotangent(0);
    if (cotangent == null) {
      throw new IllegalStateException(operation() + " has no cotangent");
    }
    return cotangent;
  }

  /** Returns what adds the terms of the derivative. */
  default Terms terms() {
    return new Terms(block());
  }

  /** Returns the error that an operation has no derivative. */
  static PartirException none(Operation operation, String problem, String remedy) {
    return new PartirException(
        new Diagnostic(
            ErrorCode.NO_DERIVATIVE, operation.name(), problem, remedy, operation.location()));
  }
}
