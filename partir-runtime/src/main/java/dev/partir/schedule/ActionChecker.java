package dev.partir.schedule;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Checks one action on all values that it is about. */
final class ActionChecker {
  private final ScheduleChecker schedule;
  private final int tacticPosition;
  private final int position;
  private final ManualTactic tactic;
  private final Action action;
  private final List<ResolvedAction> out;
  private final Set<ErrorCode> reported = EnumSet.noneOf(ErrorCode.class);

  ActionChecker(
      ScheduleChecker schedule,
      int tacticPosition,
      int position,
      ManualTactic tactic,
      Action action,
      List<ResolvedAction> out) {
    this.schedule = schedule;
    this.tacticPosition = tacticPosition;
    this.position = position;
    this.tactic = tactic;
    this.action = action;
    this.out = out;
  }

  void check() {
    List<Integer> values = schedule.index().select(action.target());
    int axis = schedule.mesh().indexOf(action.axis());
    if (axis < 0) {
      String subject = values.size() == 1 ? subject(values.get(0)) : schedule.subject(tactic);
      schedule.draftUnknownAxis(site(Site.Part.AXIS), subject, action.axis());
    }
    if (values.isEmpty() && !tactic.optional()) {
      draftUnknownValue();
    }
    if (action instanceof Action.Tile tile && tile.wherePossible()) {
      checkTilesWherePossible(tile, values, axis);
      return;
    }
    for (int value : values) {
      if (action instanceof Action.Tile tile) {
        checkTile(tile, value, axis);
      } else if (axis >= 0) {
        checkReplicate(value, axis);
      }
    }
  }

  private void checkTile(Action.Tile tile, int value, int axis) {
    ValueModel about = schedule.model().values().get(value);
    int dim = -1;
    if (tile.dim() instanceof Dim.Unknown) {
      return;
    } else if (tile.dim() instanceof Dim.Index chosen) {
      dim = chosen.index();
      if (dim < 0 || dim >= about.type().rank()) {
        report(value, ErrorCode.UNKNOWN_DIMENSION, Site.Part.DIM, noDimension(about, "" + dim));
        return;
      }
    } else if (tile.dim() instanceof Dim.Named chosen) {
      dim = about.dimensionNames().indexOf(chosen.name());
      if (dim < 0) {
        reportUnknownName(value, chosen.name());
        return;
      }
      int last = about.dimensionNames().lastIndexOf(chosen.name());
      if (last != dim) {
        report(
            value,
            ErrorCode.UNKNOWN_DIMENSION,
            Site.Part.DIM,
            "dimensions " + dim + " and " + last + " are both named \"" + chosen.name() + "\"",
            remedies -> "Say which by index");
        return;
      }
    }
    if (axis >= 0
        && claim(value, axis, new ValueState.Claim(tacticPosition, tactic.name(), false, dim))) {
      checkDivides(value, dim, axis);
    }
  }

  /**
   * Tiles those of the values that can be, and drafts a finding where that is none: for what is
   * said of many is not said of each, but of some.
   */
  private void checkTilesWherePossible(Action.Tile tile, List<Integer> values, int axis) {
    if (tile.dim() instanceof Dim.Unknown || axis < 0 || values.isEmpty()) {
      return;
    }
    int having = -1;
    boolean laidOut = false;
    for (int value : values) {
      int dim = dimension(tile.dim(), schedule.model().values().get(value));
      boolean has = dim >= 0 || tile.dim() instanceof Dim.FirstDivisible;
      having = has && having < 0 ? value : having;
      if (has) {
        laidOut |= schedule.state(value).claim(axis) != null || tileIfPossible(value, dim, axis);
      }
    }
    if (having < 0) {
      draftUnknownDimension(tile, values);
    } else if (!laidOut && !tactic.optional()) {
      draftNoneDivisible(tile, having, axis);
    }
  }

  /** Returns the index of a dimension of a value; -1 where it has none such, or none is named. */
  private static int dimension(Dim dim, ValueModel value) {
    if (dim instanceof Dim.Named named) {
      return value.dimensionNames().indexOf(named.name());
    }
    return dim instanceof Dim.Index index && index.index() < value.type().rank()
        ? index.index()
        : -1;
  }

  /** Tiles a dimension, or the first divisible where it is -1; returns whether that can be. */
  private boolean tileIfPossible(int value, int dim, int axis) {
    ValueState state = schedule.state(value);
    int size = schedule.mesh().size(axis);
    boolean possible = dim < 0 ? state.anyDivisible(size) : state.cut(dim, size, schedule.uneven());
    if (possible) {
      state.claim(axis, new ValueState.Claim(tacticPosition, tactic.name(), false, dim));
      out.add(
          new ResolvedAction(
              action,
              value,
              dim < 0 ? ResolvedAction.Kind.TILE_FIRST_DIVISIBLE : ResolvedAction.Kind.TILE,
              dim,
              axis));
    }
    return possible;
  }

  private void draftUnknownDimension(Action.Tile tile, List<Integer> values) {
    Set<String> names = new LinkedHashSet<>();
    for (int value : values) {
      names.addAll(schedule.model().values().get(value).dimensionNames());
    }
    names.remove(null);
    boolean named = tile.dim() instanceof Dim.Named;
    schedule.draft(
        site(Site.Part.DIM),
        ErrorCode.UNKNOWN_DIMENSION,
        schedule.subject(tactic),
        "no value that \""
            + tile.target()
            + "\" matches has a dimension "
            + (named ? "\"" + tile.dim() + "\"" : tile.dim()),
        remedies ->
            named && !names.isEmpty()
                ? NearestNames.remedy(tile.dim().toString(), names, "names")
                : "Name values that have it");
  }

  private void draftNoneDivisible(Action.Tile tile, int value, int axis) {
    ValueModel about = schedule.model().values().get(value);
    int dim = dimension(tile.dim(), about);
    schedule.draft(
        site(Site.Part.DIM),
        ErrorCode.INDIVISIBLE,
        schedule.subject(tactic),
        "no value that \""
            + tile.target()
            + "\" matches "
            + (dim < 0 ? "has a dimension" : "has a " + about.describeDimension(dim))
            + " that is divisible by "
            + describeAxis(axis)
            + ", such as "
            + about.describe()
            + " ("
            + schedule.state(value).local()
            + ")",
        remedies -> "Give the axis a size that divides it, or leave the tactic out");
  }

  private void checkReplicate(int value, int axis) {
    ValueState.Claim earlier = schedule.state(value).claim(axis);
    if (earlier != null && earlier.replicate()) {
      return;
    }
    if (claim(value, axis, new ValueState.Claim(tacticPosition, tactic.name(), true, -1))) {
      out.add(new ResolvedAction(action, value, ResolvedAction.Kind.REPLICATE, -1, axis));
    }
  }

  /** Takes the axis of the value, unless an earlier action has it. */
  private boolean claim(int value, int axis, ValueState.Claim claim) {
    ValueState.Claim earlier = schedule.state(value).claim(axis);
    if (earlier == null) {
      schedule.state(value).claim(axis, claim);
      return true;
    }
    String named = "axis \"" + schedule.mesh().name(axis) + "\"";
    if (earlier.replicate() != claim.replicate()) {
      String problem =
          earlier.position() == tacticPosition
              ? "it is both sharded and replicated along " + named
              : "tactic \""
                  + earlier.tactic()
                  + "\" already "
                  + (earlier.replicate() ? "replicates" : "shards")
                  + " it along "
                  + named;
      report(
          value,
          ErrorCode.SHARD_AND_REPLICATE,
          Site.Part.AXIS,
          problem,
          remedies -> "Keep one of the two, or give them different axes");
      return false;
    }
    String dimension =
        earlier.dim() < 0
            ? "its first divisible dimension"
            : schedule.model().values().get(value).describeDimension(earlier.dim());
    String by =
        earlier.position() == tacticPosition ? "" : " (tactic \"" + earlier.tactic() + "\")";
    report(
        value,
        ErrorCode.AXIS_REUSED,
        Site.Part.AXIS,
        named + " already shards " + dimension + by,
        remedies -> remedies.forReusedAxis(tacticPosition, position));
    return false;
  }

  private void checkDivides(int value, int dim, int axis) {
    ValueModel about = schedule.model().values().get(value);
    ValueState state = schedule.state(value);
    int size = schedule.mesh().size(axis);
    if (dim < 0 && state.anyDivisible(size)) {
      out.add(
          new ResolvedAction(action, value, ResolvedAction.Kind.TILE_FIRST_DIVISIBLE, -1, axis));
    } else if (dim < 0) {
      report(
          value,
          ErrorCode.INDIVISIBLE,
          Site.Part.DIM,
          (about.type().rank() == 0
                  ? "it is a scalar, with no dimension to divide by "
                  : "none of its dimensions (" + state.local() + ") is divisible by ")
              + describeAxis(axis),
          remedies -> remedies.forIndivisible(tacticPosition, position, value, -1, 1));
    } else if (about.type().dim(dim) == TensorType.DYNAMIC) {
      report(
          value,
          ErrorCode.INDIVISIBLE,
          Site.Part.DIM,
          about.describeDimension(dim) + " has no fixed size",
          remedies -> "Give the program a fixed size there");
    } else if (state.cut(dim, size, schedule.uneven())) {
      out.add(new ResolvedAction(action, value, ResolvedAction.Kind.TILE, dim, axis));
    } else {
      long whole = about.type().dim(dim);
      long blocks = state.blocks(dim);
      String left = blocks == 1 ? "" : ", of which a device has " + whole / blocks;
      report(
          value,
          ErrorCode.INDIVISIBLE,
          Site.Part.DIM,
          about.describeDimension(dim)
              + " has size "
              + whole
              + left
              + ", not divisible by "
              + describeAxis(axis),
          remedies -> remedies.forIndivisible(tacticPosition, position, value, dim, blocks));
    }
  }

  private String describeAxis(int axis) {
    return "mesh axis \""
        + schedule.mesh().name(axis)
        + "\" of size "
        + schedule.mesh().size(axis)
        + " (mesh "
        + schedule.mesh()
        + ")";
  }

  private String noDimension(ValueModel about, String dimension) {
    return "it has no dimension "
        + dimension
        + (about.type().rank() == 0 ? "; it is a scalar" : "; its dimensions are " + about.shape());
  }

  private void reportUnknownName(int value, String name) {
    ValueModel about = schedule.model().values().get(value);
    List<String> names = new ArrayList<>();
    for (String candidate : about.dimensionNames()) {
      if (candidate != null) {
        names.add(candidate);
      }
    }
    report(
        value,
        ErrorCode.UNKNOWN_DIMENSION,
        Site.Part.DIM,
        noDimension(about, "\"" + name + "\""),
        remedies -> {
          if (names.isEmpty()) {
            return about.type().rank() == 0
                ? "Leave it to propagation"
                : "Its dimensions have no names; say an index";
          }
          return NearestNames.remedy(name, names, "names");
        });
  }

  private void draftUnknownValue() {
    ValueSelector target = action.target();
    String kind = target.isType() ? "types" : "values";
    schedule.draft(
        site(Site.Part.TARGET),
        ErrorCode.UNKNOWN_VALUE,
        schedule.subject(tactic),
        "\"" + target + "\" matches no " + (target.isType() ? "parameter" : "value"),
        remedies ->
            NearestNames.remedy(
                target.text(),
                target.isType() ? schedule.index().types() : schedule.index().names(),
                kind));
  }

  private void report(int value, ErrorCode code, Site.Part part, String problem) {
    report(value, code, part, problem, remedies -> dimensionsRemedy(value));
  }

  private String dimensionsRemedy(int value) {
    int rank = schedule.model().values().get(value).type().rank();
    return rank == 0
        ? "Leave it to propagation"
        : rank == 1 ? "Its only index is 0" : "Indexes go from 0 to " + (rank - 1);
  }

  /** Drafts a finding, the first of its code only: a pattern that fails for many fails once. */
  private void report(
      int value,
      ErrorCode code,
      Site.Part part,
      String problem,
      Function<Remedies, String> remedy) {
    if (reported.add(code)) {
      schedule.draft(site(part), code, subject(value), problem, remedy);
    }
  }

  private String subject(int value) {
    return schedule.model().name()
        + ", "
        + schedule.model().values().get(value).describe()
        + ", tactic \""
        + tactic.name()
        + "\"";
  }

  private Site site(Site.Part part) {
    return new Site.OfAction(tacticPosition, position, part);
  }
}
