package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.List;

/** {@code stablehlo.tuple}: makes one value of several. */
public enum TupleOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.tuple";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(operation.operands().size(), 1, 0)) {
      check.constraint("C1").result(0, new Type.Tuple(Op.typesOf(operation.operands())));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return operands;
  }

  @Override
  public Cost cost(
      Operation operation,
      dev.partir.ir.TensorType[] operands,
      dev.partir.ir.TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.tuple")
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
    if (type instanceof Type.Tuple tuple) {
      parser.checkTypes(operands, tuple.elements(), location);
    }
    return new AsmParser.Parsed(operands, attributes, List.of(), List.of(type));
  }
}
