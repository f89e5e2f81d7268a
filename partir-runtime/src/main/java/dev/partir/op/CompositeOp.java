package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.composite}: something that has a name of its own and is made of other
 * operations, which the function that it names as its decomposition holds.
 */
public enum CompositeOp implements Op {
  INSTANCE;

  private static final String NAME = "name";
  private static final String DECOMPOSITION = "decomposition";

  @Override
  public String opName() {
    return "stablehlo.composite";
  }

  /** Returns the name of the function that says what a composite does. */
  public static String decomposition(Operation composite) {
    return composite.attributes().get(DECOMPOSITION) instanceof Attribute.Symbol symbol
        ? symbol.name()
        : "";
  }

  private static String name(Operation composite) {
    String name = composite.attributes().string(NAME);
    return name == null ? "" : name;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    String name = name(operation);
    check.constraint("C1");
    check.require(
        name.matches("[a-zA-Z]\\w*(\\.[a-zA-Z]\\w*)+"),
        () -> "its name is \"" + name + "\"",
        "A composite has a name in a namespace, such as \"my_namespace.my_op\"");
    check.constraint("C2");
    check.require(
        !decomposition(operation).isEmpty(),
        "it names no function",
        "Give it a decomposition such as @f");
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return evaluation.call(decomposition(operation), operands);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.composite ")
        .attribute(new Attribute.Str(name(operation)))
        .print(operation.operands().isEmpty() ? "" : " ")
        .operands(operation.operands())
        .attributes(operation.attributes(), List.of(NAME))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    String name = parser.string();
    List<Value> operands = parser.operands();
    return ShapeOps.finish(parser, operands, Attributes.builder().put(NAME, name));
  }
}
