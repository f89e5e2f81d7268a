package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.List;

/** {@code sdy.sharding_group}: its operand is tiled as all others of its group are. */
public enum ShardingGroupOp implements Op {
  INSTANCE;

  private static final String ID = "group_id";

  @Override
  public String opName() {
    return "sdy.sharding_group";
  }

  /** Returns the number of the group. */
  public static long group(Operation operation) {
    return operation.attributes().integer(ID, -1);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 0, 0) && check.tensors()) {
      check.require(
          group(operation) >= 0, "it has no " + ID + " from 0 on", "Write it as in group_id=0");
    }
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of();
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print(opName() + " ")
        .operand(operation.operand(0))
        .print(" group_id=" + group(operation))
        .attributes(operation.attributes(), List.of(ID))
        .print(" : ")
        .type(operation.operand(0).type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Value operand = parser.operand();
    parser.expect(ID);
    parser.expect("=");
    Attributes.Builder attributes =
        Attributes.builder().put(ID, new Attribute.Int(parser.integer(), ElementType.I64));
    attributes.putAll(parser.optionalAttributes());
    parser.expect(":");
    var location = parser.location();
    Type type = parser.type();
    parser.checkTypes(List.of(operand), List.of(type), location);
    return new AsmParser.Parsed(List.of(operand), attributes.build(), List.of(), List.of());
  }
}
