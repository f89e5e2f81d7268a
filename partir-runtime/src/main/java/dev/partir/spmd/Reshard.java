package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.mesh.BlockWindow;
import dev.partir.mesh.Sharding;
import dev.partir.op.Cost;
import dev.partir.op.Evaluation;
import dev.partir.op.Fusion;
import dev.partir.op.Op;
import dev.partir.op.OpChecker;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The operations that change how a value is laid out; on the global value each is the identity.
 * Their order is the order in which reports list them.
 */
public enum Reshard implements Op {
  /** Devices that hold all of a dimension keep their block of it; moves nothing. */
  ALL_SLICE,
  /** Devices that hold blocks of a dimension get all of it. */
  ALL_GATHER,
  /** Devices that hold parts of a reduction get the whole. */
  ALL_REDUCE,
  /** Devices that hold parts of a reduction get their block of the whole. */
  REDUCE_SCATTER,
  /** Devices that hold blocks of one dimension get blocks of another. */
  ALL_TO_ALL,
  /** Devices exchange the blocks that they hold. */
  COLLECTIVE_PERMUTE;

  /** Returns the name in reports, such as {@code all_gather}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether devices exchange data. */
  public boolean isCollective() {
    return this != ALL_SLICE;
  }

  @Override
  public String opName() {
    return "partir." + label();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0)) {
      check.result(0, operation.operand(0).type());
    }
  }

  /** Runs the operation on the global value. */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return operands;
  }

  @Override
  public Fusion fusion() {
    return this == ALL_SLICE ? Fusion.REPLICABLE : Fusion.NONE;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.NONE;
  }

  /**
   * One step from one layout to another.
   *
   * @param kind what to do
   * @param axes the mesh axes over which, outermost first; for a permutation those on which the
   *     layouts differ
   * @param dim the dimension that is sliced, gathered, scattered or, in an all_to_all, split; -1
   *     where there is none
   * @param fromDim the dimension that an all_to_all puts together; -1 else
   * @param result the layout afterwards
   * @param exchange how windows of the dimension are got; null where blocks are
   */
  public record Step(
      Reshard kind,
      List<Integer> axes,
      int dim,
      int fromDim,
      Sharding result,
      BlockWindow.@Nullable Exchange exchange) {
    public Step {
      axes = List.copyOf(axes);
    }

    /** A step that leaves blocks. */
    public Step(Reshard kind, List<Integer> axes, int dim, int fromDim, Sharding result) {
      this(kind, axes, dim, fromDim, result, null);
    }

    /** Returns how many collectives of its kind the step is. */
    public int count() {
      return exchange == null ? 1 : exchange.permutations();
    }

    /**
     * Returns the bytes that one collective is measured by: the larger of what a device holds of
     * operand and result, or what it gets of windows.
     */
    public long bytes(long operandBytes, long resultBytes) {
      return exchange == null
          ? Math.max(operandBytes, resultBytes)
          : operandBytes
              / Math.max(1, exchange.block())
              * exchange.elements()
              / Math.max(1, exchange.permutations());
    }

    /** Returns the axes as an array. */
    public int[] axisArray() {
      return axes.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
