package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.Evaluation;
import dev.partir.op.Leaves;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import dev.partir.op.QuantizedOperation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation whose declared types leave sizes open. When it is run they are those of the arrays
 * that come: the operation is then made anew with these types and those that follow from them for
 * its results, and is held to what the specification asks of it. The last one made is kept, for the
 * sizes seldom change.
 */
final class DynamicOperation {
  private final Operation declared;
  private final List<TensorType> resultLeaves;
  private @Nullable Operation known;
  private List<TensorType> knownTypes = List.of();

  private DynamicOperation(Operation declared) {
    this.declared = declared;
    resultLeaves = Leaves.ofValues(declared.results());
  }

  /** Returns the operation if its types leave sizes open, else null. */
  static @Nullable DynamicOperation of(Operation operation) {
    for (List<Value> values : List.of(operation.operands(), operation.results())) {
      for (TensorType leaf : Leaves.ofValues(values)) {
        if (!leaf.isStatic()) {
          return new DynamicOperation(operation);
        }
      }
    }
    return null;
  }

  /**
   * Runs the operation.
   *
   * @throws PartirException when the arrays break a constraint of the operation, or its results are
   *     not of the declared types
   */
  List<HostArray> evaluate(List<HostArray> operands, Evaluation evaluation) {
    Operation operation = known;
    if (operation == null || !fits(operands)) {
      operation = resolve(operands);
      known = operation;
      knownTypes = operands.stream().map(HostArray::type).toList();
    }
    QuantizedOperation expressed = QuantizedOperation.of(operation);
    List<HostArray> results =
        expressed == null
            ? Op.of(operation).evaluate(operation, operands, evaluation)
            : expressed.evaluate(operands, evaluation);
    for (int i = 0; i < resultLeaves.size(); i++) {
      TensorType actual = results.get(i).type();
      if (!actual.compatible(resultLeaves.get(i))) {
        throw new PartirException(
            new Diagnostic(
                ErrorCode.TYPE_MISMATCH,
                declared.name(),
                "it gives a " + actual + " where it declares a " + resultLeaves.get(i),
                "Declare the sizes that it can give, or ? for those that are not known",
                declared.location()));
      }
    }
    return results;
  }

  private boolean fits(List<HostArray> operands) {
    for (int i = 0; i < knownTypes.size(); i++) {
      if (!knownTypes.get(i).equals(operands.get(i).type())) {
        return false;
      }
    }
    return true;
  }

  private Operation resolve(List<HostArray> operands) {
    FunctionBuilder builder = new FunctionBuilder("resolved");
    List<Value> values = new ArrayList<>();
    int leaf = 0;
    for (Value operand : declared.operands()) {
      Type type = operand.type() instanceof TensorType ? operands.get(leaf).type() : operand.type();
      leaf += Leaves.count(operand.type());
      values.add(builder.argument(type, operand.name()));
    }
    OpChecker check = new OpChecker(declared);
    List<Type> types = check.infer(declared, values, builder.body());
    if (!check.findings().isEmpty()) {
      throw new PartirException(check.findings());
    }
    return builder
        .body()
        .add(
            declared.kind(),
            values,
            declared.attributes(),
            declared.regions(),
            types,
            List.of(),
            declared.location());
  }
}
