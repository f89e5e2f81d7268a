package dev.partir.grad;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.Evaluation;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import dev.partir.op.ReturnOp;
import java.util.List;

/**
 * Operations that are run again on the way back, so that what they compute need not be kept; they
 * see the values around them. It is in programs only while they are traced.
 */
public enum CheckpointOp implements Op {
  /** The operations, in a region. */
  INSTANCE("partir.checkpoint"),
  /** Where operations begin that are still being recorded. */
  BEGIN("partir.checkpoint_begin");

  private final String fullName;

  CheckpointOp(String fullName) {
    this.fullName = fullName;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Marks where operations begin. */
  public static Operation begin(BlockBuilder block) {
    return block.add(BEGIN, List.of(), Attributes.EMPTY, List.of());
  }

  /**
   * Puts the operations since {@link #begin} into a region.
   *
   * @param results what they compute
   * @return the same values, as what is around the region sees them
   */
  public static List<Value> end(BlockBuilder block, Operation begin, List<Value> results) {
    List<Operation> all = block.operations();
    int index = all.size() - 1;
    while (all.get(index) != begin) {
      index--;
    }
    List<Operation> taken = block.cut(index);
    BlockBuilder body = block.nested();
    body.append(taken.subList(1, taken.size()));
    ReturnOp.STABLEHLO.build(body, results);
    return block
        .add(
            INSTANCE,
            List.of(),
            Attributes.EMPTY,
            List.of(new Region(body.build())),
            Op.typesOf(results),
            List.of(),
            Location.UNKNOWN)
        .results();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    check.arity(0, operation.results().size(), this == BEGIN ? 0 : 1);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return this == BEGIN ? List.of() : evaluation.run(operation.regions().get(0), List.of());
  }
}
