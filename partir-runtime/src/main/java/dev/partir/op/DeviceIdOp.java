package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/** The operations that tell a process which it is. */
public enum DeviceIdOp implements Op {
  REPLICA("stablehlo.replica_id"),
  PARTITION("stablehlo.partition_id");

  private static final TensorType TYPE = TensorType.of(ElementType.UI32);

  private final String fullName;

  DeviceIdOp(String fullName) {
    this.fullName = fullName;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the operation, which gives a scalar of type ui32. */
  public Value build(BlockBuilder block) {
    return block.add(this, List.of(), Attributes.EMPTY, List.of(TYPE)).result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(0, 1, 0)) {
      check.result(0, TYPE);
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Process process = evaluation.process();
    int number = process.number();
    return List.of(
        HostArray.scalar(
            ElementType.UI32,
            this == REPLICA ? process.grid().replica(number) : process.grid().partition(number)));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print(fullName)
        .attributes(operation.attributes(), List.of())
        .print(" : ")
        .type(operation.result().type());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Attributes attributes = parser.optionalAttributes();
    var type = parser.accept(":") ? parser.type() : TYPE;
    return new AsmParser.Parsed(List.of(), attributes, List.of(), List.of(type));
  }
}
