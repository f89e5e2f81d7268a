package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** The terminators: what a function or a region gives. */
public enum ReturnOp implements Op {
  /** Ends a function. */
  FUNCTION("func.return"),
  /** Ends a region of a StableHLO operation. */
  STABLEHLO("stablehlo.return"),
  /** Ends a region of an operation of Shardy. */
  SDY("sdy.return");

  private final String fullName;

  ReturnOp(String fullName) {
    this.fullName = fullName;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the terminator. */
  public void build(BlockBuilder block, List<Value> values) {
    block.add(this, values, Attributes.EMPTY, List.of());
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    check.require(
        operation.results().isEmpty(), "it has results", "It takes values and gives none");
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of();
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer.opName(operation);
    if (operation.operands().isEmpty()) {
      printer.attributes(operation.attributes(), List.of());
      return true;
    }
    printer
        .print(" ")
        .operands(operation.operands())
        .attributes(operation.attributes(), List.of())
        .print(" : ")
        .types(operation.operands());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    Attributes attributes = parser.optionalAttributes();
    if (!operands.isEmpty()) {
      parser.expect(":");
      var location = parser.location();
      List<Type> types = new ArrayList<>();
      do {
        types.add(parser.type());
      } while (parser.accept(","));
      parser.checkTypes(operands, types, location);
    }
    return new AsmParser.Parsed(operands, attributes, List.of(), List.of());
  }

  @Override
  public boolean isTerminator() {
    return true;
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }
}
