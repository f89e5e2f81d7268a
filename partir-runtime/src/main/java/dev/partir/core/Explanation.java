package dev.partir.core;

import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import dev.partir.op.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Says of a value how it is laid out and why: for every axis on every dimension the tactic that
 * brought it, the value that it came from and the operations that it came over; what stopped other
 * axes; and what its uses need of it.
 */
public final class Explanation {
  /** The most operations of a path that are listed. */
  private static final int MOST_STEPS = 12;

  private final CoreProgram program;
  private final CoreGraph graph;
  private final Mesh mesh;
  private final List<String> lines = new ArrayList<>();

  private Explanation(CoreProgram program) {
    this.program = program;
    graph = program.graph();
    mesh = program.mesh();
  }

  /**
   * Returns lines about a value, the first about its layout, the others indented below it.
   *
   * @param slot the slot that its uses read: {@link CoreGraph#slot}
   * @param name what to call it
   */
  public static List<String> of(CoreProgram program, int slot, String name) {
    Explanation explanation = new Explanation(program);
    explanation.explain(slot, name);
    return List.copyOf(explanation.lines);
  }

  private void explain(int slot, String name) {
    TensorType type = graph.type(slot);
    int node = graph.producer(slot);
    if (type == null) {
      lines.add(name + ": not a tensor, on every device");
      return;
    }
    Sharding sharding = program.sharding(slot);
    lines.add(
        name
            + ": "
            + type
            + " as "
            + sharding.text(mesh)
            + ", a device has "
            + sharding.localType(type, mesh)
            + " ("
            + graph.describe(node)
            + ")");
    for (int d = 0; d < type.rank(); d++) {
      if (sharding.dim(d).length == 0) {
        lines.add("  dimension " + d + ": whole");
      }
      for (int axis : sharding.dim(d)) {
        lines.add("  dimension " + d + " along \"" + mesh.name(axis) + "\": " + why(node, axis));
      }
    }
    for (int axis : sharding.pending()) {
      lines.add(
          "  partial "
              + sharding.monoid().name().toLowerCase(java.util.Locale.ROOT)
              + " along \""
              + mesh.name(axis)
              + "\", to be combined: "
              + why(node, axis));
    }
    for (int i = 0; i < program.depth(node); i++) {
      if (program.factor(node, i) == CoreProgram.ATOMIC) {
        lines.add(
            "  kept whole along \""
                + mesh.name(program.axis(node, i))
                + "\" by tactic "
                + program.tactic(node, i));
      }
    }
    for (Conflict conflict : program.conflicts()) {
      if (conflict.node() == node) {
        lines.add("  conflict along \"" + conflict.axis() + "\": " + conflict.advice());
      }
    }
    uses(slot, sharding);
  }

  /** Returns who brought an axis to a node, and over what. */
  private String why(int node, int axis) {
    List<String> path = new ArrayList<>();
    int at = node;
    int steps = 0;
    while (program.cause(at, program.loopOver(at, axis)) != CoreProgram.BY_TACTIC) {
      at = program.cause(at, program.loopOver(at, axis));
      steps++;
      if (steps <= MOST_STEPS) {
        path.add(graph.describe(at));
      }
    }
    String tactic = "tactic " + program.tactic(at, program.loopOver(at, axis));
    if (steps == 0) {
      return tactic + ", which says so";
    }
    String over = String.join(" <- ", path);
    return tactic
        + ", from "
        + over
        + (steps > MOST_STEPS
            ? " <- ... over " + steps + " in all, from " + graph.describe(at)
            : "");
  }

  private void uses(int slot, Sharding sharding) {
    for (int u = 0; u < graph.useCount(slot); u++) {
      int user = graph.useNode(slot, u);
      Sharding needed = program.operandSharding(user, graph.useOperand(slot, u));
      if (needed.rank() == sharding.rank() && !needed.equals(sharding)) {
        lines.add(
            "  needed as " + needed.text(mesh) + " by " + graph.describe(user) + reason(user));
      }
    }
  }

  private String reason(int user) {
    FactorRule rule = graph.rule(user);
    return rule.factorCount() == 0 ? "" : ", whose rule is " + rule;
  }
}
