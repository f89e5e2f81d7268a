package dev.partir.spmd;

import dev.partir.array.HostArray;
import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Sharding;
import dev.partir.op.BinaryOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.DataFlow;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the loops of a Core program into shardings and reshards (PartIR, arXiv 2401.11202, section
 * 6). A value is made as its operation leaves it, brought once to what all its uses have in common,
 * and from there to what each use needs; uses that need the same share the reshard, and so do the
 * first steps of different ones. What a loop needs of a value from outside is brought before the
 * loop.
 */
public final class Lowering {
  private final CoreProgram program;
  private final CoreGraph graph;
  private final Function source;
  private final SpmdBuilder spmd;

  /** Which slots the function gives back. */
  private final boolean[] returned;

  /** Maps the values that regions capture; all others are found by their slots. */
  private final Copier copier;

  /** What became of every slot. */
  private final @Nullable Value[] made;

  private final PartialSums sums;
  private final CommonLayout layouts;

  /** The tilings that were made of each rule: operations of a program are often alike. */
  private final IdentityHashMap<FactorRule, List<int[][]>> tilings = new IdentityHashMap<>();

  private Lowering(CoreProgram program) {
    this.program = program;
    graph = program.graph();
    source = graph.function();
    spmd = new SpmdBuilder(program);
    copier = new Copier(source);
    made = new Value[graph.slotCount()];
    returned = new boolean[graph.slotCount()];
    for (Value result : source.results()) {
      returned[graph.slot(result)] = true;
    }
    sums = PartialSums.of(program, returned);
    layouts = new CommonLayout(program, returned);
  }

  /** Returns the program with reshards. */
  public static SpmdProgram lower(CoreProgram program) {
    return new Lowering(program).lower();
  }

  private SpmdProgram lower() {
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      Value copy =
          spmd.function()
              .argument(
                  argument.type(),
                  argument.name(),
                  source.argumentAttributes(i),
                  source.argumentLocation(i));
      define(argument, copy, argument.type() instanceof TensorType ? sharding(i, 0) : null, i);
    }
    for (Value argument : source.arguments()) {
      anchor(argument);
    }
    operations(source.body());
    List<Value> results = new ArrayList<>();
    for (Value result : source.results()) {
      results.add(made(graph.slot(result)));
    }
    Operation end = source.body().terminator();
    record(spmd.block().add(end.kind(), results, end.attributes(), List.of()));
    return spmd.build();
  }

  /** Records an operation that is not tiled. */
  private void record(Operation operation) {
    spmd.record(operation, SpmdBuilder.NO_TILING);
  }

  private Sharding sharding(int node, int result) {
    return program.resultSharding(node, result);
  }

  /** Lowers the operations of a block except for its terminator. */
  private void operations(Block block) {
    List<Operation> operations = block.operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      Operation operation = operations.get(i);
      List<DataFlow> flows = Op.of(operation).flows(operation);
      if (flows == null) {
        lower(operation, graph.node(operation));
      } else {
        control(operation, flows);
      }
    }
  }

  private void lower(Operation operation, int node) {
    if (sums.isPartOfSum(node) || sums.isReplacedZero(node)) {
      return;
    }
    if (sums.isSum(node)) {
      sum(operation, node);
      return;
    }
    Sharding pending = sums.pendingBehind(node);
    if (pending != null) {
      transpose(operation, node, pending);
      return;
    }
    int count = operation.operands().size();
    List<Value> operands = new ArrayList<>(count);
    for (int o = 0; o < count; o++) {
      operands.add(operand(node, o));
    }
    if (graph.operandCount(node) > count) {
      capture(operation, node);
    }
    Operation copy =
        spmd.block()
            .add(
                operation.kind(),
                operands,
                operation.attributes(),
                copier.copyRegions(operation.regions(), spmd.block()),
                Op.typesOf(operation.results()),
                names(operation.results()),
                operation.location());
    spmd.record(copy, tiling(node));
    for (int r = 0; r < operation.results().size(); r++) {
      Value result = operation.result(r);
      boolean tensor = result.type() instanceof TensorType;
      define(result, copy.result(r), tensor ? sharding(node, r) : null, node);
    }
    for (Value result : operation.results()) {
      anchor(result);
    }
  }

  /** Adds up what is pending alike before it is combined, then the rest. */
  private void sum(Operation operation, int node) {
    Sharding needed = program.operandSharding(node, 0);
    List<Integer> rest = new ArrayList<>();
    Value total = null;
    for (List<Integer> group : sums.groups(node)) {
      if (group.size() == 1) {
        rest.add(group.get(0));
        continue;
      }
      Value part = made(group.get(0));
      for (int slot : group.subList(1, group.size())) {
        part = add(operation.location(), part, made(slot), spmd.shardingOf(part));
      }
      if (group.size() < sums.size(node)) {
        part = spmd.reshard(part, needed, sums.origin(group.get(0)), node);
        total = total == null ? part : add(operation.location(), total, part, needed);
      } else {
        total = part;
      }
    }
    for (int slot : rest) {
      Value part = spmd.reshard(made(slot), needed, slot, node);
      total = total == null ? part : add(operation.location(), total, part, needed);
    }
    Value value = Objects.requireNonNull(total);
    define(operation.result(), value, spmd.shardingOf(value), node);
    anchor(operation.result());
  }

  /** Transposes what is pending as it is; the sum that it goes into combines it. */
  private void transpose(Operation operation, int node, Sharding pending) {
    Value operand = made(graph.operandSlot(node, 0));
    Operation copy =
        spmd.block()
            .add(
                operation.kind(),
                List.of(operand),
                operation.attributes(),
                List.of(),
                Op.typesOf(operation.results()),
                names(operation.results()),
                operation.location());
    int[][] tiling = new int[pending.rank()][];
    for (int d = 0; d < tiling.length; d++) {
      // Its rule has a factor per dimension of the result.
      tiling[graph.rule(node).resultDim(0, d)[0]] = pending.dim(d);
    }
    spmd.record(copy, tiling);
    define(operation.result(), copy.result(), pending, node);
  }

  private Value add(Location location, Value left, Value right, Sharding sharding) {
    return pointwise(
        spmd.block()
            .add(
                BinaryOp.ADD,
                List.of(left, right),
                Attributes.EMPTY,
                List.of(),
                List.of(left.type()),
                List.of(),
                location),
        sharding);
  }

  /** Records an operation that has a factor per dimension of its result, and its layout. */
  private Value pointwise(Operation operation, Sharding sharding) {
    int[][] tiling = new int[sharding.rank()][];
    for (int d = 0; d < tiling.length; d++) {
      tiling[d] = sharding.dim(d);
    }
    spmd.record(operation, tiling);
    spmd.note(operation.result(), sharding);
    return operation.result();
  }

  /** Brings what the regions of an operation use to where all of it is at hand. */
  private void capture(Operation operation, int node) {
    int o = operation.operands().size();
    for (Value captured : CoreGraph.captured(operation)) {
      copier.put(captured, operand(node, o++));
    }
  }

  private Value operand(int node, int operand) {
    int slot = graph.operandSlot(node, operand);
    return graph.type(slot) == null
        ? made(slot)
        : spmd.reshard(made(slot), program.operandSharding(node, operand), sums.origin(slot), node);
  }

  private void control(Operation operation, List<DataFlow> flows) {
    List<Value> operands = handed(operation, flows, operation);
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      regions.add(region(region.block(), operation, flows));
    }
    Operation copy =
        spmd.block()
            .add(
                operation.kind(),
                operands,
                operation.attributes(),
                regions,
                Op.typesOf(operation.results()),
                names(operation.results()),
                operation.location());
    record(copy);
    for (int r = 0; r < operation.results().size(); r++) {
      target(operation.result(r), copy.result(r));
    }
    for (int f = 0; f < flows.size(); f++) {
      addStart(flows.get(f), graph.flowNode(operation, f));
    }
    for (Value result : operation.results()) {
      anchor(result);
    }
  }

  /** Adds what went into a loop to what the loop has added up from zeros in its place. */
  private void addStart(DataFlow flow, int node) {
    int result = graph.resultSlot(node, 0);
    if (sums.carriedPending(node) == null
        || sums.startsAtZero(node)
        || (graph.useCount(result) == 0 && !returned[result])) {
      return;
    }
    Sharding sharding = sharding(node, 0);
    Value sum = spmd.reshard(made(result), sharding, sums.origin(result), node);
    Value start = operand(node, 0);
    define(
        flow.targets().get(0),
        add(flow.sources().get(0).operation().location(), sum, start, sharding),
        sharding,
        node);
  }

  private Region region(Block block, Operation operation, List<DataFlow> flows) {
    spmd.enter(Op.of(operation).repeatsRegions());
    for (Value argument : block.arguments()) {
      target(argument, spmd.block().argument(argument.type(), argument.name()));
    }
    for (Value argument : block.arguments()) {
      anchor(argument);
    }
    operations(block);
    Operation end = block.terminator();
    List<Value> given = handed(end, flows, operation);
    record(spmd.block().add(end.kind(), given, end.attributes(), List.of()));
    return new Region(spmd.leave().build());
  }

  /** Defines what a flow becomes. */
  private void target(Value target, Value copy) {
    int node = graph.producer(target.id());
    Sharding pending = sums.carriedPending(node);
    if (pending != null) {
      define(target, copy, pending, node);
      return;
    }
    boolean tensor = target.type() instanceof TensorType;
    define(target, copy, tensor ? sharding(node, graph.producerResult(target.id())) : null, node);
  }

  /**
   * Returns the operands of an operation of control flow or of a terminator in it: laid out as
   * their edge says, or whole where they are in none.
   */
  private List<Value> handed(Operation operation, List<DataFlow> flows, Operation control) {
    List<Value> operands = new ArrayList<>();
    int own = 0;
    for (int o = 0; o < operation.operands().size(); o++) {
      Value operand = null;
      for (int f = 0; f < flows.size() && operand == null; f++) {
        List<DataFlow.Source> sources = flows.get(f).sources();
        for (int i = 0; i < sources.size(); i++) {
          if (sources.get(i).operation() == operation && sources.get(i).operand() == o) {
            operand = flowing(graph.flowNode(control, f), i);
          }
        }
      }
      operands.add(operand != null ? operand : operand(graph.node(operation), own++));
    }
    return operands;
  }

  /** Returns what an edge of control flow is handed. */
  private Value flowing(int flow, int source) {
    Sharding pending = sums.carriedPending(flow);
    if (pending == null) {
      return operand(flow, source);
    }
    int slot = graph.operandSlot(flow, source);
    return source == 0 ? zeros(Objects.requireNonNull(graph.type(slot)), pending) : made(slot);
  }

  private Value zeros(TensorType type, Sharding sharding) {
    Value zeros =
        ConstantOp.splat(spmd.block(), HostArray.zeros(TensorType.of(type.element())), type);
    return pointwise(Objects.requireNonNull(zeros.definition()), sharding);
  }

  private static List<@Nullable String> names(List<Value> results) {
    List<@Nullable String> names = new ArrayList<>(results.size());
    for (Value result : results) {
      names.add(result.name());
    }
    return names;
  }

  /** Says what a value became, and brings that to what all its uses have in common. */
  private void define(Value value, Value copy, @Nullable Sharding sharding, int node) {
    spmd.note(copy, sharding);
    made[value.id()] = copy;
    settle(value.id(), node);
  }

  /** Brings a value to where the loops behind it have it, if there are any. */
  private void anchor(Value value) {
    int node = graph.anchor(value);
    if (node < 0) {
      return;
    }
    int slot = graph.resultSlot(node, 0);
    made[slot] = operand(node, 0);
    settle(slot, node);
  }

  private int[][] tiling(int node) {
    FactorRule rule = graph.rule(node);
    if (program.depth(node) == 0) {
      return SpmdBuilder.NO_TILING;
    }
    int[][] tiling = new int[rule.factorCount()][];
    for (int f = 0; f < tiling.length; f++) {
      tiling[f] = program.axesOf(node, f);
    }
    List<int[][]> known = tilings.computeIfAbsent(rule, key -> new ArrayList<>());
    for (int[][] one : known) {
      if (Arrays.deepEquals(one, tiling)) {
        return one;
      }
    }
    known.add(tiling);
    return tiling;
  }

  private Value made(int slot) {
    Value value = made[slot];
    if (value == null) {
      throw new IllegalStateException("slot " + slot + " is used before it is made");
    }
    return value;
  }

  /** Brings a value that was just made to what all its uses have in common. */
  private void settle(int slot, int node) {
    if (graph.type(slot) == null || sums.isAddend(slot)) {
      return;
    }
    Value value = made(slot);
    made[slot] =
        spmd.reshard(value, layouts.of(slot, spmd.shardingOf(value)), sums.origin(slot), node);
  }
}
