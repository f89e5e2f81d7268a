package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.reduce_precision}: rounds to a floating-point format of fewer bits, without
 * leaving the element type. Subnormal numbers of the format become zero, as in XLA.
 */
public enum ReducePrecisionOp implements Pointwise {
  INSTANCE;

  private static final String EXPONENT = "exponent_bits";
  private static final String MANTISSA = "mantissa_bits";

  @Override
  public String opName() {
    return "stablehlo.reduce_precision";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check
        .constraint("I1")
        .require(
            type.element().isFloat(),
            () -> "operand 0 is a " + type,
            "It takes floating-point numbers");
    for (String key : List.of(EXPONENT, MANTISSA)) {
      if (!check
          .constraint(key.equals(EXPONENT) ? "I2" : "I3")
          .require(
              operation.attributes().get(key) instanceof Attribute.Int,
              "it has no integer " + key,
              "Write the format, such as e5m10")) {
        return;
      }
    }
    long exponent = operation.attributes().integer(EXPONENT, 0);
    long mantissa = operation.attributes().integer(MANTISSA, 0);
    check
        .constraint("C2")
        .require(exponent >= 1, () -> EXPONENT + " is " + exponent, "It must be at least 1");
    check
        .constraint("C3")
        .require(mantissa >= 0, () -> MANTISSA + " is " + mantissa, "It must not be negative");
    check.constraint("C1").result(0, type);
  }

  @Override
  public void pullback(Pullback at) {
    at.give(0, at.cotangent());
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int exponent = (int) Math.min(64, operation.attributes().integer(EXPONENT, 64));
    int mantissa = (int) Math.min(64, operation.attributes().integer(MANTISSA, 64));
    HostArray in = operands.get(0);
    HostArray out = HostArray.zeros(in.type());
    ElementType element = in.type().element();
    switch (element) {
      case F64 -> {
        double[] from = in.doubles();
        double[] to = out.doubles();
        for (int i = 0; i < to.length; i++) {
          long bits = Double.doubleToRawLongBits(from[i]);
          to[i] = Double.longBitsToDouble(reduce(bits, 11, 52, exponent, mantissa));
        }
      }
      case F16, BF16 -> {
        int own = element == ElementType.F16 ? 5 : 8;
        for (int i = 0; i < out.length(); i++) {
          out.setBits(i, reduce(in.bits(i), own, 15 - own, exponent, mantissa));
        }
      }
      default -> {
        float[] from = in.floats();
        float[] to = out.floats();
        for (int i = 0; i < to.length; i++) {
          long bits = Integer.toUnsignedLong(Float.floatToRawIntBits(from[i]));
          to[i] = Float.intBitsToFloat((int) reduce(bits, 8, 23, exponent, mantissa));
        }
        NumberFormat.round(element, to);
      }
    }
    return List.of(out);
  }

  /** Returns the bits of a number of one format rounded to another. */
  private static long reduce(
      long bits, int fromExponent, int fromMantissa, int exponent, int mantissa) {
    long infinity = ((1L << fromExponent) - 1) << fromMantissa;
    long sign = bits & 1L << (fromExponent + fromMantissa);
    long magnitude = bits & ~sign;
    if (magnitude > infinity) {
      return bits;
    }
    if (mantissa < fromMantissa) {
      int drop = fromMantissa - mantissa;
      long odd = magnitude >>> drop & 1;
      magnitude = (magnitude + (1L << (drop - 1)) - 1 + odd) >>> drop << drop;
    }
    if (exponent < fromExponent) {
      long bias = (1L << (fromExponent - 1)) - 1;
      long reach = (1L << (exponent - 1)) - 1;
      long power = (magnitude >>> fromMantissa) - bias;
      magnitude = power > reach ? infinity : power <= -reach ? 0 : magnitude;
    }
    return sign | magnitude;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    Attributes attributes = operation.attributes();
    for (String key : List.of(EXPONENT, MANTISSA)) {
      // The pretty form has no place for other types.
      if (!(attributes.get(key) instanceof Attribute.Int number)
          || number.type() != ElementType.I32
          || number.value() < 0) {
        return false;
      }
    }
    printer
        .print(opName())
        .print(" ")
        .operands(operation.operands())
        .print(", format = e" + attributes.integer(EXPONENT, 0))
        .print("m" + attributes.integer(MANTISSA, 0))
        .attributes(attributes, List.of(EXPONENT, MANTISSA))
        .print(" : ");
    Type result = operation.result().type();
    if (operation.operand(0).type().equals(result)) {
      printer.type(result);
    } else {
      printer.functionType(operation.operands(), operation.results());
    }
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    parser.expect(",");
    parser.expect("format");
    parser.expect("=");
    var location = parser.location();
    String format = parser.word();
    var parts = java.util.regex.Pattern.compile("e(\\d{1,9})m(\\d{1,9})").matcher(format);
    if (!parts.matches()) {
      throw parser.error(
          location, "\"" + format + "\" is no format of numbers", "Write it as in e5m10");
    }
    return ShapeOps.finish(
        parser,
        operands,
        Attributes.builder()
            .put(EXPONENT, new Attribute.Int(Long.parseLong(parts.group(1)), ElementType.I32))
            .put(MANTISSA, new Attribute.Int(Long.parseLong(parts.group(2)), ElementType.I32)));
  }
}
