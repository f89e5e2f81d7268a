package dev.partir.op;

import dev.partir.array.HostArray;
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

/** {@code sdy.propagation_barrier}: the identity, through which tilings spread in one direction. */
public enum PropagationBarrierOp implements Op {
  INSTANCE;

  private static final String DIRECTION = "allowed_direction";
  private static final List<String> DIRECTIONS = List.of("NONE", "FORWARD", "BACKWARD", "BOTH");

  /** Which way tilings may spread, by the number that the attribute has. */
  public enum Direction {
    NONE,
    /** From the operand to the result. */
    FORWARD,
    /** From the result to the operand. */
    BACKWARD,
    BOTH
  }

  @Override
  public String opName() {
    return "sdy.propagation_barrier";
  }

  /** Returns which way tilings may spread; the attribute must have been verified. */
  public static Direction direction(Operation operation) {
    long number = operation.attributes().integer(DIRECTION, 0);
    return Direction.values()[(int) Math.max(0, Math.min(3, number))];
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0) && check.tensors() && check.result(0, operation.operand(0).type())) {
      long number = operation.attributes().integer(DIRECTION, -1);
      check.require(
          number >= 0 && number < 3,
          number == 3 ? "it stops nothing" : "it has no allowed_direction",
          "Write NONE, FORWARD or BACKWARD");
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    return FactorRule.pointwise(operation);
  }

  @Override
  public void pullback(Pullback at) {
    at.give(0, at.cotangent());
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return operands;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    return operands;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print(opName() + " ")
        .operand(operation.operand(0))
        .print(" allowed_direction=" + direction(operation))
        .attributes(operation.attributes(), List.of(DIRECTION))
        .print(" : ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Value operand = parser.operand();
    parser.expect(DIRECTION);
    parser.expect("=");
    var at = parser.location();
    String word = parser.word();
    int number = DIRECTIONS.indexOf(word);
    if (number < 0) {
      throw parser.error(at, word + " is no direction", "Write NONE, FORWARD or BACKWARD");
    }
    Attributes.Builder attributes =
        Attributes.builder().put(DIRECTION, new Attribute.Int(number, ElementType.I32));
    attributes.putAll(parser.optionalAttributes());
    parser.expect(":");
    var location = parser.location();
    Type type = parser.type();
    parser.checkTypes(List.of(operand), List.of(type), location);
    return new AsmParser.Parsed(List.of(operand), attributes.build(), List.of(), List.of(type));
  }
}
