package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/** {@code stablehlo.dynamic_reshape}: a reshape to sizes that are computed. */
public enum DynamicReshapeOp implements ComputedSizes {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.dynamic_reshape";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    check.constraint("C1");
    check.require(
        from.element() == to.element(),
        () -> "it makes a " + to + " of a " + from,
        "Both must have the same element type");
    check.constraint("C2");
    check.require(
        !from.isStatic() || !to.isStatic() || from.elementCount() == to.elementCount(),
        () -> "it makes a " + to + " of a " + from,
        "Both must have the same number of elements");
    check.constraint("C3");
    if (ShapeOps.requireSizes(check, "output_shape", operation.operand(1).tensor(), to.rank())) {
      long[] sizes = ShapeOps.knownSizes(operation.operand(1));
      if (sizes != null) {
        check.result(0, to.withDims(sizes));
      }
    }
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public int arrays() {
    return 1;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    TensorType from = operands.get(0).tensor();
    TensorType type = from.withDims(ShapeOps.sizes(operation, numbers.get(0)));
    if (from.isStatic() && type.elementCount() != from.elementCount()) {
      throw ShapeOps.error(
          operation,
          "it is to make a " + type + " of a " + from,
          "Both must have the same number of elements");
    }
    return ReshapeOp.build(block, operands.get(0), type.dims());
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser);
  }
}
