package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Copier;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.DataFlow;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the loops of a Core program into shardings and reshards (PartIR, arXiv 2401.11202, section
 * 6). A value is made as its operation leaves it, brought once to what all its uses have in common,
 * and from there to what each use needs; uses that need the same share the reshard, and so do the
 * first steps of different ones. What a loop needs of a value from outside is brought before the
 * loop.
 */
public final class Lowering {
  private static final int[][] NO_TILING = {};

  private final CoreProgram program;
  private final CoreGraph graph;
  private final Mesh mesh;
  private final Function source;
  private final FunctionBuilder builder;

  /** Maps the values that regions capture; all others are found by their slots. */
  private final Copier copier;

  /** What became of every slot. */
  private final @Nullable Value[] made;

  private final boolean[] returned;
  private final PartialSums sums;
  private Scope scope;

  // By the id of the value in the new function.
  private final List<@Nullable Sharding> shardings = new ArrayList<>();
  private final List<Scope> homes = new ArrayList<>();
  private final Map<Integer, Map<Sharding, Value>> resharded = new HashMap<>();
  private final Map<Sharding, Sharding> distinct = new HashMap<>();

  /** The tiling that was last made of each rule: neighbours in a program are often alike. */
  private final IdentityHashMap<FactorRule, int[][]> lastTilings = new IdentityHashMap<>();

  // By the id of the operation in the new function.
  private final List<int[][]> tilings = new ArrayList<>();
  private final List<Reshard.@Nullable Step> steps = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();

  /** A block under construction. */
  private static final class Scope {
    final BlockBuilder block;
    final @Nullable Scope outer;

    /** Whether the block may run many times for once that the block around it does. */
    final boolean repeats;

    boolean open = true;

    Scope(BlockBuilder block, @Nullable Scope outer, boolean repeats) {
      this.block = block;
      this.outer = outer;
      this.repeats = repeats;
    }
  }

  private Lowering(CoreProgram program) {
    this.program = program;
    graph = program.graph();
    mesh = program.mesh();
    source = graph.function();
    builder = FunctionBuilder.like(source);
    copier = new Copier(source);
    scope = new Scope(builder.body(), null, false);
    made = new Value[graph.slotCount()];
    returned = new boolean[graph.slotCount()];
    for (Value result : source.results()) {
      returned[graph.slot(result)] = true;
    }
    sums = PartialSums.of(program, returned);
  }

  /** Returns the program with reshards. */
  public static SpmdProgram lower(CoreProgram program) {
    return new Lowering(program).lower();
  }

  private SpmdProgram lower() {
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      Value copy =
          builder.argument(
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
    record(scope.block.add(end.kind(), results, end.attributes(), List.of()), NO_TILING, null, "");
    Function function = builder.build();
    Sharding[] all = new Sharding[function.valueCount()];
    Arrays.fill(all, Sharding.replicated(0));
    for (int v = 0; v < shardings.size(); v++) {
      Sharding sharding = shardings.get(v);
      if (sharding != null) {
        all[v] = sharding;
      }
    }
    pad(function.operationCount() - 1);
    return new SpmdProgram(
        function,
        mesh,
        all,
        tilings.toArray(int[][][]::new),
        steps.toArray(Reshard.Step[]::new),
        reasons.toArray(String[]::new));
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
    if (sums.isPartOfSum(node)) {
      return;
    }
    if (sums.isSum(node)) {
      sum(operation, node);
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
        scope.block.add(
            operation.kind(),
            operands,
            operation.attributes(),
            copier.copyRegions(operation.regions(), scope.block),
            Op.typesOf(operation.results()),
            names(operation.results()),
            operation.location());
    record(copy, tiling(node), null, "");
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
        part = add(operation, part, made(slot), shardingOf(part));
      }
      if (group.size() < sums.size(node)) {
        part = reshard(part, needed, group.get(0), node);
        total = total == null ? part : add(operation, total, part, needed);
      } else {
        total = part;
      }
    }
    for (int slot : rest) {
      Value part = reshard(made(slot), needed, slot, node);
      total = total == null ? part : add(operation, total, part, needed);
    }
    Value value = java.util.Objects.requireNonNull(total);
    define(operation.result(), value, shardingOf(value), node);
    anchor(operation.result());
  }

  private Value add(Operation like, Value left, Value right, Sharding sharding) {
    Operation sum =
        scope.block.add(
            like.kind(),
            List.of(left, right),
            like.attributes(),
            List.of(),
            List.of(left.type()),
            List.of(),
            like.location());
    // A pointwise operation has a factor per dimension.
    int[][] tiling = new int[sharding.rank()][];
    for (int d = 0; d < tiling.length; d++) {
      tiling[d] = sharding.dim(d);
    }
    record(sum, tiling, null, "");
    note(sum.result(), sharding, scope);
    return sum.result();
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
        : reshard(made(slot), program.operandSharding(node, operand), slot, node);
  }

  private void control(Operation operation, List<DataFlow> flows) {
    List<Value> operands = handed(operation, flows, operation);
    List<Region> regions = new ArrayList<>();
    for (Region region : operation.regions()) {
      regions.add(region(region.block(), operation, flows));
    }
    Operation copy =
        scope.block.add(
            operation.kind(),
            operands,
            operation.attributes(),
            regions,
            Op.typesOf(operation.results()),
            names(operation.results()),
            operation.location());
    record(copy, NO_TILING, null, "");
    for (int r = 0; r < operation.results().size(); r++) {
      target(operation.result(r), copy.result(r));
    }
    for (Value result : operation.results()) {
      anchor(result);
    }
  }

  private Region region(Block block, Operation operation, List<DataFlow> flows) {
    Scope outer = scope;
    scope = new Scope(outer.block.nested(), outer, Op.of(operation).repeatsRegions());
    for (Value argument : block.arguments()) {
      target(argument, scope.block.argument(argument.type(), argument.name()));
    }
    for (Value argument : block.arguments()) {
      anchor(argument);
    }
    operations(block);
    Operation end = block.terminator();
    record(
        scope.block.add(end.kind(), handed(end, flows, operation), end.attributes(), List.of()),
        NO_TILING,
        null,
        "");
    scope.open = false;
    Region region = new Region(scope.block.build());
    scope = outer;
    return region;
  }

  /** Defines what a flow becomes. */
  private void target(Value target, Value copy) {
    int node = graph.producer(target.id());
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
            operand = operand(graph.flowNode(control, f), i);
          }
        }
      }
      operands.add(operand != null ? operand : operand(graph.node(operation), own++));
    }
    return operands;
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
    note(copy, sharding, scope);
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
      return NO_TILING;
    }
    int[][] tiling = new int[rule.factorCount()][];
    for (int f = 0; f < tiling.length; f++) {
      tiling[f] = program.axesOf(node, f);
    }
    int[][] last = lastTilings.get(rule);
    if (last != null && Arrays.deepEquals(last, tiling)) {
      return last;
    }
    lastTilings.put(rule, tiling);
    return tiling;
  }

  private void record(
      Operation operation, int[][] tiling, Reshard.@Nullable Step step, String reason) {
    pad(operation.id());
    tilings.set(operation.id(), tiling);
    steps.set(operation.id(), step);
    reasons.set(operation.id(), reason);
  }

  /** Makes room up to an operation; those of regions that are copied have no entries. */
  private void pad(int id) {
    while (tilings.size() <= id) {
      tilings.add(NO_TILING);
      steps.add(null);
      reasons.add("");
    }
  }

  private void note(Value value, @Nullable Sharding sharding, Scope home) {
    while (shardings.size() <= value.id()) {
      shardings.add(null);
      homes.add(home);
    }
    shardings.set(value.id(), sharding == null ? null : shared(sharding));
    homes.set(value.id(), home);
  }

  /** Returns one of all equal layouts: a program has few different ones. */
  private Sharding shared(Sharding sharding) {
    Sharding known = distinct.putIfAbsent(sharding, sharding);
    return known == null ? sharding : known;
  }

  private Sharding shardingOf(Value value) {
    Sharding sharding = shardings.get(value.id());
    return sharding != null ? sharding : Sharding.replicated(value.tensor().rank());
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
    Sharding from = shardingOf(value);
    Sharding target = common(slot, from);
    if (!target.equals(from)) {
      made[slot] = reshard(value, target, slot, node);
    }
  }

  /**
   * Returns the layout that a value has after its making: what is pending is combined, and
   * dimensions that all uses need further tiled are so, for that costs nothing.
   */
  private Sharding common(int slot, Sharding from) {
    int rank = from.rank();
    int[][] meet = null;
    int end = returned[slot] ? 0 : graph.useCount(slot);
    for (int u = 0; u < end; u++) {
      Sharding need = program.operandSharding(graph.useNode(slot, u), graph.useOperand(slot, u));
      if (need.rank() != rank) {
        continue;
      }
      if (meet == null) {
        meet = new int[rank][];
        for (int d = 0; d < rank; d++) {
          meet[d] = need.dim(d);
        }
      } else {
        for (int d = 0; d < rank; d++) {
          meet[d] = commonPrefix(meet[d], need.dim(d));
        }
      }
    }
    Sharding target = from;
    for (int axis : from.pending()) {
      target = target.withoutPending(axis);
    }
    if (meet == null) {
      // What nobody needs is not worth a collective.
      return returned[slot] ? target : from;
    }
    for (int d = 0; d < rank; d++) {
      int[] have = from.dim(d);
      if (meet[d].length <= have.length || !Arrays.equals(commonPrefix(meet[d], have), have)) {
        continue;
      }
      for (int i = have.length; i < meet[d].length && target.dimOf(meet[d][i]) < 0; i++) {
        int[] longer = Arrays.copyOf(target.dim(d), target.dim(d).length + 1);
        longer[longer.length - 1] = meet[d][i];
        target = target.withDim(d, longer);
      }
    }
    return target;
  }

  private static int[] commonPrefix(int[] a, int[] b) {
    int n = 0;
    while (n < a.length && n < b.length && a[n] == b[n]) {
      n++;
    }
    return n == a.length ? a : Arrays.copyOf(a, n);
  }

  /** Returns the value in another layout, which it may have been brought to before. */
  private Value reshard(Value value, Sharding target, int slot, int node) {
    Sharding from = shardingOf(value);
    if (from.equals(target)) {
      return value;
    }
    Value current = value;
    for (Reshard.Step step : ReshardPlanner.plan(mesh, value.tensor(), from, target)) {
      Map<Sharding, Value> known = resharded.computeIfAbsent(current.id(), id -> new HashMap<>());
      Value next = known.get(step.result());
      if (next == null || !homes.get(next.id()).open) {
        next = add(current, step, slot, node);
        known.put(step.result(), next);
      }
      current = next;
    }
    return current;
  }

  private Value add(Value value, Reshard.Step step, int slot, int node) {
    var attributes = Attributes.builder();
    List<Attribute> names = new ArrayList<>();
    for (String axis : mesh.names(step.axisArray())) {
      names.add(new Attribute.Str(axis));
    }
    attributes.put("axes", new Attribute.Array(names));
    if (step.fromDim() >= 0) {
      attributes.put("from_dim", step.fromDim());
    }
    if (step.dim() >= 0) {
      attributes.put("dim", step.dim());
    }
    Sharding from = shardingOf(value);
    if (from.isPending() && step.kind() != Reshard.ALL_SLICE) {
      attributes.put("reduce", from.monoid().op().opName());
    }
    String reason = step.kind().isCollective() ? reason(from, step, slot, node) : "";
    // Once before a loop rather than in every trip, where the value comes from outside.
    Scope home = homes.get(value.id());
    Scope at = scope;
    while (at != home && at.repeats && at.outer != null) {
      at = at.outer;
    }
    Type type = value.type();
    Operation operation =
        at.block.add(
            step.kind(),
            List.of(value),
            attributes.build(),
            List.of(),
            List.of(type),
            List.of(),
            reason.isEmpty() ? Location.UNKNOWN : Location.named(reason));
    record(operation, NO_TILING, step, reason);
    note(operation.result(), step.result(), at);
    return operation.result();
  }

  /**
   * Returns why a collective stands where it stands: which tactics want it, at what, from which
   * layout to which.
   */
  private String reason(Sharding from, Reshard.Step step, int slot, int node) {
    int producer = graph.producer(slot);
    List<String> tactics = new ArrayList<>();
    for (int axis : step.axes()) {
      for (int at : new int[] {producer, node}) {
        int loop = program.loopOver(at, axis);
        if (loop >= 0 && !tactics.contains(program.tactic(at, loop))) {
          tactics.add(program.tactic(at, loop));
        }
      }
    }
    String where =
        producer == node
            ? graph.describe(node)
            : graph.describe(producer) + " for " + graph.describe(node);
    return String.join("+", tactics)
        + ": "
        + where
        + ", "
        + from.text(mesh)
        + " -> "
        + step.result().text(mesh);
  }
}
