package dev.partir.core;

import dev.partir.schedule.ResolvedAction;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the actions of a tactic on a program: each puts a loop around a node, and all are then
 * spread together.
 */
public final class TacticApplication {
  private TacticApplication() {}

  /**
   * Applies a tactic. An action that the program as it stands does not admit is left out and
   * recorded as a conflict.
   *
   * @return the number of actions that were taken
   */
  public static int apply(CoreProgram program, String tactic, List<NodeAction> actions) {
    program.begin(tactic);
    List<Integer> nodes = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    int taken = 0;
    for (NodeAction action : actions) {
      if (take(program, action)) {
        taken++;
        for (int part : program.mesh().parts(action.axis())) {
          nodes.add(action.node());
          axes.add(part);
        }
      }
    }
    Propagation.run(program, nodes, axes);
    return taken;
  }

  private static void push(CoreProgram program, NodeAction action, int factor) {
    for (int part : program.mesh().parts(action.axis())) {
      program.push(action.node(), part, factor, CoreProgram.BY_TACTIC);
    }
  }

  private static boolean take(CoreProgram program, NodeAction action) {
    int node = action.node();
    int loop = -1;
    boolean open = true;
    for (int part : program.mesh().parts(action.axis())) {
      loop = loop >= 0 ? loop : program.loopOver(node, part);
      open &= Propagation.operandsOpen(program, node, part);
    }
    int dim = action.dim();
    long size = program.mesh().base().size(action.axis());
    if (action.kind() == ResolvedAction.Kind.REPLICATE) {
      if (loop < 0) {
        push(program, action, CoreProgram.ATOMIC);
        return true;
      }
      if (program.factor(node, loop) != CoreProgram.ATOMIC) {
        refuse(
            program,
            action,
            "it is to be replicated, but tactic "
                + program.tactic(node, loop)
                + " tiles dimension "
                + program.factor(node, loop));
      }
      return false;
    }
    if (loop >= 0) {
      int factor = program.factor(node, loop);
      if (factor == CoreProgram.ATOMIC) {
        refuse(
            program,
            action,
            "it is to be tiled, but tactic " + program.tactic(node, loop) + " keeps it whole");
      } else if (action.kind() == ResolvedAction.Kind.TILE && factor != dim) {
        refuse(
            program,
            action,
            "dimension "
                + dim
                + " is to be tiled, but tactic "
                + program.tactic(node, loop)
                + " tiles dimension "
                + factor);
      }
      return false;
    }
    if (!open) {
      refuse(
          program, action, "it is to be tiled, but a tactic before keeps whole what it is made of");
      return false;
    }
    if (action.kind() == ResolvedAction.Kind.TILE_FIRST_DIVISIBLE) {
      dim = firstDivisible(program, node, size);
      if (dim < 0) {
        refuse(program, action, "no dimension of what is left of it divides by " + size);
        return false;
      }
    }
    push(program, action, dim);
    return true;
  }

  /**
   * Returns the first dimension that an axis divides, of those that no loop takes slices of, if
   * there is one, else of all; -1 where it divides none.
   */
  private static int firstDivisible(CoreProgram program, int node, long size) {
    CoreGraph graph = program.graph();
    int fallback = -1;
    // The rule of an argument or an anchor has one factor per dimension.
    for (int dim = 0; dim < graph.rule(node).factorCount(); dim++) {
      if (program.rest(node, dim) == 1 || program.rest(node, dim) % size != 0) {
        continue;
      }
      if (!graph.isSliced(graph.resultSlot(node, 0), dim)) {
        return dim;
      }
      fallback = fallback < 0 ? dim : fallback;
    }
    return fallback;
  }

  private static void refuse(CoreProgram program, NodeAction action, String why) {
    program.report(
        new Conflict(
            action.node(),
            program.mesh().base().name(action.axis()),
            program.graph().describe(action.node()),
            List.of(why)));
  }
}
