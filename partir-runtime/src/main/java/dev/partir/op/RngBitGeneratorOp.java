package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.RandomBits;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.rng_bit_generator}: random bits from a state, bit by bit those of XLA on the CPU
 * for every algorithm; DEFAULT is Philox there. Floats are made of the bits as they are.
 */
public enum RngBitGeneratorOp implements Op {
  INSTANCE;

  private static final String ALGORITHM = "rng_algorithm";

  @Override
  public String opName() {
    return "stablehlo.rng_bit_generator";
  }

  private static String algorithm(Operation operation) {
    return operation.attributes().get(ALGORITHM) instanceof Attribute.Enumerated value
        ? value.value()
        : "";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 2, 0) || !check.tensors()) {
      return;
    }
    String algorithm = algorithm(operation);
    check.require(
        List.of("DEFAULT", "THREE_FRY", "PHILOX").contains(algorithm),
        () -> "rng_algorithm is \"" + algorithm + "\"",
        "It is one of DEFAULT, THREE_FRY, PHILOX");
    TensorType state = operation.operand(0).tensor();
    check.constraint("C1").result(0, state);
    check.constraint("C2");
    boolean three = !algorithm.equals("THREE_FRY");
    check.require(
        state.element() == ElementType.UI64
            && state.rank() == 1
            && (state.dim(0) == 2 || (three && state.dim(0) == 3)),
        () -> "its state is a " + state,
        "It is a tensor<2xui64>" + (three ? " or a tensor<3xui64>" : ""));
    ElementType element = operation.result(1).tensor().element();
    check
        .constraint("")
        .require(
            element.bits() >= 8 && !element.isComplex(),
            () -> "it makes elements of type " + element,
            "It makes integers of at least 8 bits and floats");
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return evaluate(operation, operands.get(0), operation.result(1).tensor());
  }

  /** Returns the state that a state becomes, and an array of that type made from it. */
  static List<HostArray> evaluate(Operation operation, HostArray given, TensorType type) {
    long[] state = given.longs();
    ElementType element = type.element();
    HostArray numbers = HostArray.zeros(type);
    RandomBits.Drawn drawn =
        algorithm(operation).equals("THREE_FRY")
            ? RandomBits.threefry(state, type.dims(), element.bits())
            : RandomBits.philox(state, numbers.length(), element.bits());
    long[] bits = drawn.bits();
    for (int i = 0; i < bits.length; i++) {
      switch (element) {
        case F64 -> numbers.doubles()[i] = Double.longBitsToDouble(bits[i]);
        case F32 -> numbers.floats()[i] = Float.intBitsToFloat((int) bits[i]);
        case F16 -> numbers.floats()[i] = NumberFormat.fromF16Bits((int) bits[i] & 0xFFFF);
        case BF16 -> numbers.floats()[i] = NumberFormat.fromBf16Bits((int) bits[i] & 0xFFFF);
        default -> numbers.setLong(i, bits[i]);
      }
    }
    return List.of(HostArray.of(given.type(), drawn.state()), numbers);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.rng_bit_generator ")
        .operands(operation.operands())
        .print(", algorithm = " + algorithm(operation))
        .attributes(operation.attributes(), List.of(ALGORITHM))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = List.of(parser.operand());
    parser.expect(",");
    parser.expect("algorithm");
    parser.expect("=");
    Attribute algorithm = new Attribute.Enumerated("stablehlo", ALGORITHM, parser.word());
    return ShapeOps.finish(parser, operands, Attributes.builder().put(ALGORITHM, algorithm));
  }
}
