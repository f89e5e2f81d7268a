package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.custom_call}: calls something outside of StableHLO. Only the checks of test
 * programs can be run.
 */
public enum CustomCallOp implements Op {
  INSTANCE;

  private static final String TARGET = "call_target_name";

  @Override
  public String opName() {
    return "stablehlo.custom_call";
  }

  private static String target(Operation operation) {
    String target = operation.attributes().string(TARGET);
    return target == null ? "" : target;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.require(
        !target(operation).isEmpty(), "it names no target", "Give it a call_target_name")) {
      CheckOp test = CheckOp.named(target(operation));
      if (test != null) {
        test.verify(operation, check);
      }
    }
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  /**
   * Runs a check.
   *
   * @throws PartirException CHECK_FAILED when it fails, UNSUPPORTED when the target is no check
   */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    CheckOp check = CheckOp.named(target(operation));
    if (check == null) {
      throw new PartirException(
          Diagnostic.at(
              operation.location(),
              ErrorCode.UNSUPPORTED,
              "custom_call @" + target(operation) + " cannot be run",
              "Known targets are " + CheckOp.names()));
    }
    return check.evaluate(operation, operands, evaluation);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.custom_call ")
        .symbol(target(operation))
        .print("(")
        .operands(operation.operands())
        .print(")")
        .attributes(operation.attributes(), List.of(TARGET))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    String target = parser.symbol();
    parser.expect("(");
    List<Value> operands = parser.operands();
    parser.expect(")");
    Attributes attributes =
        Attributes.builder()
            .put(TARGET, new Attribute.Str(target))
            .putAll(parser.optionalAttributes())
            .build();
    parser.expect(":");
    var location = parser.location();
    var type = parser.functionType();
    parser.checkTypes(operands, type.inputs(), location);
    return new AsmParser.Parsed(operands, attributes, List.of(), type.results());
  }
}
