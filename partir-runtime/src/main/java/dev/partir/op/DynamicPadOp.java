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

/** {@code stablehlo.dynamic_pad}: a pad by amounts that are computed. */
public enum DynamicPadOp implements ComputedSizes {
  INSTANCE;

  private static final String LOW = "edge_padding_low";
  private static final String HIGH = "edge_padding_high";
  private static final String INTERIOR = "interior_padding";

  @Override
  public String opName() {
    return "stablehlo.dynamic_pad";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(5, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    TensorType value = operation.operand(1).tensor();
    TensorType result = operation.result().tensor();
    check.constraint("C1");
    check.require(
        value.rank() == 0
            && value.element() == type.element()
            && result.element() == type.element(),
        () -> "it pads a " + type + " with a " + value + " to a " + result,
        "All must have one element type, and what it pads with is a scalar");
    check.constraint("C2");
    check.require(
        result.rank() == type.rank(),
        () -> "it pads a " + type + " to a " + result,
        "Both must have the same rank");
    boolean fits = ShapeOps.requireSizes(check, LOW, operation.operand(2).tensor(), type.rank());
    fits &= ShapeOps.requireSizes(check, HIGH, operation.operand(3).tensor(), type.rank());
    fits &= ShapeOps.requireSizes(check, INTERIOR, operation.operand(4).tensor(), type.rank());
    long[] low = ShapeOps.known(operation.operand(2));
    long[] high = ShapeOps.known(operation.operand(3));
    long[] interior = ShapeOps.known(operation.operand(4));
    if (fits && check.ok() && low != null && high != null && interior != null) {
      long[] dims = type.dims();
      for (int d = 0; d < dims.length; d++) {
        long between = Math.max(dims[d] - 1, 0) * interior[d];
        dims[d] = dims[d] == TensorType.DYNAMIC ? dims[d] : dims[d] + low[d] + high[d] + between;
        if (dims[d] < TensorType.DYNAMIC) {
          return;
        }
      }
      check.constraint("C4").result(0, type.withDims(dims));
    }
  }

  @Override
  public int arrays() {
    return 2;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    Attributes attributes =
        Attributes.builder()
            .putArray(LOW, ShapeOps.numbers(numbers.get(0)))
            .putArray(HIGH, ShapeOps.numbers(numbers.get(1)))
            .putArray(INTERIOR, ShapeOps.numbers(numbers.get(2)))
            .build();
    return Decomposition.add(block, PadOp.INSTANCE, operands, attributes, List.of(), operation);
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
