package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.Locale;

/**
 * {@code stablehlo.compare}: elementwise comparison, which gives booleans. Complex numbers compare
 * by their real parts and then by their imaginary parts.
 */
public enum CompareOp implements Pointwise {
  INSTANCE;

  /** How to compare. Every comparison with NaN is false but {@link #NE}. */
  public enum Direction {
    EQ,
    NE,
    GE,
    GT,
    LE,
    LT
  }

  private static final String DIRECTION = "comparison_direction";
  private static final String TYPE = "compare_type";

  @Override
  public String opName() {
    return "stablehlo.compare";
  }

  /** Adds a comparison. */
  public static Value build(BlockBuilder block, Direction direction, Value left, Value right) {
    String type = types(left.tensor().element()).get(0);
    return block
        .add(
            INSTANCE,
            List.of(left, right),
            attributes(direction.name(), type),
            List.of(left.tensor().withElement(ElementType.I1)))
        .result();
  }

  /** Returns the ways to compare elements of a type, the usual one first. */
  private static List<String> types(ElementType element) {
    return switch (element.kind()) {
      case FLOAT -> List.of("FLOAT", "TOTALORDER");
      case COMPLEX -> List.of("FLOAT");
      case SIGNED -> List.of("SIGNED");
      case UNSIGNED, BOOLEAN -> List.of("UNSIGNED");
    };
  }

  private static Attributes attributes(String direction, String type) {
    var attributes =
        Attributes.builder()
            .put(DIRECTION, new Attribute.Enumerated("stablehlo", DIRECTION, direction));
    if (!type.isEmpty()) {
      attributes.put(TYPE, new Attribute.Enumerated("stablehlo", "comparison_type", type));
    }
    return attributes.build();
  }

  /** Returns the direction of a comparison, empty where it names none. */
  static String direction(Operation compare) {
    return text(compare, DIRECTION);
  }

  /** Returns whether a comparison of floats is that of IEEE 754's total order. */
  static boolean isTotal(Operation compare) {
    return text(compare, TYPE).equals("TOTALORDER");
  }

  /**
   * Returns the number whose order among numbers is that of a float in IEEE 754's total order: its
   * bits, with those below the sign of negative numbers turned over.
   */
  static long totalOrder(double value) {
    long bits = Double.doubleToRawLongBits(value);
    return bits ^ ((bits >> 63) >>> 1);
  }

  private static String text(Operation operation, String key) {
    return operation.attributes().get(key) instanceof Attribute.Enumerated value
        ? value.value()
        : "";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    check
        .constraint("C1, C2")
        .require(
            left.compatible(right),
            () -> "it compares a " + left + " with a " + right,
            "Both must have one type: convert or broadcast one of them");
    verifyAttributes(operation, check, left.element());
    check.constraint("C1, C2");
    if (check.ok()) {
      check.result(0, left.withElement(ElementType.I1));
    }
  }

  /** Checks direction and type of a comparison of elements of a type. */
  static void verifyAttributes(Operation operation, OpChecker check, ElementType element) {
    String direction = text(operation, DIRECTION);
    check
        .constraint("I3")
        .require(
            List.of("EQ", "NE", "GE", "GT", "LE", "LT").contains(direction),
            "comparison_direction is \"" + direction + "\"",
            "It is one of EQ, NE, GE, GT, LE, LT");
    List<String> types = types(element);
    if (operation.attributes().has(TYPE)) {
      String type = text(operation, TYPE);
      check
          .constraint("C3")
          .require(
              types.contains(type) || type.equals("NOTYPE"),
              () -> "compare_type is \"" + type + "\" for elements of type " + element,
              "It is " + String.join(" or ", types));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Direction direction = Direction.valueOf(direction(operation));
    boolean total = text(operation, TYPE).equals("TOTALORDER");
    HostArray left = operands.get(0);
    HostArray out = HostArray.zeros(left.type().withElement(ElementType.I1));
    CompareLoops.compare(direction, total, left, operands.get(1), out.ints());
    return List.of(out);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    String type = text(operation, TYPE);
    printer
        .print("stablehlo.compare " + text(operation, DIRECTION) + ", ")
        .operands(operation.operands())
        .print(type.isEmpty() ? "" : ", " + type)
        .attributes(operation.attributes(), List.of(DIRECTION, TYPE))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    String direction = parser.word().toUpperCase(Locale.ROOT);
    parser.expect(",");
    Value left = parser.operand();
    parser.expect(",");
    Value right = parser.operand();
    String type = parser.accept(",") ? parser.word() : "";
    return ShapeOps.finish(
        parser, List.of(left, right), Attributes.builder().putAll(attributes(direction, type)));
  }
}
