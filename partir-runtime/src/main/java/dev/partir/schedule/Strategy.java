package dev.partir.schedule;

import dev.partir.schedule.ValueModel.Role;
import dev.partir.schedule.ValueModel.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The well-known strategies, as tactics of any model whose dimensions have the usual names. Single
 * values that cannot be sharded so are left alone; a dimension of which none can is {@code
 * indivisible}, and a strategy that finds nothing to speak of is an {@code empty-tactic}.
 */
public enum Strategy {
  /** Data parallelism: the examples of a batch. */
  BP("batch", "data", "dimensions named \"batch\"") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      return tile(model, List.of("batch"), axis);
    }
  },
  /** Model parallelism as in Megatron (arXiv 1909.08053): attention heads and hidden units. */
  MP("model", "tensor", "dimensions named \"heads\" and \"hidden\"") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      return tile(model, List.of("heads", "hidden"), axis);
    }
  },
  /** ZeRO stage 2 (arXiv 1910.02054): gradients and what the optimizer keeps. */
  Z2("batch", "data", "what the optimizer keeps (@StateOf)") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      List<Action> actions = first(model, Set.of(Use.STATE), axis);
      if (!actions.isEmpty()) {
        // Without this, propagation would take the weights along, which is stage 3.
        for (String weights : patterns(model, Set.of(Use.WEIGHT))) {
          actions.add(Action.replicate(weights, axis));
        }
      }
      return actions;
    }
  },
  /** ZeRO stage 3, fully sharded data parallelism: the weights too. */
  Z3("batch", "data", "records of weights and what the optimizer keeps of them") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      return first(model, Set.of(Use.WEIGHT, Use.STATE), axis);
    }
  },
  /** Sequence parallelism (arXiv 2205.05198): named values between the blocks. */
  SP("model", "tensor", "named values with a dimension \"seq\"") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      List<Action> actions = new ArrayList<>();
      for (ValueModel value : model.values()) {
        if (value.role() == Role.INTERMEDIATE && value.dimensionNames().contains("seq")) {
          actions.add(Action.tileWherePossible(value.name(), Dim.named("seq"), axis));
        }
      }
      return actions;
    }
  },
  /** Expert parallelism (arXiv 2006.16668): the experts of mixture layers. */
  EP("expert", "model", "dimensions named \"experts\"") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      return tile(model, List.of("experts"), axis);
    }
  },
  /** The width of the embedding and of the activations (PartIR, arXiv 2401.11202). */
  EMB("model", "tensor", "\"embed\" of weights that have \"vocab\" and of named values") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      List<Action> actions = new ArrayList<>();
      for (ValueModel value : model.values()) {
        List<@Nullable String> names = value.dimensionNames();
        if (names.contains("embed")
            && (names.contains("vocab") || value.role() == Role.INTERMEDIATE)) {
          actions.add(Action.tileWherePossible(value.name(), Dim.named("embed"), axis));
        }
      }
      return actions;
    }
  },
  /**
   * Multi-query attention by the sequences of a batch (Pope et al., arXiv 2211.05102, section 3.3):
   * what is remembered, and named values whose names end in {@code /batch}. Those that end in
   * {@code /heads} stay with the heads, and those that end in {@code /whole} whole, so that nothing
   * else follows. It therefore stands before MP.
   */
  MQ("model", "tensor", "caches and named values by \"batch\" or \"heads\", as the names end") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      List<Action> actions = new ArrayList<>();
      for (ValueModel value : model.values()) {
        String name = value.name();
        boolean named = value.role() == Role.INTERMEDIATE;
        boolean cache = value.role() == Role.PARAMETER && name.matches("(.*/)?caches?(/.*)?");
        if (cache || (named && name.endsWith("/batch"))) {
          actions.add(Action.tileWherePossible(name, Dim.named("batch"), axis));
        } else if (named && name.endsWith("/heads")) {
          actions.add(Action.tileWherePossible(name, Dim.named("heads"), axis));
        } else if (named && name.endsWith("/whole")) {
          actions.add(Action.replicate(name, axis));
        }
      }
      return actions;
    }
  },
  /** Edge sharding of graph networks (PartIR, arXiv 2401.11202). */
  ES("batch", "data", "dimensions named \"edges\"") {
    @Override
    List<Action> actions(ProgramModel model, String axis) {
      return tile(model, List.of("edges"), axis);
    }
  };

  private final String axis;
  private final String otherwise;
  private final String shards;

  Strategy(String axis, String otherwise, String shards) {
    this.axis = axis;
    this.otherwise = otherwise;
    this.shards = shards;
  }

  abstract List<Action> actions(ProgramModel model, String axis);

  /** Returns the strategy of a name, or null. */
  public static @Nullable Strategy find(String name) {
    for (Strategy strategy : values()) {
      if (strategy.name().equals(name)) {
        return strategy;
      }
    }
    return null;
  }

  /**
   * Returns the name of the axis that it shards along; {@link #otherwise} where a mesh has none.
   */
  public String axis() {
    return axis;
  }

  /** Returns the name of the axis that it shards along where a mesh has no {@link #axis}. */
  public String otherwise() {
    return otherwise;
  }

  /** Says in a few words what it shards. */
  public String shards() {
    return shards;
  }

  /**
   * Returns the strategy as a tactic of a model.
   *
   * @param axes the names of the mesh's axes, among which that of the strategy may be missing
   */
  public ManualTactic tactic(ProgramModel model, Collection<String> axes) {
    boolean other = !axes.contains(axis) && axes.contains(otherwise);
    return new ManualTactic(name(), actions(model, other ? otherwise : axis));
  }

  /** Tiles every dimension of one of the names, where a value of the model has one. */
  private static List<Action> tile(ProgramModel model, List<String> dimensions, String axis) {
    List<Action> actions = new ArrayList<>();
    for (String dimension : dimensions) {
      boolean found =
          model.parameters().stream().anyMatch(v -> v.dimensionNames().contains(dimension));
      if (found) {
        actions.add(Action.tileWherePossible("*", Dim.named(dimension), axis));
      }
    }
    return actions;
  }

  /** Tiles the first divisible dimension of every parameter of one of the uses. */
  private static List<Action> first(ProgramModel model, Set<Use> uses, String axis) {
    List<Action> actions = new ArrayList<>();
    for (String pattern : patterns(model, uses)) {
      actions.add(Action.tileWherePossible(pattern, Dim.firstDivisible(), axis));
    }
    return actions;
  }

  /** Returns patterns of the parameters of some uses: one for a tree all of whose leaves are. */
  private static Set<String> patterns(ProgramModel model, Set<Use> uses) {
    Set<String> mixed = new HashSet<>();
    for (ValueModel value : model.parameters()) {
      if (!uses.contains(value.use())) {
        mixed.add(root(value));
      }
    }
    Set<String> patterns = new LinkedHashSet<>();
    for (ValueModel value : model.parameters()) {
      if (uses.contains(value.use())) {
        patterns.add(mixed.contains(root(value)) ? value.name() : root(value));
      }
    }
    return patterns;
  }

  /** Returns {@code params/*} for a leaf of a tree, the name for any other parameter. */
  private static String root(ValueModel value) {
    int slash = value.name().indexOf('/');
    return slash < 0 ? value.name() : value.name().substring(0, slash) + "/*";
  }
}
