package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.Locale;

/**
 * {@code stablehlo.real} and {@code stablehlo.imag}: the parts of complex numbers. A real number is
 * its own real part, and its imaginary part is zero.
 */
public enum ComplexPartOp implements Pointwise {
  REAL,
  IMAG;

  @Override
  public String opName() {
    return "stablehlo." + name().toLowerCase(Locale.ROOT);
  }

  /** Adds the operation. */
  public Value build(BlockBuilder block, Value operand) {
    return add(block, infer(operand.tensor()), operand);
  }

  private static TensorType infer(TensorType operand) {
    return operand.withElement(operand.element().part());
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    if (check
        .constraint("I1")
        .require(
            type.element().isComplex() || type.element().isFloat(),
            () -> "operand 0 is a " + type,
            "It takes complex and floating-point numbers")) {
      check.constraint("C1, C2").result(0, infer(type));
    }
  }

  @Override
  public boolean isFlat(Operation operation) {
    return this == IMAG && !operation.operand(0).tensor().element().isComplex();
  }

  @Override
  public void pullback(Pullback at) {
    Terms t = at.terms();
    Value cotangent = at.cotangent();
    if (!at.operation().operand(0).tensor().element().isComplex()) {
      at.give(0, cotangent);
    } else if (this == REAL) {
      at.give(0, ComplexOp.build(at.block(), cotangent, t.zeros(cotangent.tensor())));
    } else {
      at.give(0, ComplexOp.build(at.block(), t.zeros(cotangent.tensor()), t.negate(cotangent)));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray in = operands.get(0);
    HostArray out = HostArray.zeros(infer(in.type()));
    if (!in.type().element().isComplex()) {
      return List.of(this == REAL ? in : out);
    }
    return List.of(in.part(this == REAL ? 0 : 1));
  }
}
