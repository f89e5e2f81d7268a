package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The operations that make tokens. A token holds nothing when a program runs. */
public enum TokenOp implements Op {
  /** Waits for what other tokens stand for. */
  AFTER_ALL,
  /** Makes a token that stands for nothing: an older form of {@link #AFTER_ALL} of nothing. */
  CREATE_TOKEN;

  private final String fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);

  @Override
  public String opName() {
    return fullName;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int operands = this == AFTER_ALL ? operation.operands().size() : 0;
    if (check.arity(operands, 1, 0)) {
      for (Value operand : operation.operands()) {
        check.require(
            operand.type() instanceof Type.Token,
            () -> "it waits for a " + operand.type(),
            "It takes tokens");
      }
      check.result(0, new Type.Token());
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of();
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print(fullName)
        .print(operation.operands().isEmpty() ? "" : " ")
        .operands(operation.operands())
        .attributes(operation.attributes(), List.of())
        .print(" : ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    var attributes = parser.optionalAttributes();
    parser.expect(":");
    var location = parser.location();
    Type type = parser.type();
    parser.checkTypes(operands, Collections.nCopies(operands.size(), type), location);
    return new AsmParser.Parsed(operands, attributes, List.of(), List.of(type));
  }
}
