package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.optimization_barrier}: the identity, kept where it stands. Names of intermediate
 * values hang on it.
 */
public enum OptimizationBarrierOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.optimization_barrier";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int count = operation.operands().size();
    check.constraint("C1");
    if (check.arity(count, count, 0)) {
      check.constraint("C2");
      for (int i = 0; i < count; i++) {
        check.result(i, operation.operand(i).type());
      }
    }
  }

  /**
   * Several values go through a barrier each by itself: an axis may tile all of them, which the
   * loops of one node could not say.
   */
  @Override
  public @Nullable List<DataFlow> flows(Operation operation) {
    int count = operation.operands().size();
    if (count < 2) {
      return null;
    }
    List<DataFlow> flows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      flows.add(
          new DataFlow(List.of(new DataFlow.Source(operation, i)), List.of(operation.result(i))));
    }
    return flows;
  }

  @Override
  public FactorRule rule(Operation operation) {
    for (Value operand : operation.operands()) {
      if (!(operand.type() instanceof TensorType)) {
        return FactorRule.whole(operation);
      }
    }
    TensorType[] types = Op.operandTypes(operation);
    FactorRule.Builder rule = FactorRule.builder(types, types);
    for (int i = 0; i < types.length; i++) {
      for (int d = 0; d < types[i].rank(); d++) {
        int factor = rule.factor(types[i].dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(i, d, factor).result(i, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    for (int i = 0; i < at.operation().results().size(); i++) {
      Value cotangent = at.cotangent(i);
      if (cotangent != null) {
        at.give(i, cotangent);
      }
    }
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
  public boolean print(Operation operation, AsmPrinter printer) {
    printer.print(opName()).attributes(operation.attributes(), List.of());
    if (operation.operands().isEmpty()) {
      printer.print(" ()");
    } else {
      printer.print(" ").operands(operation.operands()).print(" : ").types(operation.operands());
    }
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    var attributes = parser.optionalAttributes();
    List<Type> types = new ArrayList<>();
    if (parser.accept("(")) {
      parser.expect(")");
      return new AsmParser.Parsed(List.of(), attributes, List.of(), types);
    }
    var operands = parser.operands();
    if (!operands.isEmpty()) {
      parser.expect(":");
      var location = parser.location();
      do {
        types.add(parser.type());
      } while (parser.accept(","));
      parser.checkTypes(operands, types, location);
    }
    return new AsmParser.Parsed(operands, attributes, List.of(), types);
  }
}
