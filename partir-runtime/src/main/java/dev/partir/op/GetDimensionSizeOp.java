package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.get_dimension_size}: the size of a dimension, which may be known at run time
 * only.
 */
public enum GetDimensionSizeOp implements Op {
  INSTANCE;

  private static final String DIMENSION = "dimension";

  @Override
  public String opName() {
    return "stablehlo.get_dimension_size";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    long dimension = operation.attributes().integer(DIMENSION, -1);
    TensorType type = operation.operand(0).tensor();
    check.constraint("C1");
    check.require(
        dimension >= 0 && dimension < type.rank(),
        () -> "dimension is " + dimension + " for a " + type,
        "It must be a dimension of the operand");
    check.constraint("").result(0, TensorType.of(ElementType.I32));
  }

  /** Returns the size that an operation gives, or that it is not known. */
  public long size(Operation operation) {
    int dimension = (int) operation.attributes().integer(DIMENSION, 0);
    return operation.operand(0).tensor().dim(dimension);
  }

  /** Returns a size as the operation gives it. */
  public static HostArray scalar(long size) {
    return HostArray.of(TensorType.of(ElementType.I32), (int) size);
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int dimension = (int) operation.attributes().integer(DIMENSION, 0);
    return List.of(scalar(operands.get(0).type().dim(dimension)));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print(opName() + " ")
        .operands(operation.operands())
        .print(", dim = " + operation.attributes().integer(DIMENSION, -1))
        .attributes(operation.attributes(), List.of(DIMENSION))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    parser.expect(",");
    parser.expect("dim");
    parser.expect("=");
    return ShapeOps.finish(parser, operands, Attributes.builder().put(DIMENSION, parser.integer()));
  }
}
