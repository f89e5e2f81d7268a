package dev.partir.spmd;

import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program over global types in which every value has a sharding and every change of one is a
 * {@link Reshard} that names mesh axes (PartIR:HLO; arXiv 2401.11202, section 6). Every device runs
 * every operation on what it holds of the operands.
 */
public final class SpmdProgram {
  private final Function function;
  private final Mesh mesh;
  private final Sharding[] shardings;
  private final int[][][] tilings;
  private final Reshard.@Nullable Step[] steps;
  private final String[] reasons;

  SpmdProgram(
      Function function,
      Mesh mesh,
      Sharding[] shardings,
      int[][][] tilings,
      Reshard.@Nullable Step[] steps,
      String[] reasons) {
    this.function = function;
    this.mesh = mesh;
    this.shardings = shardings;
    this.tilings = tilings;
    this.steps = steps;
    this.reasons = reasons;
  }

  /** Returns the function over global types. */
  public Function function() {
    return function;
  }

  public Mesh mesh() {
    return mesh;
  }

  /** Returns the sharding of a value of the function. */
  public Sharding sharding(Value value) {
    return shardings[value.id()];
  }

  /** Returns the type of what one device holds of a value. */
  public TensorType localType(Value value) {
    return sharding(value).localType(value.tensor(), mesh);
  }

  /**
   * Returns the step that the operation at a place in the body takes, or null when it is no {@link
   * Reshard}.
   */
  public Reshard.@Nullable Step step(int operationIndex) {
    return steps[operationIndex];
  }

  /** Returns why the reshard at a place in the body is there; empty for other operations. */
  public String reason(int operationIndex) {
    return reasons[operationIndex];
  }

  /**
   * Returns for each factor of the operation at a place in the body the axes of the loops over it;
   * none for a reshard.
   */
  int[][] tiling(int operationIndex) {
    return tilings[operationIndex];
  }

  /** Returns the shardings of the arguments. */
  public List<Sharding> inputShardings() {
    return shardingsOf(function.arguments());
  }

  /** Returns the shardings of the results. */
  public List<Sharding> outputShardings() {
    return shardingsOf(function.results());
  }

  private List<Sharding> shardingsOf(List<Value> values) {
    List<Sharding> list = new ArrayList<>();
    for (Value value : values) {
      list.add(sharding(value));
    }
    return list;
  }

  /** Returns the reshards in which devices exchange data, in the order of the program. */
  public List<CollectiveUse> collectives() {
    List<CollectiveUse> uses = new ArrayList<>();
    List<Operation> operations = function.body().operations();
    for (int i = 0; i < operations.size(); i++) {
      Reshard.Step step = steps[i];
      if (step != null && step.kind().isCollective()) {
        uses.add(
            new CollectiveUse(
                i,
                step,
                localType(operations.get(i).operand(0)),
                localType(operations.get(i).result()),
                reasons[i]));
      }
    }
    return uses;
  }

  /**
   * A collective in a program.
   *
   * @param operationIndex its place in the body
   * @param operand the type of what one device gives
   * @param result the type of what one device gets
   * @param reason why it is there
   */
  public record CollectiveUse(
      int operationIndex, Reshard.Step step, TensorType operand, TensorType result, String reason) {
    /**
     * Returns the bytes that one device holds of the larger of operand and result: the size that
     * collectives are measured by.
     */
    public long bytes() {
      return Math.max(operand.byteCount(), result.byteCount());
    }
  }
}
