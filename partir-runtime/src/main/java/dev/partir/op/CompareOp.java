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

/** {@code stablehlo.compare}: elementwise comparison, which gives booleans. */
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
    ElementType element = left.tensor().element();
    String type =
        element.isFloat()
            ? "FLOAT"
            : element.kind() == ElementType.Kind.SIGNED ? "SIGNED" : "UNSIGNED";
    return block
        .add(
            INSTANCE,
            List.of(left, right),
            attributes(direction.name(), type),
            List.of(left.tensor().withElement(ElementType.I1)))
        .result();
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
    check.require(
        left.equals(right),
        () -> "it compares a " + left + " with a " + right,
        "Both must have one type: convert or broadcast one of them");
    String direction = text(operation, DIRECTION);
    check.require(
        List.of("EQ", "NE", "GE", "GT", "LE", "LT").contains(direction),
        "comparison_direction is \"" + direction + "\"",
        "It is one of EQ, NE, GE, GT, LE, LT");
    if (check.ok()) {
      check.result(0, left.withElement(ElementType.I1));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray left = operands.get(0);
    HostArray right = operands.get(1);
    Direction direction = Direction.valueOf(text(operation, DIRECTION));
    boolean total = text(operation, TYPE).equals("TOTALORDER");
    HostArray out = HostArray.zeros(operation.result().tensor());
    int[] to = out.ints();
    ElementType element = left.type().element();
    for (int i = 0; i < to.length; i++) {
      boolean holds;
      if (element.isComplex()) {
        boolean equal =
            left.get(2 * i) == right.get(2 * i) && left.get(2 * i + 1) == right.get(2 * i + 1);
        holds = (direction == Direction.EQ) == equal;
      } else if (element.isFloat() && !total) {
        holds = holds(direction, left.get(i), right.get(i));
      } else if (element.isFloat()) {
        // IEEE total order: as integers, with the bits below the sign of negative numbers turned
        // over.
        long a = Double.doubleToRawLongBits(left.get(i));
        long b = Double.doubleToRawLongBits(right.get(i));
        holds = holds(direction, Long.compare(a ^ ((a >> 63) >>> 1), b ^ ((b >> 63) >>> 1)));
      } else {
        long a = left.getLong(i);
        long b = right.getLong(i);
        holds =
            holds(
                direction,
                element == ElementType.UI64 ? Long.compareUnsigned(a, b) : Long.compare(a, b));
      }
      to[i] = holds ? 1 : 0;
    }
    return List.of(out);
  }

  private static boolean holds(Direction direction, double a, double b) {
    return switch (direction) {
      case EQ -> a == b;
      case NE -> a != b;
      case GE -> a >= b;
      case GT -> a > b;
      case LE -> a <= b;
      case LT -> a < b;
    };
  }

  private static boolean holds(Direction direction, int order) {
    return holds(direction, order, 0);
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
