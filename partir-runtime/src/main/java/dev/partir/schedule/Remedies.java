package dev.partir.schedule;

import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what would be right. Every suggestion is tried: it is made only if the schedule, so
 * changed, has fewer findings than it has now.
 */
final class Remedies {
  private static final int MOST = 3;

  private final ProgramModel model;
  private final ValueIndex index;
  private final Schedule schedule;
  private final Uneven uneven;
  private final int findings;

  Remedies(ProgramModel model, ValueIndex index, Schedule schedule, Uneven uneven, int findings) {
    this.model = model;
    this.index = index;
    this.schedule = schedule;
    this.uneven = uneven;
    this.findings = findings;
  }

  /** Returns what else to do with an action whose axis the value already uses. */
  String forReusedAxis(int tactic, int action) {
    String axes = otherAxes((Action.Tile) action(tactic, action), tactic, action);
    return axes.isEmpty() ? "Remove one of the two" : "Remove one of the two, or use " + axes;
  }

  /**
   * Returns what else to do with a tiling that does not divide.
   *
   * @param dim the dimension, or -1 where no dimension divides
   * @param blocks how many blocks earlier tilings cut the dimension into
   */
  String forIndivisible(int tactic, int action, int value, int dim, long blocks) {
    List<String> suggestions = new ArrayList<>();
    var tile = (Action.Tile) action(tactic, action);
    long size = dim < 0 ? 0 : model.values().get(value).type().dim(dim);
    if (dim >= 0) {
      String sizes = axisSizes(tile.axis(), size / blocks);
      if (!sizes.isEmpty()) {
        suggestions.add(
            "give axis \"" + tile.axis() + "\" a size that divides it, such as " + sizes);
      }
      String dims = otherDimensions(tile, tactic, action, value, dim);
      if (!dims.isEmpty()) {
        suggestions.add("shard " + dims + " instead");
      }
    }
    String axes = otherAxes(tile, tactic, action);
    if (!axes.isEmpty()) {
      suggestions.add("use " + axes);
    }
    if (dim >= 0 && suggestions.size() < MOST) {
      long unit = blocks * schedule.mesh().size(schedule.mesh().indexOf(tile.axis()));
      long padded = (size / unit + 1) * unit;
      if (padHelps(value, dim, padded)) {
        suggestions.add("pad it to " + padded);
      }
    }
    if (suggestions.isEmpty()) {
      return "Leave it to propagation, or replicate it";
    }
    String text = String.join("; or ", suggestions);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** Returns up to two sizes of the axis that would do, the nearest below and above. */
  private String axisSizes(String axis, long size) {
    int position = schedule.mesh().indexOf(axis);
    long now = schedule.mesh().size(position);
    List<String> sizes = new ArrayList<>();
    for (long below = now - 1; below > 1; below--) {
      if (size % below == 0 && helps(withAxisSize(position, below))) {
        sizes.add(Long.toString(below));
        break;
      }
    }
    // Far larger meshes are no help to anyone.
    for (long above = now + 1; above <= Math.min(size, 4 * now); above++) {
      if (size % above == 0 && helps(withAxisSize(position, above))) {
        sizes.add(Long.toString(above));
        break;
      }
    }
    return String.join(" or ", sizes);
  }

  private String otherDimensions(Action.Tile tile, int tactic, int action, int value, int dim) {
    ValueModel about = model.values().get(value);
    for (int other = 0; other < about.type().rank(); other++) {
      var instead = new Action.Tile(tile.target(), Dim.index(other), tile.axis(), false);
      if (other != dim && helps(withAction(tactic, action, instead))) {
        return about.describeDimension(other) + " (size " + about.type().dim(other) + ")";
      }
    }
    return "";
  }

  private String otherAxes(Action.Tile tile, int tactic, int action) {
    for (MeshAxis axis : schedule.mesh().axes()) {
      var instead = new Action.Tile(tile.target(), tile.dim(), axis.name(), false);
      if (axis.size() > 1
          && !axis.name().equals(tile.axis())
          && helps(withAction(tactic, action, instead))) {
        return "axis \"" + axis.name() + "\" of size " + axis.size();
      }
    }
    return "";
  }

  private boolean padHelps(int value, int dim, long size) {
    List<ValueModel> values = new ArrayList<>(model.values());
    TensorType type = values.get(value).type();
    long[] dims = type.dims();
    dims[dim] = size;
    values.set(value, values.get(value).withType(type.withDims(dims)));
    return fewer(new ProgramModel(model.name(), values), schedule);
  }

  private boolean helps(Schedule changed) {
    return fewer(model, changed);
  }

  private boolean fewer(ProgramModel changedModel, Schedule changed) {
    var trial = new ScheduleChecker(changedModel, index, changed, uneven);
    trial.check();
    return trial.drafts().size() < findings;
  }

  private Action action(int tactic, int action) {
    return ((ManualTactic) schedule.tactics().get(tactic)).actions().get(action);
  }

  private Schedule withAction(int tactic, int action, Action instead) {
    List<Tactic> tactics = new ArrayList<>(schedule.tactics());
    var manual = (ManualTactic) tactics.get(tactic);
    List<Action> actions = new ArrayList<>(manual.actions());
    actions.set(action, instead);
    tactics.set(tactic, new ManualTactic(manual.name(), actions, manual.optional()));
    return schedule.withTactics(tactics);
  }

  private Schedule withAxisSize(int axis, long size) {
    List<MeshAxis> axes = new ArrayList<>(schedule.mesh().axes());
    axes.set(axis, new MeshAxis(axes.get(axis).name(), (int) size));
    long devices = 1;
    for (MeshAxis each : axes) {
      devices *= each.size();
      if (devices > Mesh.MAX_DEVICES) {
        return schedule;
      }
    }
    return schedule.withMesh(Mesh.of(axes));
  }
}
