package dev.partir.processor;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import dev.partir.processor.DeclaredModel.DeclaredTactic;
import dev.partir.schedule.Action;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Site;
import dev.partir.schedule.Strategy;
import dev.partir.schedule.Tactic;
import dev.partir.schedule.ValueSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the actions that annotations add to the tactics of one schedule. */
final class TacticReader {
  private final Reporter reporter;
  private final String name;
  private final Set<String> elsewhere;
  private final List<Entry> entries = new ArrayList<>();
  private boolean misnamed;

  /**
   * A value that actions are about.
   *
   * @param selector what a schedule calls it
   * @param subject what messages call it
   * @param hasShape whether its shape is known
   */
  record Target(String selector, String subject, boolean hasShape) {}

  /** A tactic of the list, with the actions read so far. */
  private static final class Entry {
    final AnnotationView.Text source;
    final boolean automatic;
    final List<Action> actions = new ArrayList<>();
    final List<Map<Site.Part, Place>> places = new ArrayList<>();
    // What is about many values yields to what is about one.
    final List<Action> late = new ArrayList<>();
    final List<Map<Site.Part, Place>> latePlaces = new ArrayList<>();
    boolean broken;

    Entry(AnnotationView.Text source) {
      this.source = source;
      this.automatic = AutomaticTactic.isAutomatic(source.text());
    }
  }

  /**
   * Begins with the tactics of a schedule.
   *
   * @param source the annotation that lists them
   * @param elsewhere the tactics of all schedules of the model
   */
  TacticReader(
      Reporter reporter, AnnotationView source, Collection<String> elsewhere, String name) {
    this.reporter = reporter;
    this.name = name;
    this.elsewhere = Set.copyOf(elsewhere);
    for (AnnotationView.Text text : source.texts("tactics")) {
      entries.add(new Entry(text));
    }
  }

  void readShard(AnnotationView shard, Target target) {
    Dim dim = dimension(shard, target);
    Action action =
        new Action.Tile(
            new ValueSelector(target.selector()),
            target.hasShape() ? dim : Dim.unknown(),
            shard.string("axis"),
            false);
    add(shard, target, action, dimPlace(shard), false);
  }

  /** Reads a sharding of many values, of which only those are meant that can be sharded so. */
  void readShardOfMany(AnnotationView shard, Target target) {
    Action action =
        Action.tileWherePossible(target.selector(), dimension(shard, target), shard.string("axis"));
    add(shard, target, action, dimPlace(shard), true);
  }

  private static Place dimPlace(AnnotationView shard) {
    return shard.place(
        shard.has("dim") ? "dim" : shard.has("dimIndex") ? "dimIndex" : "firstDivisible");
  }

  void readReplicate(AnnotationView replicate, Target target) {
    Action action =
        new Action.Replicate(new ValueSelector(target.selector()), replicate.string("axis"));
    add(replicate, target, action, replicate.place(), false);
  }

  /** Reads a tactic that shards dimensions by name. */
  void readTactic(AnnotationView tactic) {
    for (AnnotationView.Text dim : tactic.texts("dims")) {
      Action action = Action.tileWherePossible("*", Dim.named(dim.text()), tactic.string("axis"));
      add("name", tactic, new Target("*", name, true), action, dim.place(), true);
    }
  }

  /** Returns the dimension that a sharding names; unknown after reporting that it names not one. */
  private Dim dimension(AnnotationView shard, Target target) {
    List<Dim> named = new ArrayList<>();
    if (shard.has("dim")) {
      named.add(Dim.named(shard.string("dim")));
    }
    if (shard.has("dimIndex")) {
      named.add(Dim.index(shard.integer("dimIndex")));
    }
    if (shard.flag("firstDivisible")) {
      named.add(Dim.firstDivisible());
    }
    if (named.size() == 1) {
      return named.get(0);
    }
    reporter.error(
        shard.place(),
        ErrorCode.UNKNOWN_DIMENSION,
        target.subject() + ", tactic \"" + shard.string("tactic") + "\"",
        "@Shard says " + (named.isEmpty() ? "no dimension" : named.size() + " dimensions"),
        "Say exactly one of dim = \"NAME\", dimIndex = INDEX and firstDivisible = true");
    return Dim.unknown();
  }

  private void add(
      AnnotationView annotation, Target target, Action action, Place dim, boolean many) {
    add("tactic", annotation, target, action, dim, many);
  }

  /** Adds an action to the tactic that {@code member} names. */
  private void add(
      String member,
      AnnotationView annotation,
      Target target,
      Action action,
      Place dim,
      boolean many) {
    String tactic = annotation.string(member);
    Entry entry = null;
    for (Entry candidate : entries) {
      if (candidate.source.text().equals(tactic)) {
        entry = candidate;
        break;
      }
    }
    if (entry == null) {
      if (!elsewhere.contains(tactic)) {
        misnamed = true;
        reporter.error(
            annotation.place(member),
            ErrorCode.UNKNOWN_TACTIC,
            target.subject(),
            "@Partitioned has no tactic \"" + tactic + "\"",
            NearestNames.remedy(tactic, manualNames(), "tactics"));
      }
      return;
    }
    if (entry.automatic) {
      reporter.error(
          annotation.place(member),
          ErrorCode.INVALID_TACTIC,
          target.subject(),
          "tactic \"" + tactic + "\" is automatic, and finds its shardings itself",
          "Give this one a tactic with a name of its own, before or after it");
      return;
    }
    boolean nothing = action instanceof Action.Tile tile && tile.dim() instanceof Dim.Unknown;
    entry.broken |= nothing || !target.hasShape();
    Map<Site.Part, Place> places = new EnumMap<>(Site.Part.class);
    places.put(Site.Part.WHOLE, annotation.place());
    places.put(Site.Part.TARGET, annotation.place());
    places.put(Site.Part.DIM, dim);
    places.put(Site.Part.AXIS, annotation.place("axis"));
    (many ? entry.late : entry.actions).add(action);
    (many ? entry.latePlaces : entry.places).add(places);
  }

  private List<String> manualNames() {
    List<String> names = new ArrayList<>();
    for (Entry entry : entries) {
      if (!entry.automatic) {
        names.add(entry.source.text());
      }
    }
    return names;
  }

  /**
   * Returns the tactics.
   *
   * @param program the declared values
   * @param axes the names of the mesh's axes
   * @param complete whether all values could be read; otherwise any tactic may lack actions
   */
  List<DeclaredTactic> tactics(ProgramModel program, List<String> axes, boolean complete) {
    List<DeclaredTactic> tactics = new ArrayList<>();
    for (Entry entry : entries) {
      boolean broken = entry.broken || misnamed || !complete;
      entry.actions.addAll(entry.late);
      entry.places.addAll(entry.latePlaces);
      Strategy strategy = Strategy.find(entry.source.text());
      if (strategy != null && entry.actions.isEmpty() && !broken) {
        addStrategy(entry, strategy.tactic(program, axes));
      }
      tactics.add(new DeclaredTactic(tactic(entry), entry.source.place(), entry.places, broken));
    }
    return tactics;
  }

  private static void addStrategy(Entry entry, ManualTactic tactic) {
    for (Action action : tactic.actions()) {
      Map<Site.Part, Place> places = new EnumMap<>(Site.Part.class);
      for (Site.Part part : Site.Part.values()) {
        places.put(part, entry.source.place());
      }
      entry.actions.add(action);
      entry.places.add(places);
    }
  }

  private Tactic tactic(Entry entry) {
    String text = entry.source.text();
    if (entry.automatic) {
      try {
        return AutomaticTactic.parse(text);
      } catch (PartirException e) {
        var found = e.diagnostics().get(0);
        String problem = "tactic \"" + text + "\": " + found.problem();
        reporter.error(entry.source.place(), found.code(), name, problem, found.remedy());
        return new ManualTactic(text, List.of(), true);
      }
    }
    return new ManualTactic(text, entry.actions);
  }
}
