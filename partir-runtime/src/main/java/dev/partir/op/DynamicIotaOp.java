package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/** {@code stablehlo.dynamic_iota}: an iota of sizes that are computed. */
public enum DynamicIotaOp implements ComputedSizes {
  INSTANCE;

  private static final String DIMENSION = "iota_dimension";

  @Override
  public String opName() {
    return "stablehlo.dynamic_iota";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType result = operation.result().tensor();
    long dimension = operation.attributes().integer(DIMENSION, -1);
    check.constraint("C1");
    check.require(
        dimension >= 0 && dimension < result.rank(),
        () -> "iota_dimension is " + dimension + " for a result of rank " + result.rank(),
        "It must be a dimension of the result");
    check.constraint("C2");
    if (ShapeOps.requireSizes(
        check, "output_shape", operation.operand(0).tensor(), result.rank())) {
      long[] sizes = ShapeOps.knownSizes(operation.operand(0));
      if (sizes != null) {
        check.result(0, result.withDims(sizes));
      }
    }
  }

  @Override
  public int arrays() {
    return 0;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    TensorType type =
        operation.result().tensor().withDims(ShapeOps.sizes(operation, numbers.get(0)));
    return IotaOp.build(block, (int) operation.attributes().integer(DIMENSION, 0), type);
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
