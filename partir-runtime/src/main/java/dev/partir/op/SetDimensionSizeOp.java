package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.set_dimension_size}: the first elements of a dimension, as many as a value says.
 */
public enum SetDimensionSizeOp implements Op {
  INSTANCE;

  private static final String DIMENSION = "dimension";

  @Override
  public String opName() {
    return "stablehlo.set_dimension_size";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    long dimension = operation.attributes().integer(DIMENSION, -1);
    TensorType type = operation.operand(0).tensor();
    TensorType size = operation.operand(1).tensor();
    check.require(
        size.rank() == 0 && size.element() == ElementType.I32,
        () -> "its size is a " + size,
        "A size is a tensor<i32>");
    check.constraint("C1");
    if (check.require(
        dimension >= 0 && dimension < type.rank(),
        () -> "dimension is " + dimension + " for a " + type,
        "It must be a dimension of the operand")) {
      long[] known = ShapeOps.knownSizes(operation.operand(1));
      long result = known == null ? TensorType.DYNAMIC : known[0];
      check.constraint("").result(0, ShapeOps.withDim(type, (int) dimension, result));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray operand = operands.get(0);
    int dimension = (int) operation.attributes().integer(DIMENSION, 0);
    long size = operands.get(1).getLong(0);
    long whole = operand.type().dim(dimension);
    if (size < 0 || size > whole) {
      throw ShapeOps.error(
          operation,
          "it is to take " + size + " of " + whole + " elements",
          "The size must be from 0 to that of the operand");
    }
    long[] strides = StridedCopy.strides(operand.type().dims());
    return List.of(
        StridedCopy.read(operand, 0, strides, ShapeOps.withDim(operand.type(), dimension, size)));
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
