package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.set_dimension_size}: the first elements of a dimension, as many as a value says.
 */
public enum SetDimensionSizeOp implements ComputedSizes {
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
  public int arrays() {
    return 1;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    TensorType type = operands.get(0).tensor();
    int dimension = (int) operation.attributes().integer(DIMENSION, 0);
    long size = numbers.get(0).getLong(0);
    long whole = type.dim(dimension);
    if (size < 0 || (whole != TensorType.DYNAMIC && size > whole)) {
      throw ShapeOps.error(
          operation,
          "it is to take " + size + " of " + whole + " elements",
          "The size must be from 0 to that of the operand");
    }
    long[] ones = new long[type.rank()];
    java.util.Arrays.fill(ones, 1);
    long[] limit = type.dims();
    limit[dimension] = size;
    return SliceOp.build(block, operands.get(0), new long[type.rank()], limit, ones);
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
