package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sdy.named_computation}: operations that have a name together; a call written in place. */
public enum NamedComputationOp implements Op {
  INSTANCE;

  public static final String IN = "in_shardings";
  public static final String OUT = "out_shardings";
  private static final String NAME = "name";

  @Override
  public String opName() {
    return "sdy.named_computation";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int operands = operation.operands().size();
    int results = operation.results().size();
    if (!check.arity(operands, results, 1)) {
      return;
    }
    check.require(
        operation.attributes().string(NAME) != null, "it has no name", "Write it as in <\"f\">");
    Block body = operation.regions().get(0).block();
    check.require(
        body.terminator().kind() == ReturnOp.SDY
            && Op.typesOf(body.arguments()).equals(Op.typesOf(operation.operands()))
            && Op.typesOf(body.results()).equals(Op.typesOf(operation.results())),
        "its body takes or gives other types than it does",
        "The body takes the operands and gives the results, in sdy.return");
    for (String key : List.of(IN, OUT)) {
      int count = key.equals(IN) ? operands : results;
      if (operation.attributes().has(key)) {
        Integer given =
            ShardingAttributes.read(
                check, () -> ShardingAttributes.shardings(operation, key).size());
        check.require(
            given == null || given == count,
            () -> key + " has " + given + " shardings for " + count + " values",
            "Give one for each");
      }
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return evaluation.run(operation.regions().get(0), operands);
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return ManualComputationOp.INSTANCE.cost(operation, operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    String name = operation.attributes().string(NAME);
    if (name == null) {
      return false;
    }
    printer.print(opName() + "<").attribute(new Attribute.Str(name)).print(">(");
    printer.operands(operation.operands()).print(")");
    for (String key : List.of(IN, OUT)) {
      @Nullable String text = ShardingAttributes.text(operation.attributes(), key);
      if (text != null) {
        printer.print(" " + key + "=" + text.substring(text.indexOf('['), text.length() - 1));
      }
    }
    ManualComputationOp.body(printer, operation);
    printer
        .attributes(operation.attributes(), List.of(NAME, IN, OUT))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    parser.expect("<");
    Attributes.Builder attributes = Attributes.builder().put(NAME, parser.string());
    parser.expect(">");
    parser.expect("(");
    List<Value> operands = parser.operands();
    parser.expect(")");
    for (String key : List.of(IN, OUT)) {
      if (parser.accept(key)) {
        parser.expect("=");
        attributes.put(
            key, new Attribute.Raw("#sdy.sharding_per_value<" + parser.bracketed() + ">"));
      }
    }
    return ManualComputationOp.finish(parser, operands, attributes);
  }
}
