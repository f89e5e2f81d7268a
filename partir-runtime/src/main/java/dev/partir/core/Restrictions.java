package dev.partir.core;

import dev.partir.op.PropagationBarrierOp;
import dev.partir.sdy.AxisSpan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a program's annotations ask of propagation: values that it must not tile further, values
 * that it tiles alike, places that it passes in one direction only.
 */
final class Restrictions {
  private static final int[] NO_NODES = {};

  /**
   * What a node that stands for one value must not become.
   *
   * @param opensAt for each dimension the number of the tactic from which on it may be tiled
   * @param kept the spans that tile nothing but what was said
   */
  private record Seal(List<Integer> opensAt, List<AxisSpan> kept) {}

  private final Map<Integer, Seal> seals = new HashMap<>();
  private final Map<Integer, int[]> fellows = new HashMap<>();
  private final Map<Integer, PropagationBarrierOp.Direction> barriers = new HashMap<>();

  /** Returns what the operations of a graph ask for themselves. */
  static Restrictions of(CoreGraph graph) {
    Restrictions restrictions = new Restrictions();
    for (int node = 0; node < graph.nodeCount(); node++) {
      if (graph.role(node) == CoreGraph.Role.OPERATION
          && graph.operation(node).kind() == PropagationBarrierOp.INSTANCE) {
        restrictions.barriers.put(node, PropagationBarrierOp.direction(graph.operation(node)));
      }
    }
    return restrictions;
  }

  void seal(int node, List<Integer> opensAt, List<AxisSpan> kept) {
    seals.put(node, new Seal(List.copyOf(opensAt), List.copyOf(kept)));
  }

  /** Says that nodes, which have a factor per dimension, are tiled alike. */
  void group(List<Integer> nodes) {
    int[] all = nodes.stream().mapToInt(Integer::intValue).toArray();
    for (int node : all) {
      fellows.put(node, all);
    }
  }

  /** Returns the nodes that are tiled as this one is, it among them; none for most. */
  int[] fellows(int node) {
    return fellows.isEmpty() ? NO_NODES : fellows.getOrDefault(node, NO_NODES);
  }

  /** Returns which way tilings may pass a node; null for every way. */
  PropagationBarrierOp.@Nullable Direction barrier(int node) {
    return barriers.isEmpty() ? null : barriers.get(node);
  }

  /** Returns whether a node must not be looped over a factor along devices. */
  boolean forbids(int node, int factor, int stride, int size, int tactic) {
    Seal seal = seals.isEmpty() ? null : seals.get(node);
    if (seal == null) {
      return false;
    }
    if (factor < seal.opensAt.size() && tactic < seal.opensAt.get(factor)) {
      return true;
    }
    AxisSpan span = new AxisSpan(stride, size);
    for (AxisSpan kept : seal.kept) {
      if (kept.overlaps(span)) {
        return true;
      }
    }
    return false;
  }
}
