package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.op.Terms;
import java.util.ArrayList;
import java.util.List;

/**
 * Reverse-mode differentiation of a block that is being built (Griewank and Walther, "Evaluating
 * Derivatives", second edition, section 3.2): one pass back over its operations, each of which adds
 * the cotangents of its operands. The derivative is made of ordinary operations behind those that
 * are there, so that it can be differentiated again.
 */
public final class Differentiation {
  private Differentiation() {}

  /**
   * Adds the gradients of a scalar. A parameter on which another depends counts for both.
   *
   * @param block the block that {@code loss} was computed in
   * @return one gradient per parameter, of its type; zeros where the loss does not depend on it
   * @throws PartirException with {@link ErrorCode#NO_DERIVATIVE} when the loss is no floating-point
   *     scalar, a parameter has no floating-point or complex numbers, or an operation between them
   *     has no derivative
   */
  public static List<Value> gradients(BlockBuilder block, Value loss, List<Value> parameters) {
    if (!Activity.isDifferentiable(loss)
        || loss.tensor().rank() > 0
        || loss.tensor().element().isComplex()) {
      throw fail("the loss", loss, "A gradient is that of one floating-point number");
    }
    Operation begin = CheckpointOp.begin(block);
    Value seed = new Terms(block).constant(loss.tensor(), 1);
    return run(block, begin, List.of(loss), List.of(seed), parameters);
  }

  /**
   * Adds the cotangents of parameters, given those of results: the transposed Jacobian times them.
   *
   * @param cotangents one per result, of its type
   * @return one per parameter, of its type
   * @throws PartirException as {@link #gradients}
   */
  public static List<Value> pullback(
      BlockBuilder block, List<Value> results, List<Value> cotangents, List<Value> parameters) {
    return run(block, CheckpointOp.begin(block), results, cotangents, parameters);
  }

  /** Adds the cotangents behind {@code begin}, which goes again. */
  private static List<Value> run(
      BlockBuilder block,
      Operation begin,
      List<Value> results,
      List<Value> cotangents,
      List<Value> parameters) {
    Cotangents sums = new Cotangents(2 * block.valueCount());
    Activity activity = sums.activity();
    for (Value parameter : parameters) {
      if (!Activity.isDifferentiable(parameter)) {
        throw fail(
            "a parameter", parameter, "Differentiate by floating-point or complex numbers only");
      }
      activity.set(parameter);
    }
    Leaks.check(block.operations(), parameters);
    int end = end(block.operations(), results);
    activity.mark(block.operations().subList(0, end));
    Scope scope = new Scope.Same(sums, block);
    for (int i = 0; i < results.size(); i++) {
      scope.add(results.get(i), cotangents.get(i));
    }
    Walk.back(block, 0, end, scope);
    List<Value> gradients = new ArrayList<>(parameters.size());
    for (Value parameter : parameters) {
      Value sum = sums.get(parameter);
      gradients.add(sum == null ? new Terms(block).zeros(parameter.tensor()) : sum);
    }
    // Loops that were put in place of others have moved it.
    Unused.remove(block, block.operations().lastIndexOf(begin), gradients);
    return gradients;
  }

  /** Returns the index behind the last operation that defines one of the values. */
  private static int end(List<Operation> operations, List<Value> values) {
    int end = operations.size();
    while (end > 0) {
      Operation operation = operations.get(end - 1);
      for (Value value : values) {
        if (value.definition() == operation) {
          return end;
        }
      }
      end--;
    }
    return 0;
  }

  private static PartirException fail(String subject, Value value, String remedy) {
    return new PartirException(
        Diagnostic.of(ErrorCode.NO_DERIVATIVE, subject, "it is a " + value.type(), remedy));
  }
}
