package dev.partir.spmd;

import dev.partir.ir.Block;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
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

  /** Returns the step that an operation takes, or null when it is no {@link Reshard}. */
  public Reshard.@Nullable Step step(Operation operation) {
    return steps[operation.id()];
  }

  /** Returns why a reshard is there; empty for other operations. */
  public String reason(Operation operation) {
    return reasons[operation.id()];
  }

  /**
   * Returns for each factor of an operation the axes of the loops over it; empty where there are no
   * loops.
   */
  int[][] tiling(Operation operation) {
    return tilings[operation.id()];
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

  /**
   * Returns this program, but giving back other values.
   *
   * @param values values of its function, none of them in a region
   */
  public SpmdProgram returning(List<Value> values) {
    FunctionBuilder builder = new FunctionBuilder(function.name()).setLocation(function.location());
    // Operations and values are built in the same order again, and have the same ids.
    Copier copier = new Copier(function);
    copier.copyArguments(builder);
    List<Operation> operations = function.body().operations();
    for (Operation operation : operations.subList(0, operations.size() - 1)) {
      copier.copy(operation, builder.body());
    }
    ReturnOp.FUNCTION.build(builder.body(), copier.getAll(values));
    return new SpmdProgram(builder.build(), mesh, shardings, tilings, steps, reasons);
  }

  /**
   * Returns the reshards in which devices exchange data, in the order of the program, those in
   * regions too.
   */
  public List<CollectiveUse> collectives() {
    List<CollectiveUse> uses = new ArrayList<>();
    collect(function.body(), 1, uses);
    return uses;
  }

  private void collect(Block block, long times, List<CollectiveUse> uses) {
    for (Operation operation : block.operations()) {
      Reshard.Step step = steps[operation.id()];
      if (step != null && step.kind().isCollective()) {
        uses.add(
            new CollectiveUse(
                operation,
                step,
                localType(operation.operand(0)),
                localType(operation.result()),
                times * step.count(),
                reasons[operation.id()]));
      }
      if (Op.of(operation).flows(operation) != null) {
        for (Region region : operation.regions()) {
          collect(region.block(), times * Op.of(operation).trips(operation), uses);
        }
      }
    }
  }

  /**
   * A collective in a program.
   *
   * @param operand the type of what one device gives
   * @param result the type of what one device gets
   * @param times how often it runs: once per trip of the loops around it, where their trips are
   *     known
   * @param reason why it is there
   */
  public record CollectiveUse(
      Operation operation,
      Reshard.Step step,
      TensorType operand,
      TensorType result,
      long times,
      String reason) {
    /** Returns the bytes that one of the collectives is measured by: {@link Reshard.Step#bytes}. */
    public long bytes() {
      return step.bytes(operand.byteCount(), result.byteCount());
    }
  }
}
