package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.custom_call}: calls something outside of StableHLO. Those can be run whose
 * target is one that {@link CustomTarget} knows. Any may say its factor rule: as a string in {@code
 * partir.sharding_rule}, or in Shardy's {@code sdy.sharding_rule}; it is then called on blocks.
 */
public enum CustomCallOp implements Op {
  INSTANCE;

  private static final String TARGET = "call_target_name";
  private static final String RULE = "partir.sharding_rule";
  private static final String SHARDY_RULE = "sdy.sharding_rule";

  @Override
  public String opName() {
    return "stablehlo.custom_call";
  }

  /** Returns the name of what is called; empty when there is none. */
  public static String target(Operation operation) {
    String target = operation.attributes().string(TARGET);
    return target == null ? "" : target;
  }

  /** Returns the name of the function of the program that is called; null when none is. */
  public static @Nullable String callee(Operation operation) {
    String name = CustomTarget.function(operation);
    return name.isEmpty() ? null : name;
  }

  /**
   * Adds operations that mean the same as an operation that calls a function.
   *
   * @param body what that function does
   * @param names the names of the results
   * @return their results; null when the operation stays
   */
  public static @Nullable List<Value> expand(
      Operation operation,
      List<Value> operands,
      Region body,
      List<? extends @Nullable String> names,
      BlockBuilder block) {
    CustomTarget target = CustomTarget.named(target(operation));
    return target == null ? null : target.expand(operation, operands, body, names, block);
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
    for (String key : List.of(RULE, SHARDY_RULE)) {
      check.require(
          !operation.attributes().has(key) || given(operation.attributes().get(key)) != null,
          () -> key + " is no text",
          "Write it as in " + RULE + " = \"([i])->([i]) {i=8}\"");
    }
    try {
      given(operation);
    } catch (PartirException malformed) {
      Diagnostic finding = malformed.diagnostics().get(0);
      check.require(false, finding.problem(), finding.remedy());
    }
  }

  private static @Nullable String given(@Nullable Attribute attribute) {
    return attribute instanceof Attribute.Str string
        ? string.value()
        : attribute instanceof Attribute.Raw raw ? raw.text() : null;
  }

  /** Returns the rule that the program gives, or null. */
  private static @Nullable FactorRule given(Operation operation) {
    Attributes attributes = operation.attributes();
    String text = given(attributes.get(attributes.has(RULE) ? RULE : SHARDY_RULE));
    return text == null ? null : FactorRule.parse(text, operation);
  }

  @Override
  public FactorRule rule(Operation operation) {
    FactorRule given = given(operation);
    if (given != null) {
      return given;
    }
    CustomTarget target = CustomTarget.named(target(operation));
    return target == null ? FactorRule.whole(operation) : target.rule(operation);
  }

  /** Calls the target on blocks, without the rule, which is about the whole. */
  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    return context
        .block()
        .add(
            this,
            operands,
            operation.attributes().without(RULE).without(SHARDY_RULE),
            context.copyRegions(operation.regions()),
            results,
            List.of(),
            operation.location())
        .results();
  }

  @Override
  public boolean hasSideEffect() {
    return true;
  }

  /** A sharding holds for the cotangent too. */
  @Override
  public void pullback(Pullback at) {
    if (!target(at.operation()).equals("Sharding")) {
      throw Pullback.none(
          at.operation(),
          "nothing is known of the derivative of what it calls",
          "Stop the gradient before it");
    }
    Value cotangent = at.cotangent();
    Attributes attributes = at.operation().attributes();
    at.give(
        0,
        at.block().add(this, List.of(cotangent), attributes, List.of(cotangent.type())).result());
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
