package dev.partir.sim.search;

import dev.partir.core.NodeAction;
import dev.partir.schedule.Action;
import java.util.List;

/**
 * One action that a search may take: on one argument, or on all arguments of one type at once, as
 * the repeated layers of a model want.
 *
 * @param action what a user would write for it
 * @param nodes the same for the nodes of the program
 * @param bytes the bytes of the arguments that it acts on, before any sharding
 */
record Candidate(Action action, List<NodeAction> nodes, long bytes) {
  Candidate {
    nodes = List.copyOf(nodes);
  }
}
