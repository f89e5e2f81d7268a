package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code stablehlo.dynamic_conv}: a convolution whose padding is computed. */
public enum DynamicConvOp implements ComputedSizes {
  INSTANCE;

  private static final String CONVOLUTION = "stablehlo.convolution";

  @Override
  public String opName() {
    return "stablehlo.dynamic_conv";
  }

  /** Returns the attributes of a convolution with padding of the given numbers. */
  static Attributes padded(Attributes attributes, HostArray padding) {
    HostArray pairs = HostArray.zeros(padding.type().withElement(ElementType.I64));
    for (int i = 0; i < pairs.length(); i++) {
      pairs.setLong(i, padding.getLong(i));
    }
    return attributes.with("padding", pairs.toDense());
  }

  private static @Nullable Op convolution() {
    return Ops.named(CONVOLUTION);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType padding = operation.operand(2).tensor();
    int spatial = operation.operand(0).tensor().rank() - 2;
    check.constraint("C4");
    if (!check.require(
        padding.element().isInteger()
            && padding.rank() == 2
            && TensorType.compatible(padding.dim(0), spatial)
            && TensorType.compatible(padding.dim(1), 2),
        () -> "its padding is a " + padding + " for " + spatial + " spatial dimensions",
        "It is a matrix of integers: a row of two per spatial dimension")) {
      return;
    }
    check.constraint("");
    Attribute.Dense known = ConstantOp.valueOf(operation.operand(2));
    Op convolution = convolution();
    if (known != null && convolution != null) {
      check.asOther(
          convolution,
          operation.operands().subList(0, 2),
          padded(operation.attributes(), HostArray.of(known)));
    }
  }

  @Override
  public int arrays() {
    return 2;
  }

  @Override
  public Value fix(
      Operation operation, BlockBuilder block, List<Value> operands, List<HostArray> numbers) {
    Op convolution = convolution();
    if (convolution == null) {
      throw ShapeOps.error(operation, "convolutions cannot be run", "");
    }
    Attributes attributes = padded(operation.attributes(), numbers.get(0));
    return Decomposition.add(block, convolution, operands, attributes, List.of(), operation);
  }
}
