package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/** {@code stablehlo.dynamic_gather}: a gather of slices whose sizes are computed. */
public enum DynamicGatherOp implements ComputedSizes {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.dynamic_gather";
  }

  private static Attributes gather(Operation operation, long[] sizes) {
    return Attributes.builder()
        .putAll(operation.attributes())
        .putArray("slice_sizes", sizes)
        .build();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check.constraint("C1");
    check.require(
        operation.result().tensor().element() == type.element(),
        () -> "it makes a " + operation.result().type() + " of a " + type,
        "Both must have one element type");
    check.constraint("");
    if (ShapeOps.requireSizes(check, "slice_sizes", operation.operand(2).tensor(), type.rank())) {
      long[] sizes = ShapeOps.knownSizes(operation.operand(2));
      if (sizes != null) {
        check.asOther(
            GatherOp.INSTANCE, operation.operands().subList(0, 2), gather(operation, sizes));
      }
    }
  }

  @Override
  public int arrays() {
    return 2;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    Attributes attributes = gather(operation, ShapeOps.sizes(operation, numbers.get(0)));
    return Decomposition.add(block, GatherOp.INSTANCE, operands, attributes, List.of(), operation);
  }
}
