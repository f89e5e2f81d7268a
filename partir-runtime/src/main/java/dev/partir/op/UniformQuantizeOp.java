package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.util.List;
import java.util.Locale;

/**
 * {@code stablehlo.uniform_quantize} and {@code stablehlo.uniform_dequantize}: from floating-point
 * numbers to the integers that stand for them, and back. Quantized numbers are quantized anew by
 * way of the numbers that they stand for.
 */
public enum UniformQuantizeOp implements Pointwise {
  UNIFORM_QUANTIZE,
  UNIFORM_DEQUANTIZE;

  @Override
  public String opName() {
    return "stablehlo." + name().toLowerCase(Locale.ROOT);
  }

  /** It is what the others are brought down to. */
  @Override
  public boolean dequantizes() {
    return false;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    if (this == UNIFORM_DEQUANTIZE) {
      if (check
          .constraint("I1")
          .require(
              from.quantization() != null,
              () -> "operand 0 is a " + from,
              "It takes quantized numbers")) {
        check.constraint("C1, C2").result(0, from.expressed());
      }
      return;
    }
    ElementType expressed = from.expressed().element();
    check
        .constraint("I1")
        .require(
            expressed.isFloat(),
            () -> "operand 0 is a " + from,
            "It takes floating-point and quantized numbers");
    check
        .constraint("C1, C2")
        .require(
            to.quantization() != null
                && to.expressed().element() == expressed
                && to.compatibleShape(from),
            () -> "it makes a " + to + " of a " + from,
            "The result is quantized, of the same shape, and expresses " + expressed);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray numbers = QuantizedOperation.dequantize(operands.get(0));
    return List.of(
        this == UNIFORM_DEQUANTIZE
            ? numbers
            : QuantizedOperation.quantize(numbers, operation.result().tensor()));
  }
}
