package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.schedule.Gathers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an {@link SpmdProgram}: keeps what is known of its values and operations, and adds
 * reshards, which are shared between uses and stand before the loops that they do not depend on.
 */
final class SpmdBuilder {
  static final int[][] NO_TILING = {};

  private final CoreProgram program;
  private final CoreGraph graph;
  private final Mesh mesh;
  private final FunctionBuilder builder;
  private Scope scope;

  // By the id of the value in the new function.
  private final List<@Nullable Sharding> shardings = new ArrayList<>();
  private final List<Scope> homes = new ArrayList<>();
  private final Map<Integer, Map<Made, Value>> resharded = new HashMap<>();

  // By the id of the operation in the new function.
  private final List<int[][]> tilings = new ArrayList<>();
  private final List<SpmdProgram.Resharding> reshardings = new ArrayList<>();

  // One of all that are equal: a program has few different ones.
  private final Map<Sharding, Sharding> layouts = new HashMap<>();
  private final Map<Way, List<Planned>> plans = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();

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

  /**
   * A layout that a value was brought to.
   *
   * @param user the node that it was brought for, where it is not for others too; else -1
   */
  private record Made(Sharding layout, int user) {}

  /** From where to where a value is to be brought. */
  private record Way(TensorType type, Sharding from, Sharding to) {}

  /** A step and the attributes that say it. */
  private record Planned(Reshard.Step step, Attributes attributes) {}

  SpmdBuilder(CoreProgram program) {
    this.program = program;
    graph = program.graph();
    mesh = program.mesh();
    builder = FunctionBuilder.like(graph.function());
    scope = new Scope(builder.body(), null, false);
  }

  /** Returns the program. All operations must have been recorded. */
  SpmdProgram build() {
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
        function, graph, mesh, all, tilings.toArray(int[][][]::new), reshardings);
  }

  FunctionBuilder function() {
    return builder;
  }

  /** Returns the block that is being written. */
  BlockBuilder block() {
    return scope.block;
  }

  /**
   * Starts a block in a region.
   *
   * @param repeats whether it may run many times
   */
  void enter(boolean repeats) {
    scope = new Scope(scope.block.nested(), scope, repeats);
  }

  /** Ends the block that was started last, and returns it. */
  BlockBuilder leave() {
    Scope inner = scope;
    inner.open = false;
    scope = java.util.Objects.requireNonNull(inner.outer);
    return inner.block;
  }

  /** Says for each factor of an operation along which axes it is tiled. */
  void record(Operation operation, int[][] tiling) {
    pad(operation.id());
    tilings.set(operation.id(), tiling);
  }

  /** Makes room up to an operation; those of regions that are copied have no entries. */
  private void pad(int id) {
    while (tilings.size() <= id) {
      tilings.add(NO_TILING);
    }
  }

  /** Says how a value of the block that is being written is laid out. */
  void note(Value value, @Nullable Sharding sharding) {
    note(value, sharding, scope);
  }

  private void note(Value value, @Nullable Sharding sharding, Scope home) {
    while (shardings.size() <= value.id()) {
      shardings.add(null);
      homes.add(home);
    }
    shardings.set(value.id(), sharding == null ? null : shared(layouts, sharding));
    homes.set(value.id(), home);
  }

  private static <T> T shared(Map<T, T> all, T one) {
    T known = all.putIfAbsent(one, one);
    return known == null ? one : known;
  }

  Sharding shardingOf(Value value) {
    Sharding sharding = shardings.get(value.id());
    return sharding != null ? sharding : Sharding.replicated(value.tensor().rank());
  }

  /**
   * Returns the value in another layout, which it may have been brought to before.
   *
   * @param slot what of the Core program the value stands for
   * @param user the node that needs it so
   */
  Value reshard(Value value, Sharding target, int slot, int user) {
    Sharding from = shardingOf(value);
    if (from.equals(target)) {
      return value;
    }
    Value current = value;
    for (Planned next : plan(value.tensor(), from, target)) {
      Sharding result = next.step.result();
      boolean own =
          next.step.kind() == Reshard.ALL_GATHER && program.options().gathers() == Gathers.PER_USE;
      Made key = new Made(result, own ? user : -1);
      Map<Made, Value> known = resharded.computeIfAbsent(current.id(), id -> new HashMap<>());
      Value made = known.get(key);
      if (made == null || !homes.get(made.id()).open) {
        made = add(current, next, slot, user);
        known.put(key, made);
      }
      current = made;
    }
    return current;
  }

  private List<Planned> plan(TensorType type, Sharding from, Sharding target) {
    Way way = new Way(type, from, target);
    List<Planned> known = plans.get(way);
    if (known == null) {
      known = new ArrayList<>();
      Sharding current = from;
      for (Reshard.Step step : ReshardPlanner.plan(mesh, type, from, target)) {
        known.add(new Planned(step, attributes(current, step)));
        current = step.result();
      }
      plans.put(new Way(type, shared(layouts, from), shared(layouts, target)), known);
    }
    return known;
  }

  private Attributes attributes(Sharding from, Reshard.Step step) {
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
    if (from.isPending() && step.kind() != Reshard.ALL_SLICE) {
      attributes.put("reduce", from.monoid().op().opName());
    }
    return attributes.build();
  }

  private Value add(Value value, Planned next, int slot, int user) {
    Reshard.Step step = next.step;
    // Once before a loop rather than in every trip, where the value comes from outside.
    Scope home = homes.get(value.id());
    Scope at = scope;
    while (at != home && at.repeats && at.outer != null) {
      at = at.outer;
    }
    Operation operation =
        at.block.add(
            step.kind(),
            List.of(value),
            next.attributes,
            List.of(),
            List.of(value.type()),
            List.of(),
            Location.UNKNOWN);
    record(operation, NO_TILING);
    int producer = graph.producer(slot);
    reshardings.add(
        new SpmdProgram.Resharding(
            operation.id(), step, tactics(step, producer, user), producer, user));
    note(operation.result(), step.result(), at);
    return operation.result();
  }

  /** Returns the tactics that want a step. */
  private String tactics(Reshard.Step step, int producer, int user) {
    if (!step.kind().isCollective()) {
      return "";
    }
    List<String> tactics = new ArrayList<>();
    for (int axis : step.axes()) {
      for (int at : new int[] {producer, user}) {
        int loop = program.loopOver(at, axis);
        if (loop >= 0 && !tactics.contains(program.tactic(at, loop))) {
          tactics.add(program.tactic(at, loop));
        }
      }
    }
    return shared(texts, String.join("+", tactics));
  }
}
