package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.convert}: elementwise conversion. A float becomes an integer by truncation; what
 * does not fit is the nearest that does and NaN is 0, as XLA does where the specification leaves it
 * open. Anything but 0 is true. A complex number becomes its real part.
 */
public enum ConvertOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.convert";
  }

  /** Adds a conversion; returns the operand itself where it has the element type already. */
  public static Value build(BlockBuilder block, Value operand, ElementType element) {
    TensorType type = operand.tensor();
    return type.element() == element
        ? operand
        : INSTANCE.add(block, type.withElement(element), operand);
  }

  @Override
  public boolean dequantizes() {
    return false;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0) && check.tensors()) {
      TensorType from = operation.operand(0).tensor();
      TensorType to = operation.result().tensor();
      check
          .constraint("C1")
          .require(
              from.compatibleShape(to),
              () -> "it makes a " + to + " of a " + from,
              "The shapes must be equal");
      check
          .constraint("I1")
          .require(
              from.quantization() == null && to.quantization() == null,
              () -> "it makes a " + to + " of a " + from,
              "Quantized numbers are made and read by uniform_quantize and uniform_dequantize");
      if (check.ok()) {
        check.constraint("C1").result(0, from.withElement(to.element()));
      }
    }
  }

  @Override
  public void pullback(Pullback at) {
    ElementType from = at.operation().operand(0).tensor().element();
    Value cotangent = at.cotangent();
    if (from.isComplex() && !cotangent.tensor().element().isComplex()) {
      // The real part was taken, whose cotangent is that of the number without an imaginary part.
      Value part = at.terms().convert(cotangent, from.part());
      at.give(0, ComplexOp.build(at.block(), part, at.terms().zeros(part.tensor())));
    } else {
      at.give(0, at.terms().convert(cotangent, from));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(convert(operands.get(0), operation.result().tensor()));
  }

  /** Returns the elements of {@code from} as elements of {@code type}. */
  static HostArray convert(HostArray from, TensorType type) {
    ElementType source = from.type().element();
    ElementType target = type.element();
    if (source == target) {
      return from;
    }
    if (source.isComplex() && target.isComplex()) {
      return HostArray.complex(
          convert(from.part(0), type.withElement(target.part())),
          convert(from.part(1), type.withElement(target.part())));
    }
    if (source.isComplex()) {
      HostArray re = from.part(0);
      return target == ElementType.I1
          ? BinaryOp.OR.apply(convert(re, type), convert(from.part(1), type))
          : convert(re, type);
    }
    if (target.isComplex()) {
      TensorType part = type.withElement(target.part());
      return HostArray.complex(convert(from, part), HostArray.zeros(part));
    }
    HostArray out = HostArray.zeros(type);
    ConvertLoops.convert(from, out);
    return out;
  }
}
