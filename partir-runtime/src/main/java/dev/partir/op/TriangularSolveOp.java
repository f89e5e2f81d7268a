package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Matrices;
import dev.partir.ir.Attribute;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.List;

/**
 * {@code stablehlo.triangular_solve}: solves {@code op(A) X = B} or {@code X op(A) = B} for
 * triangular matrices A, in double precision.
 */
public enum TriangularSolveOp implements Op {
  INSTANCE;

  private static final String LEFT_SIDE = "left_side";

  @Override
  public String opName() {
    return "stablehlo.triangular_solve";
  }

  private static String transpose(Operation operation) {
    return operation.attributes().get("transpose_a") instanceof Attribute.Enumerated value
        ? value.value()
        : "";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType a = operation.operand(0).tensor();
    TensorType b = operation.operand(1).tensor();
    String transpose = transpose(operation);
    check.require(
        List.of("NO_TRANSPOSE", "TRANSPOSE", "ADJOINT").contains(transpose),
        () -> "transpose_a is \"" + transpose + "\"",
        "It is one of NO_TRANSPOSE, TRANSPOSE, ADJOINT");
    check.require(
        a.element().isFloat() || a.element().isComplex(),
        () -> "its operands have elements of type " + a.element(),
        "It takes floats or complex numbers");
    check.constraint("C1");
    check.require(
        a.element() == b.element(),
        () -> "it solves a " + a + " for a " + b,
        "Both must have one element type");
    check.constraint("C2");
    if (!check.require(
        a.rank() >= 2 && a.rank() == b.rank(),
        () -> "it solves a " + a + " for a " + b,
        "Both must be matrices, with the same dimensions before")) {
      return;
    }
    int rank = a.rank();
    boolean left = operation.attributes().flag(LEFT_SIDE);
    boolean fits = TensorType.compatible(a.dim(rank - 2), a.dim(rank - 1));
    for (int d = 0; d < rank - 2; d++) {
      fits &= TensorType.compatible(a.dim(d), b.dim(d));
    }
    fits &= TensorType.compatible(a.dim(rank - 1), b.dim(left ? rank - 2 : rank - 1));
    check.constraint("C3");
    check.require(
        fits,
        () -> "it solves a " + a + " for a " + b + " with left_side = " + left,
        "Matrices A are square, of as many rows as B has " + (left ? "rows" : "columns"));
    check.constraint("C4").result(0, b);
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType b = operation.operand(1).tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    int rank = b.rank();
    for (int d = 0; d < rank - 2; d++) {
      int factor = rule.factor(b.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).operand(1, d, factor).result(0, d, factor);
    }
    // Every right side is solved by itself.
    int free = operation.attributes().flag(LEFT_SIDE) ? rank - 1 : rank - 2;
    int factor = rule.factor(b.dim(free), FactorRule.Kind.PARALLEL);
    return rule.operand(1, free, factor).result(0, free, factor).build();
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    TensorType a = operands[0];
    return Cost.of(operands[1].elementCount() * a.dim(a.rank() - 1), operands, results);
  }

  @Override
  public void pullback(Pullback at) {
    MatrixDerivative.solve(at, transpose(at.operation()));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray b = operands.get(1);
    var attributes = operation.attributes();
    Matrices solved =
        Matrices.of(operands.get(0))
            .solve(
                Matrices.of(b),
                attributes.flag(LEFT_SIDE),
                attributes.flag("lower"),
                attributes.flag("unit_diagonal"),
                Matrices.Transpose.valueOf(transpose(operation)));
    return List.of(solved.toArray(b.type()));
  }
}
