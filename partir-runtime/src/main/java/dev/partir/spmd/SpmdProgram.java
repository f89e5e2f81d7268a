package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.ir.Block;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.ManualComputationOp;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A program over global types in which every value has a sharding and every change of one is a
 * {@link Reshard} that names mesh axes (PartIR:HLO; arXiv 2401.11202, section 6). Every device runs
 * every operation on what it holds of the operands.
 */
public final class SpmdProgram {
  private final Function function;
  private final CoreGraph graph;
  private final Mesh mesh;
  private final Sharding[] shardings;
  private final int[][][] tilings;

  /** In the order of the ids of the operations. */
  private final Resharding[] reshardings;

  /**
   * What an operation does that is a reshard, and whose wish that is. Its reason is put into words
   * when it is asked for: there are many, and their texts are long.
   *
   * @param operation the id of the operation
   * @param tactics the names of the tactics that want it
   * @param producer the node of the Core program that gives the value
   * @param user the node that needs it so; the same where all uses do
   */
  record Resharding(int operation, Reshard.Step step, String tactics, int producer, int user) {
    Resharding of(Operation copy) {
      return new Resharding(copy.id(), step, tactics, producer, user);
    }
  }

  SpmdProgram(
      Function function,
      CoreGraph graph,
      Mesh mesh,
      Sharding[] shardings,
      int[][][] tilings,
      List<Resharding> reshardings) {
    this(function, graph, mesh, shardings, tilings, reshardings.toArray(Resharding[]::new));
  }

  private SpmdProgram(
      Function function,
      CoreGraph graph,
      Mesh mesh,
      Sharding[] shardings,
      int[][][] tilings,
      Resharding[] reshardings) {
    this.function = function;
    this.graph = graph;
    this.mesh = mesh;
    this.shardings = shardings;
    this.tilings = tilings;
    this.reshardings = reshardings;
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

  private @Nullable Resharding resharding(Operation operation) {
    if (!(operation.kind() instanceof Reshard)) {
      return null;
    }
    int low = 0;
    int high = reshardings.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (reshardings[middle].operation < operation.id()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return reshardings[low];
  }

  /** Returns the step that an operation takes, or null when it is no {@link Reshard}. */
  public Reshard.@Nullable Step step(Operation operation) {
    Resharding resharding = resharding(operation);
    return resharding == null ? null : resharding.step;
  }

  /**
   * Returns why a collective stands where it stands: which tactics want it, at what, from which
   * layout to which. Empty for other operations.
   */
  public String reason(Operation operation) {
    Resharding resharding = resharding(operation);
    if (resharding == null || !resharding.step.kind().isCollective()) {
      return "";
    }
    String producer = graph.describe(resharding.producer);
    return resharding.tactics
        + ": "
        + producer
        + (resharding.producer == resharding.user ? "" : " for " + graph.describe(resharding.user))
        + ", "
        + sharding(operation.operand(0)).text(mesh)
        + " -> "
        + resharding.step.result().text(mesh);
  }

  /** Returns where an operation comes from: for a collective its {@link #reason}. */
  public Location location(Operation operation) {
    String reason = reason(operation);
    return reason.isEmpty() ? operation.location() : Location.named(reason);
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
    Copier copier = new Copier(function);
    copier.copyArguments(builder);
    List<Operation> operations = function.body().operations();
    for (Operation operation : operations.subList(0, operations.size() - 1)) {
      copier.copy(operation, builder.body());
    }
    ReturnOp.FUNCTION.build(builder.body(), copier.getAll(values));
    Function copy = builder.build();
    Sharding[] newShardings = new Sharding[copy.valueCount()];
    int[][][] newTilings = new int[copy.operationCount()][][];
    List<Resharding> newReshardings = new ArrayList<>();
    // What was brought before a loop has another place among the ids than when it was built.
    follow(
        function.body(),
        copy.body(),
        (from, to) -> newShardings[to.id()] = shardings[from.id()],
        (from, to) -> {
          newTilings[to.id()] = tilings[from.id()];
          Resharding resharding = resharding(from);
          if (resharding != null) {
            newReshardings.add(resharding.of(to));
          }
        });
    newReshardings.sort(Comparator.comparingInt(Resharding::operation));
    return new SpmdProgram(copy, graph, mesh, newShardings, newTilings, newReshardings);
  }

  /** Tells of each value and operation of a block what it is in a copy of the block. */
  private static void follow(
      Block from,
      Block to,
      BiConsumer<Value, Value> values,
      BiConsumer<Operation, Operation> operations) {
    for (int i = 0; i < from.arguments().size(); i++) {
      values.accept(from.arguments().get(i), to.arguments().get(i));
    }
    for (int i = 0; i < from.operations().size(); i++) {
      Operation operation = from.operations().get(i);
      Operation copy = to.operations().get(i);
      operations.accept(operation, copy);
      for (int r = 0; r < operation.results().size(); r++) {
        values.accept(operation.result(r), copy.result(r));
      }
      for (int r = 0; r < operation.regions().size(); r++) {
        follow(
            operation.regions().get(r).block(), copy.regions().get(r).block(), values, operations);
      }
    }
  }

  /**
   * Returns the reshards in which devices exchange data, in the order of the program, those in
   * regions too; and the collectives that manual computations have of their own.
   */
  public List<CollectiveUse> collectives() {
    List<CollectiveUse> uses = new ArrayList<>();
    collect(function.body(), 1, uses);
    return uses;
  }

  private void collect(Block block, long times, List<CollectiveUse> uses) {
    for (Operation operation : block.operations()) {
      Reshard.Step step = step(operation);
      if (step != null && step.kind().isCollective()) {
        uses.add(
            new CollectiveUse(
                operation,
                step,
                localType(operation.operand(0)),
                localType(operation.result()),
                times * step.count(),
                reason(operation)));
      }
      if (operation.kind() == ManualComputationOp.INSTANCE) {
        uses.addAll(ManualCollectives.of(operation, mesh, times));
      }
      if (Op.of(operation).flows(operation) != null) {
        for (Region region : operation.regions()) {
          collect(region.block(), times * Op.of(operation).trips(operation), uses);
        }
      }
    }
  }

  /** Returns the collectives that a manual computation has of its own; none of other operations. */
  public List<CollectiveUse> collectivesWithin(Operation operation) {
    return operation.kind() == ManualComputationOp.INSTANCE
        ? ManualCollectives.of(operation, mesh, 1)
        : List.of();
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
