package dev.partir.op;

import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects what is wrong with one operation after the other. */
public final class OpChecker {
  private final List<Diagnostic> findings = new ArrayList<>();
  private Operation operation;
  private boolean failed;
  private String constraint = "";
  private Type[] inferred = {};

  public OpChecker(Operation first) {
    operation = first;
  }

  /** Verifies an operation. */
  public void check(Operation next) {
    operation = next;
    inferred = new Type[next.results().size()];
    for (int i = 0; i < inferred.length; i++) {
      inferred[i] = next.result(i).type();
    }
    failed = false;
    constraint = "";
    if (QuantizedOperation.isQuantized(next)) {
      checkQuantized(next);
    } else {
      Op.of(next).verify(next, this);
    }
  }

  private void checkQuantized(Operation next) {
    QuantizedOperation.verify(next, this);
    QuantizedOperation quantized = QuantizedOperation.of(next);
    if (quantized == null || failed) {
      Op.of(next).verify(next, this);
      return;
    }
    operation = quantized.expressed();
    Op.of(operation).verify(operation, this);
    for (int i = 0; i < inferred.length; i++) {
      if (next.result(i).type() instanceof TensorType declared
          && inferred[i] instanceof TensorType known
          && declared.rank() == known.rank()) {
        inferred[i] = declared.withDims(known.dims());
      }
    }
  }

  /**
   * Verifies an operation as it is on other operands, and returns the types that its results have
   * on them: sizes that are declared as dynamic are known where they follow from the operands.
   *
   * @param operands as many as the operation has
   * @param scratch a block that may be added to
   */
  public List<Type> infer(Operation declared, List<Value> operands, BlockBuilder scratch) {
    check(
        scratch.add(
            declared.kind(),
            operands,
            declared.attributes(),
            declared.regions(),
            Op.typesOf(declared.results()),
            List.of(),
            declared.location()));
    return List.of(inferred);
  }

  public List<Diagnostic> findings() {
    return findings;
  }

  /** Returns whether the operation under check has broken nothing so far. */
  public boolean ok() {
    return !failed;
  }

  /**
   * Names the constraint that what is required next belongs to, until another is named: the message
   * quotes it.
   *
   * @param name as in the section of the operation in the StableHLO specification, such as {@code
   *     C3} or {@code I1, I2}; empty where the specification names none
   */
  public OpChecker constraint(String name) {
    constraint = name;
    return this;
  }

  /**
   * Tells that a constraint is broken, unless {@code condition}.
   *
   * @param problem what is wrong, with the actual numbers
   * @param remedy what would be right, or empty
   */
  public boolean require(boolean condition, String problem, String remedy) {
    if (!condition) {
      fail(ErrorCode.INVALID_OP, problem, remedy);
    }
    return condition;
  }

  /**
   * Tells that a constraint is broken, unless {@code condition}. The problem is put into words only
   * if there is one, for almost every operation has none.
   */
  public boolean require(boolean condition, Supplier<String> problem, String remedy) {
    return condition || require(false, problem.get(), remedy);
  }

  /**
   * Requires what another operation would that has the same results and stands for this one once
   * its sizes are known.
   */
  void asOther(Op other, List<Value> operands, Attributes attributes) {
    Operation checked = operation;
    BlockBuilder scratch = new FunctionBuilder(other.opName()).body();
    operation =
        scratch.add(
            other,
            operands,
            attributes,
            checked.regions(),
            Op.typesOf(checked.results()),
            List.of(),
            checked.location());
    other.verify(operation, this);
    operation = checked;
  }

  /** Requires a number of operands, results and regions. */
  public boolean arity(int operands, int results, int regions) {
    if (operation.operands().size() == operands
        && operation.results().size() == results
        && operation.regions().size() == regions) {
      return true;
    }
    return require(
        false,
        String.format(
            "it has %d operands, %d results and %d regions",
            operation.operands().size(), operation.results().size(), operation.regions().size()),
        String.format(
            "It takes %d operands, %d results and %d regions", operands, results, regions));
  }

  /** Requires that all operands and results are tensors; their sizes may be dynamic. */
  public boolean tensors() {
    return tensors(operation.operands()) && tensors(operation.results());
  }

  private boolean tensors(List<Value> values) {
    for (int i = 0; i < values.size(); i++) {
      if (!(values.get(i).type() instanceof TensorType)) {
        fail(ErrorCode.TYPE_MISMATCH, "it takes or gives a " + values.get(i).type(), "Use tensors");
        return false;
      }
    }
    return true;
  }

  /**
   * Requires that result {@code index} has the inferred type, or one that may turn out to be it
   * once sizes that are dynamic in either are known.
   */
  public boolean result(int index, Type type) {
    Type declared = operation.result(index).type();
    if (compatible(type, declared)) {
      inferred[index] = merge(declared, type);
    } else {
      fail(
          ErrorCode.TYPE_MISMATCH,
          "result " + index + " is declared as " + declared + ", but the operands make it " + type,
          "Declare it as " + type);
      return false;
    }
    return true;
  }

  /** Returns the type with every size that is known in either. */
  private static Type merge(Type declared, Type inferred) {
    if (!(declared instanceof TensorType one)
        || one.isStatic()
        || !(inferred instanceof TensorType other)) {
      return declared;
    }
    long[] dims = one.dims();
    for (int d = 0; d < dims.length; d++) {
      dims[d] = dims[d] == TensorType.DYNAMIC ? other.dim(d) : dims[d];
    }
    return one.withDims(dims);
  }

  /** Returns whether two types are one once the sizes that are dynamic in either are known. */
  public static boolean compatible(Type one, Type other) {
    if (one instanceof TensorType left && other instanceof TensorType right) {
      return left.compatible(right);
    }
    return one.equals(other);
  }

  private void fail(ErrorCode code, String problem, String remedy) {
    failed = true;
    String quoted = constraint.isEmpty() ? problem : problem + " (constraint " + constraint + ")";
    findings.add(new Diagnostic(code, operation.name(), quoted, remedy, operation.location()));
  }
}
