package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Matrices;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.cholesky}: the Cholesky factors of Hermitian matrices, computed in double
 * precision. The triangle that the specification leaves open is zero; the factor of a matrix that
 * is not positive definite is NaN.
 */
public enum CholeskyOp implements Op {
  INSTANCE;

  private static final String LOWER = "lower";

  @Override
  public String opName() {
    return "stablehlo.cholesky";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check.require(
        type.element().isFloat() || type.element().isComplex(),
        () -> "its operand has elements of type " + type.element(),
        "It takes floats or complex numbers");
    check.constraint("C2");
    if (check.require(type.rank() >= 2, () -> "its operand is a " + type, "Give it matrices")) {
      long rows = type.dim(type.rank() - 2);
      long columns = type.dim(type.rank() - 1);
      check.constraint("C3");
      check.require(
          TensorType.compatible(rows, columns),
          () -> "its matrices are of " + rows + " rows and " + columns + " columns",
          "They must be square");
    }
    check.constraint("C1").result(0, type);
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank() - 2; d++) {
      int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, d, factor);
    }
    return rule.build();
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    TensorType type = operands[0];
    return Cost.of(type.elementCount() * type.dim(type.rank() - 1) / 3, operands, results);
  }

  @Override
  public void pullback(Pullback at) {
    MatrixDerivative.cholesky(at, at.operation().attributes().flag(LOWER));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray operand = operands.get(0);
    boolean lower = operation.attributes().flag(LOWER);
    return List.of(Matrices.of(operand).cholesky(lower).toArray(operand.type()));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer.print("stablehlo.cholesky ").operands(operation.operands());
    if (operation.attributes().get(LOWER) instanceof Attribute.Bool lower) {
      printer.print(", lower = " + lower.value());
    }
    printer
        .attributes(operation.attributes(), List.of(LOWER))
        .print(" : ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = List.of(parser.operand());
    var attributes = Attributes.builder();
    if (parser.accept(",")) {
      parser.expect(LOWER);
      parser.expect("=");
      attributes.put(LOWER, parser.attribute());
    }
    return ShapeOps.finish(parser, operands, attributes);
  }
}
