package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.List;

/** {@code stablehlo.get_tuple_element}: takes a value out of a tuple. */
public enum GetTupleElementOp implements Op {
  INSTANCE;

  private static final String INDEX = "index";

  @Override
  public String opName() {
    return "stablehlo.get_tuple_element";
  }

  private static long index(Operation operation) {
    return operation.attributes().integer(INDEX, -1);
  }

  private static List<Type> elements(Operation operation) {
    return operation.operand(0).type() instanceof Type.Tuple tuple ? tuple.elements() : List.of();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0)
        || !check.require(
            operation.operand(0).type() instanceof Type.Tuple,
            () -> "it takes an element of a " + operation.operand(0).type(),
            "Give it a tuple")) {
      return;
    }
    List<Type> elements = elements(operation);
    long index = index(operation);
    check.constraint("C1");
    if (check.require(
        index >= 0 && index < elements.size(),
        () -> "it takes element " + index + " of a tuple of " + elements.size(),
        "Elements are counted from 0 on")) {
      check.constraint("C2").result(0, elements.get((int) index));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    List<Type> elements = elements(operation);
    int index = (int) index(operation);
    int from = Leaves.of(elements.subList(0, index)).size();
    return operands.subList(from, from + Leaves.count(elements.get(index)));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.get_tuple_element ")
        .operand(operation.operand(0))
        .list(index(operation))
        .attributes(operation.attributes(), List.of(INDEX))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Value operand = parser.operand();
    var location = parser.location();
    long[] index = parser.list();
    if (index.length != 1) {
      throw parser.error(
          location, "it takes " + index.length + " elements", "Write one, as in [0]");
    }
    return ShapeOps.finish(
        parser,
        List.of(operand),
        Attributes.builder().put(INDEX, new Attribute.Int(index[0], ElementType.I32)));
  }
}
