package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.List;

/** {@code func.call}: runs another function of the module. It is inlined before partitioning. */
public enum CallOp implements Op {
  INSTANCE;

  private static final String CALLEE = "callee";

  @Override
  public String opName() {
    return "func.call";
  }

  /** Adds a call. */
  static Operation build(
      BlockBuilder block, String callee, List<Value> operands, List<? extends Type> results) {
    return block.add(
        INSTANCE, operands, Attributes.of(CALLEE, new Attribute.Symbol(callee)), results);
  }

  /** Returns the name of the function that is called. */
  public static String callee(Operation call) {
    return call.attributes().get(CALLEE) instanceof Attribute.Symbol symbol ? symbol.name() : "";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    check.require(
        !callee(operation).isEmpty(), "it names no function", "Give it a callee such as @f");
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return evaluation.call(callee(operation), operands);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .opName(operation)
        .print(" ")
        .symbol(callee(operation))
        .print("(")
        .operands(operation.operands())
        .print(")")
        .attributes(operation.attributes(), List.of(CALLEE))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    String callee = parser.symbol();
    parser.expect("(");
    List<Value> operands = parser.operands();
    parser.expect(")");
    Attributes attributes = parser.optionalAttributes().with(CALLEE, new Attribute.Symbol(callee));
    parser.expect(":");
    var location = parser.location();
    var type = parser.functionType();
    parser.checkTypes(operands, type.inputs(), location);
    return new AsmParser.Parsed(operands, attributes, List.of(), type.results());
  }
}
