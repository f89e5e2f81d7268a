package dev.partir.schedule;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.mesh.Mesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One pass over a schedule: resolves its names, and drafts a finding for whatever is wrong. */
final class ScheduleChecker {
  private final ProgramModel model;
  private final ValueIndex index;
  private final Schedule schedule;
  private final Mesh mesh;
  private final Uneven uneven;
  private final List<Draft> drafts = new ArrayList<>();
  private final List<ResolvedTactic> resolved = new ArrayList<>();
  private final Map<Integer, ValueState> states = new HashMap<>();

  ScheduleChecker(ProgramModel model, ValueIndex index, Schedule schedule, Uneven uneven) {
    this.model = model;
    this.index = index;
    this.schedule = schedule;
    this.mesh = schedule.mesh();
    this.uneven = uneven;
  }

  List<Draft> drafts() {
    return drafts;
  }

  List<ResolvedTactic> resolved() {
    return resolved;
  }

  void check() {
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < schedule.tactics().size(); i++) {
      Tactic tactic = schedule.tactics().get(i);
      Integer earlier = first.putIfAbsent(tactic.name(), i);
      int before = drafts.size();
      if (tactic.name().isBlank()) {
        draft(
            new Site.OfTactic(i),
            ErrorCode.INVALID_TACTIC,
            model.name(),
            "tactic " + i + " has no name",
            remedies -> "Name every tactic, for example \"BP\"");
      } else if (earlier != null) {
        draft(
            new Site.OfTactic(i),
            ErrorCode.INVALID_TACTIC,
            model.name(),
            "tactics " + earlier + " and " + i + " are both named \"" + tactic.name() + "\"",
            remedies -> "Give every tactic its own name");
      }
      if (tactic instanceof ManualTactic manual) {
        checkManual(i, manual, before);
      } else if (tactic instanceof AutomaticTactic automatic) {
        checkAutomatic(i, automatic);
        resolved.add(new ResolvedTactic(automatic, List.of()));
      }
    }
  }

  private void checkAutomatic(int position, AutomaticTactic tactic) {
    String subject = subject(tactic);
    var site = new Site.OfTactic(position);
    if (tactic.axes().isEmpty() || tactic.budget() < 1) {
      draft(
          site,
          ErrorCode.INVALID_TACTIC,
          subject,
          tactic.axes().isEmpty() ? "it names no axis" : "its budget is " + tactic.budget(),
          remedies -> "Name the axes to shard along, and a budget of at least 1 evaluation");
    }
    for (String axis : tactic.axes()) {
      if (mesh.indexOf(axis) < 0) {
        draftUnknownAxis(site, subject, axis);
      }
    }
  }

  /** Checks a tactic; that it is empty is news only if it has no finding since {@code before}. */
  private void checkManual(int position, ManualTactic tactic, int before) {
    List<ResolvedAction> actions = new ArrayList<>();
    for (int i = 0; i < tactic.actions().size(); i++) {
      new ActionChecker(this, position, i, tactic, tactic.actions().get(i), actions).check();
    }
    if (actions.isEmpty() && !tactic.optional() && drafts.size() == before) {
      draft(
          new Site.OfTactic(position),
          ErrorCode.EMPTY_TACTIC,
          subject(tactic),
          "it shards nothing" + (isUnknown(tactic) ? ", and no strategy has its name" : ""),
          remedies -> emptyRemedy(tactic));
    }
    resolved.add(new ResolvedTactic(tactic, actions));
  }

  /** Returns whether nothing is said of a tactic, and its name says nothing by itself. */
  private static boolean isUnknown(ManualTactic tactic) {
    return tactic.actions().isEmpty() && Strategy.find(tactic.name()) == null;
  }

  private static String emptyRemedy(ManualTactic tactic) {
    String nearest = NearestNames.nearest(tactic.name(), strategies());
    return isUnknown(tactic) && nearest != null
        ? "The nearest is \"" + nearest + "\""
        : "Let it shard or replicate a value, or leave it out of the schedule";
  }

  private static List<String> strategies() {
    return Arrays.stream(Strategy.values()).map(Strategy::name).toList();
  }

  String subject(Tactic tactic) {
    return model.name() + ", tactic \"" + tactic.name() + "\"";
  }

  void draftUnknownAxis(Site site, String subject, String axis) {
    List<String> names = mesh.axes().stream().map(a -> a.name()).toList();
    draft(
        site,
        ErrorCode.UNKNOWN_AXIS,
        subject,
        "the mesh has no axis \"" + axis + "\" (mesh " + mesh + ")",
        remedies -> NearestNames.remedy(axis, names, "axes"));
  }

  void draft(
      Site site,
      ErrorCode code,
      String subject,
      String problem,
      Function<Remedies, String> remedy) {
    drafts.add(new Draft(code, subject, problem, remedy, site));
  }

  ProgramModel model() {
    return model;
  }

  ValueIndex index() {
    return index;
  }

  Uneven uneven() {
    return uneven;
  }

  Mesh mesh() {
    return mesh;
  }

  ValueState state(int value) {
    return states.computeIfAbsent(
        value, v -> new ValueState(model.values().get(v), mesh.axisCount()));
  }
}
