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

/** {@code stablehlo.real_dynamic_slice}: a slice whose bounds and strides are computed. */
public enum RealDynamicSliceOp implements ComputedSizes {
  INSTANCE;

  private static final String START = "start_indices";
  private static final String LIMIT = "limit_indices";
  private static final String STRIDES = "strides";

  @Override
  public String opName() {
    return "stablehlo.real_dynamic_slice";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(4, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    TensorType result = operation.result().tensor();
    check.require(
        result.element() == type.element() && result.rank() == type.rank(),
        () -> "it makes a " + result + " of a " + type,
        "Both must have the same element type and rank");
    boolean fits = ShapeOps.requireSizes(check, START, operation.operand(1).tensor(), type.rank());
    fits &= ShapeOps.requireSizes(check, LIMIT, operation.operand(2).tensor(), type.rank());
    fits &= ShapeOps.requireSizes(check, STRIDES, operation.operand(3).tensor(), type.rank());
    long[] start = ShapeOps.known(operation.operand(1));
    long[] limit = ShapeOps.known(operation.operand(2));
    long[] strides = ShapeOps.known(operation.operand(3));
    if (fits && check.ok() && start != null && limit != null && strides != null) {
      long[] dims = new long[start.length];
      for (int d = 0; d < dims.length; d++) {
        if (strides[d] < 1 || start[d] < 0 || limit[d] < start[d]) {
          return;
        }
        dims[d] = (limit[d] - start[d] + strides[d] - 1) / strides[d];
      }
      check.result(0, type.withDims(dims));
    }
  }

  @Override
  public int arrays() {
    return 1;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    Attributes attributes =
        Attributes.builder()
            .putArray(START, ShapeOps.numbers(numbers.get(0)))
            .putArray(LIMIT, ShapeOps.numbers(numbers.get(1)))
            .putArray(STRIDES, ShapeOps.numbers(numbers.get(2)))
            .build();
    return Decomposition.add(block, SliceOp.INSTANCE, operands, attributes, List.of(), operation);
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
