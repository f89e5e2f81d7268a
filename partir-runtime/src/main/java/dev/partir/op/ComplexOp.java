package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code stablehlo.complex}: complex numbers of real and imaginary parts. */
public enum ComplexOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.complex";
  }

  /** Adds the operation. */
  public static Value build(BlockBuilder block, Value re, Value im) {
    TensorType type = re.tensor();
    ElementType element = complex(type.element());
    return INSTANCE.add(
        block, type.withElement(element == null ? type.element() : element), re, im);
  }

  /** Returns the complex type whose parts are of a type, or null. */
  static @Nullable ElementType complex(ElementType part) {
    return switch (part) {
      case F32 -> ElementType.COMPLEX_F32;
      case F64 -> ElementType.COMPLEX_F64;
      default -> null;
    };
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType re = operation.operand(0).tensor();
    TensorType im = operation.operand(1).tensor();
    check
        .constraint("C1")
        .require(
            re.compatible(im),
            () -> "its operands are a " + re + " and a " + im,
            "Both parts must have one type");
    ElementType element = complex(re.element());
    check
        .constraint("I1, I2")
        .require(
            element != null,
            () -> "its operands are of type " + re.element(),
            "The parts are of type f32 or f64");
    if (check.ok() && element != null) {
      check.constraint("C2, C3").result(0, re.withElement(element));
    }
  }

  @Override
  public void pullback(Pullback at) {
    if (at.wants(0)) {
      at.give(0, ComplexPartOp.REAL.build(at.block(), at.cotangent()));
    }
    if (at.wants(1)) {
      at.give(1, at.terms().negate(ComplexPartOp.IMAG.build(at.block(), at.cotangent())));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(HostArray.complex(operands.get(0), operands.get(1)));
  }

  /** Prints {@code %a, %b : type}, where the type is the result's. */
  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    if (!(operation.result().type() instanceof TensorType result)) {
      return false;
    }
    TensorType part = result.withElement(result.element().part());
    if (operation.operands().stream().anyMatch(operand -> !operand.type().equals(part))) {
      return Pointwise.super.print(operation, printer);
    }
    printer.print(opName()).print(" ").operands(operation.operands());
    printer.attributes(operation.attributes(), List.of()).print(" : ").type(result);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    var attributes = parser.optionalAttributes();
    parser.expect(":");
    var location = parser.location();
    Type type = parser.type();
    if (type instanceof Type.FunctionType function) {
      parser.checkTypes(operands, function.inputs(), location);
      return new AsmParser.Parsed(operands, attributes, List.of(), function.results());
    }
    if (!(type instanceof TensorType result) || !result.element().isComplex()) {
      throw parser.error(
          location, "the result is a " + type, "Write a tensor of complex<f32> or complex<f64>");
    }
    parser.checkTypes(
        operands,
        Collections.nCopies(operands.size(), result.withElement(result.element().part())),
        location);
    return new AsmParser.Parsed(operands, attributes, List.of(), List.of(result));
  }
}
