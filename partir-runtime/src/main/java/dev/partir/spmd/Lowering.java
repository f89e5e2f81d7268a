package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Captures;
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
import dev.partir.op.AnchorOp;
import dev.partir.op.FactorRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the loops of a Core program into shardings and reshards (PartIR, arXiv 2401.11202, section
 * 6). A value is made as its operation leaves it, brought once to what all its uses have in common,
 * and from there to what each use needs; uses that need the same share the reshard, and so do the
 * first steps of different ones.
 */
public final class Lowering {
  private static final int[][] NO_TILING = {};

  private final CoreProgram program;
  private final CoreGraph graph;
  private final Mesh mesh;
  private final Function source;
  private final FunctionBuilder builder;
  private final BlockBuilder body;
  private final Copier copier;
  private final boolean[] returned;
  private final List<@Nullable Sharding> shardings = new ArrayList<>();
  private final List<int[][]> tilings = new ArrayList<>();
  private final List<Reshard.@Nullable Step> steps = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();

  /** What every value has been brought to already: by the id of the value in the new function. */
  private final Map<Integer, Map<Sharding, Value>> resharded = new HashMap<>();

  private Lowering(CoreProgram program) {
    this.program = program;
    graph = program.graph();
    mesh = program.mesh();
    source = graph.function();
    builder =
        new FunctionBuilder(source.name())
            .setPublic(source.isPublic())
            .setAttributes(source.attributes())
            .setLocation(source.location());
    body = builder.body();
    copier = new Copier(source);
    returned = new boolean[source.valueCount()];
    for (Value result : source.results()) {
      returned[result.id()] = true;
    }
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
      copier.put(argument, copy);
      note(copy, argument.type() instanceof TensorType ? program.resultSharding(i, 0) : null);
      settle(argument, i);
    }
    List<Operation> operations = source.body().operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      lower(operations.get(i), graph.nodeOf(i));
    }
    List<Value> results = new ArrayList<>();
    for (Value result : source.results()) {
      results.add(settled(result));
    }
    for (int i = 0; i < results.size(); i++) {
      builder.resultAttributes(source.resultAttributes(i));
    }
    Operation end = source.body().terminator();
    body.add(end.kind(), results, end.attributes(), List.of());
    record(NO_TILING, null, "");
    Function function = builder.build();
    Sharding[] all = new Sharding[function.valueCount()];
    for (int v = 0; v < shardings.size(); v++) {
      Sharding sharding = shardings.get(v);
      all[v] = sharding != null ? sharding : Sharding.replicated(0);
    }
    for (int v = shardings.size(); v < all.length; v++) {
      all[v] = Sharding.replicated(0);
    }
    return new SpmdProgram(
        function,
        mesh,
        all,
        tilings.toArray(int[][][]::new),
        steps.toArray(Reshard.Step[]::new),
        reasons.toArray(String[]::new));
  }

  private void lower(Operation operation, int node) {
    List<Value> operands = new ArrayList<>(operation.operands().size());
    for (int o = 0; o < operation.operands().size(); o++) {
      Value operand = operation.operand(o);
      operands.add(
          operand.type() instanceof TensorType
              ? reshard(settled(operand), program.operandSharding(node, o), operand, node)
              : copier.get(operand));
    }
    if (operation.kind() == AnchorOp.INSTANCE) {
      copier.put(operation.result(), operands.get(0));
      settle(operation.result(), node);
      return;
    }
    List<Type> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(result.type());
      if (result.name() != null) {
        names.add(result.name());
      }
    }
    Operation copy =
        body.add(
            operation.kind(),
            operands,
            operation.attributes(),
            copyRegions(operation, node),
            types,
            names.size() == types.size() ? names : List.of(),
            operation.location());
    record(tiling(node), null, "");
    for (int r = 0; r < types.size(); r++) {
      copier.put(operation.result(r), copy.result(r));
      note(
          copy.result(r),
          types.get(r) instanceof TensorType ? program.resultSharding(node, r) : null);
      settle(operation.result(r), node);
    }
  }

  /**
   * Copies the regions of an operation. What they see around them they see whole, for nothing is
   * looped inside them.
   */
  private List<Region> copyRegions(Operation operation, int node) {
    List<Value> captured = new ArrayList<>();
    List<Value> settled = new ArrayList<>();
    for (Value value : Captures.of(operation)) {
      if (value.type() instanceof TensorType tensor) {
        Value copy = settled(value);
        captured.add(value);
        settled.add(copy);
        copier.put(value, reshard(copy, Sharding.replicated(tensor.rank()), value, node));
      }
    }
    List<Region> regions = copier.copyRegions(operation.regions(), body);
    copier.putAll(captured, settled);
    return regions;
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
    return tiling;
  }

  private void record(int[][] tiling, Reshard.@Nullable Step step, String reason) {
    tilings.add(tiling);
    steps.add(step);
    reasons.add(reason);
  }

  private void note(Value value, @Nullable Sharding sharding) {
    while (shardings.size() <= value.id()) {
      shardings.add(null);
    }
    shardings.set(value.id(), sharding);
  }

  private Sharding shardingOf(Value value) {
    Sharding sharding = shardings.get(value.id());
    return sharding != null ? sharding : Sharding.replicated(value.tensor().rank());
  }

  private Value settled(Value sourceValue) {
    return copier.get(sourceValue);
  }

  /** Brings a value that was just made to what all its uses have in common. */
  private void settle(Value sourceValue, int node) {
    if (!(sourceValue.type() instanceof TensorType)) {
      return;
    }
    Value made = copier.get(sourceValue);
    Sharding from = shardingOf(made);
    Sharding target = common(sourceValue, from);
    if (!target.equals(from)) {
      copier.put(sourceValue, reshard(made, target, sourceValue, node));
    }
  }

  /**
   * Returns the layout that a value has after its making: what is pending is combined, and
   * dimensions that all uses need further tiled are so, for that costs nothing.
   */
  private Sharding common(Value sourceValue, Sharding from) {
    int rank = from.rank();
    int[][] meet = null;
    int end = returned[sourceValue.id()] ? 0 : graph.useCount(sourceValue);
    for (int u = 0; u < end; u++) {
      Sharding need =
          program.operandSharding(graph.useNode(sourceValue, u), graph.useOperand(sourceValue, u));
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
      return returned[sourceValue.id()] ? target : from;
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
  private Value reshard(Value value, Sharding target, Value sourceValue, int node) {
    Value current = value;
    for (Reshard.Step step : ReshardPlanner.plan(mesh, shardingOf(value), target)) {
      Map<Sharding, Value> known = resharded.computeIfAbsent(current.id(), id -> new HashMap<>());
      Value next = known.get(step.result());
      if (next == null) {
        next = add(current, step, sourceValue, node);
        known.put(step.result(), next);
      }
      current = next;
    }
    return current;
  }

  private Value add(Value value, Reshard.Step step, Value sourceValue, int node) {
    var attributes = Attributes.builder();
    List<Attribute> names = new ArrayList<>();
    for (int axis : step.axes()) {
      names.add(new Attribute.Str(mesh.name(axis)));
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
    String reason = step.kind().isCollective() ? reason(from, step, sourceValue, node) : "";
    Operation operation =
        body.add(
            step.kind(),
            List.of(value),
            attributes.build(),
            List.of(),
            List.of(value.type()),
            List.of(),
            reason.isEmpty() ? Location.UNKNOWN : Location.named(reason));
    record(NO_TILING, step, reason);
    note(operation.result(), step.result());
    return operation.result();
  }

  /**
   * Returns why a collective stands where it stands: which tactics want it, at what, from which
   * layout to which.
   */
  private String reason(Sharding from, Reshard.Step step, Value sourceValue, int node) {
    List<String> tactics = new ArrayList<>();
    for (int axis : step.axes()) {
      for (int at : new int[] {graph.producer(sourceValue), node}) {
        int loop = program.loopOver(at, axis);
        if (loop >= 0 && !tactics.contains(program.tactic(at, loop))) {
          tactics.add(program.tactic(at, loop));
        }
      }
    }
    int producer = graph.producer(sourceValue);
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
