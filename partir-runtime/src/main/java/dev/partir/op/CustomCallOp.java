package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.custom_call}: calls something outside of StableHLO. Those can be run whose
 * target is one that {@link CustomTarget} knows.
 */
public enum CustomCallOp implements Op {
  INSTANCE;

  private static final String TARGET = "call_target_name";

  @Override
  public String opName() {
    return "stablehlo.custom_call";
  }

  /** Returns the name of what is called; empty when there is none. */
  public static String target(Operation operation) {
    String target = operation.attributes().string(TARGET);
    return target == null ? "" : target;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.require(
        !target(operation).isEmpty(), "it names no target", "Give it a call_target_name")) {
      CustomTarget target = CustomTarget.named(target(operation));
      if (target != null) {
        target.verify(operation, check);
      }
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    CustomTarget target = CustomTarget.named(target(operation));
    return target == null ? FactorRule.whole(operation) : target.rule(operation);
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  /**
   * Runs what the target means.
   *
   * @throws PartirException CHECK_FAILED when it is a check that fails, UNSUPPORTED when the target
   *     is not known
   */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    CustomTarget target = CustomTarget.named(target(operation));
    if (target == null) {
      throw CustomTarget.unknown(operation, target(operation));
    }
    return target.evaluate(operation, operands, evaluation);
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
