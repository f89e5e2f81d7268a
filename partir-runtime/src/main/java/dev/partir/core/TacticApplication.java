package dev.partir.core;

import dev.partir.op.FactorRule;
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
    for (NodeAction action : actions) {
      if (take(program, action)) {
        nodes.add(action.node());
        axes.add(action.axis());
      }
    }
    Propagation.run(program, nodes, axes);
    return nodes.size();
  }

  private static boolean take(CoreProgram program, NodeAction action) {
    int node = action.node();
    int loop = program.loopOver(node, action.axis());
    int dim = action.dim();
    FactorRule rule = program.graph().rule(node);
    if (action.kind() == ResolvedAction.Kind.REPLICATE) {
      if (loop < 0) {
        program.push(node, action.axis(), CoreProgram.ATOMIC, CoreProgram.BY_TACTIC);
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
    if (action.kind() == ResolvedAction.Kind.TILE_FIRST_DIVISIBLE) {
      // The rule of an argument or an anchor has one factor per dimension.
      dim = 0;
      while (dim < rule.factorCount()
          && (program.rest(node, dim) == 1
              || program.rest(node, dim) % program.mesh().size(action.axis()) != 0
              || !Propagation.viable(program, node, dim, action.axis()))) {
        dim++;
      }
      if (dim == rule.factorCount()) {
        refuse(
            program,
            action,
            "no dimension of what is left of it divides by " + program.mesh().size(action.axis()));
        return false;
      }
    } else if (!Propagation.viable(program, node, dim, action.axis())) {
      refuse(
          program,
          action,
          "dimension "
              + dim
              + " is to be tiled, but what gives it is kept whole by a tactic before");
      return false;
    }
    program.push(node, action.axis(), dim, CoreProgram.BY_TACTIC);
    return true;
  }

  private static void refuse(CoreProgram program, NodeAction action, String why) {
    program.report(
        new Conflict(
            action.node(),
            program.mesh().name(action.axis()),
            program.graph().describe(action.node()),
            List.of(why)));
  }
}
