package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.mesh.Mesh;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what of a schedule makes sense and is probably not meant. */
public final class ScheduleWarnings {
  private ScheduleWarnings() {}

  /**
   * Returns a finding for every axis of more than one device that no tactic uses ({@link
   * ErrorCode#UNUSED_AXIS}), and for every dimension that one tactic shards along different axes on
   * different values ({@link ErrorCode#MISMATCHED_AXES}): where the two are contracted with each
   * other, one of them is gathered.
   *
   * @param tactics the tactics of a {@link Verification} of {@code model} on {@code mesh}
   */
  public static List<Finding> of(ProgramModel model, Mesh mesh, List<ResolvedTactic> tactics) {
    List<Finding> findings = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (int i = 0; i < tactics.size(); i++) {
      ResolvedTactic tactic = tactics.get(i);
      if (tactic.tactic() instanceof AutomaticTactic automatic) {
        used.addAll(automatic.axes());
      }
      tactic.actions().forEach(action -> used.add(action.action().axis()));
      addMismatches(model, tactic, i, findings);
    }
    for (int axis = 0; axis < mesh.axisCount(); axis++) {
      if (mesh.size(axis) > 1 && !used.contains(mesh.name(axis))) {
        findings.add(
            new Finding(
                Diagnostic.of(
                    ErrorCode.UNUSED_AXIS,
                    model.name(),
                    "no tactic uses axis \""
                        + mesh.name(axis)
                        + "\", so that its "
                        + mesh.size(axis)
                        + " devices do the same (mesh "
                        + mesh
                        + ")",
                    "Let a tactic shard along it, or leave it out of the mesh"),
                new Site.OfAxis(axis, Site.Part.AXIS)));
      }
    }
    return findings;
  }

  private static void addMismatches(
      ProgramModel model, ResolvedTactic tactic, int position, List<Finding> findings) {
    Map<String, ResolvedAction> first = new HashMap<>();
    Set<String> told = new HashSet<>();
    IdentityHashMap<Action, Integer> positions = new IdentityHashMap<>();
    if (tactic.tactic() instanceof ManualTactic manual) {
      for (int i = 0; i < manual.actions().size(); i++) {
        positions.put(manual.actions().get(i), i);
      }
    }
    for (ResolvedAction action : tactic.actions()) {
      ValueModel value = model.values().get(action.value());
      String dimension =
          action.kind() == ResolvedAction.Kind.TILE
              ? value.dimensionNames().get(action.dim())
              : null;
      ResolvedAction earlier = dimension == null ? null : first.putIfAbsent(dimension, action);
      if (dimension == null
          || earlier == null
          || earlier.axis() == action.axis()
          || earlier.value() == action.value()
          || !told.add(dimension)) {
        continue;
      }
      String axis = "\"" + action.action().axis() + "\"";
      String other = "\"" + earlier.action().axis() + "\"";
      findings.add(
          new Finding(
              Diagnostic.of(
                  ErrorCode.MISMATCHED_AXES,
                  model.name()
                      + ", "
                      + value.describe()
                      + ", tactic \""
                      + tactic.tactic().name()
                      + "\"",
                  "dimension \""
                      + dimension
                      + "\" is sharded along "
                      + axis
                      + ", but along "
                      + other
                      + " in "
                      + model.values().get(earlier.value()).describe(),
                  "Where the two are contracted one is gathered: use one axis, or two tactics if it"
                      + " is meant"),
              new Site.OfAction(
                  position, positions.getOrDefault(action.action(), 0), Site.Part.AXIS)));
    }
  }
}
