package dev.partir.spmd;

import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cheapest steps from one layout to another among all that a few axes allow (Dijkstra's
 * algorithm over layouts). What a step costs is the number of elements that a device receives, and
 * a little for being a collective at all.
 */
final class ReshardSearch {
  /** The most layouts that are looked at. */
  private static final int LIMIT = 2_000;

  /** What a collective costs besides what it moves, in elements. */
  private static final double STEP = 1;

  private final Mesh mesh;
  private final TensorType type;
  private final Sharding target;
  private final PriorityQueue<Node> open =
      new PriorityQueue<>(Comparator.comparingDouble(Node::cost).thenComparingInt(Node::number));
  private final Map<Sharding, Node> best = new HashMap<>();
  private int count;

  private record Node(
      double cost, int number, Sharding at, @Nullable Node before, Reshard.@Nullable Step step) {}

  private ReshardSearch(Mesh mesh, TensorType type, Sharding target) {
    this.mesh = mesh;
    this.type = type;
    this.target = target;
  }

  /**
   * Returns the cheapest steps, if they cost less than those given, which are returned otherwise.
   *
   * @param from the layout before the steps
   */
  static List<Reshard.Step> improve(
      Mesh mesh, TensorType type, Sharding from, Sharding target, List<Reshard.Step> steps) {
    ReshardSearch search = new ReshardSearch(mesh, type, target);
    double cost = 0;
    Sharding at = from;
    for (Reshard.Step step : steps) {
      cost += search.cost(at, step);
      at = step.result();
    }
    List<Reshard.Step> found = search.run(from, cost);
    return found.isEmpty() ? steps : found;
  }

  /** Returns the steps of a path that costs less than {@code bound}; none if there is none. */
  private List<Reshard.Step> run(Sharding from, double bound) {
    push(new Node(0, count++, from, null, null));
    while (!open.isEmpty() && count < LIMIT) {
      Node node = open.remove();
      Node known = best.get(node.at());
      if (known == null || node.number() != known.number() || node.cost() >= bound) {
        continue;
      }
      if (node.at().equals(target)) {
        Deque<Reshard.Step> path = new ArrayDeque<>();
        for (Node n = node; n.step() != null && n.before() != null; n = n.before()) {
          path.addFirst(n.step());
        }
        return List.copyOf(path);
      }
      expand(node);
    }
    return List.of();
  }

  private void push(Node node) {
    Node known = best.get(node.at());
    if (known == null || node.cost() < known.cost()) {
      best.put(node.at(), node);
      open.add(node);
    }
  }

  private void step(Node node, Reshard kind, int[] axes, int dim, int fromDim, Sharding result) {
    List<Integer> list = Arrays.stream(axes).boxed().toList();
    var step = new Reshard.Step(kind, list, dim, fromDim, result);
    push(new Node(node.cost() + cost(node.at(), step), count++, result, node, step));
  }

  private double elements(Sharding sharding) {
    return sharding.localType(type, mesh).elementCount();
  }

  private double cost(Sharding from, Reshard.Step step) {
    double group = mesh.groupSize(step.axisArray());
    double others = (group - 1) / group;
    return switch (step.kind()) {
      case ALL_SLICE -> 0;
      case ALL_GATHER -> STEP + elements(step.result()) - elements(from);
      case ALL_REDUCE -> STEP + 2 * others * elements(from);
      case REDUCE_SCATTER, ALL_TO_ALL -> STEP + others * elements(from);
      case COLLECTIVE_PERMUTE -> STEP + elements(from);
    };
  }

  private void expand(Node node) {
    Sharding at = node.at();
    for (int d = 0; d < at.rank(); d++) {
      int[] have = at.dim(d);
      for (int axis = 0; axis < mesh.axisCount(); axis++) {
        boolean pending = contains(at.pending(), axis);
        if (target.dimOf(axis) >= 0 && at.dimOf(axis) < 0) {
          Sharding cut = at.withDim(d, append(have, axis));
          step(
              node,
              pending ? Reshard.REDUCE_SCATTER : Reshard.ALL_SLICE,
              new int[] {axis},
              d,
              -1,
              pending ? cut.withoutPending(axis) : cut);
        }
      }
      for (int kept = have.length - 1; kept >= 0; kept--) {
        int[] last = Arrays.copyOfRange(have, kept, have.length);
        int[] rest = Arrays.copyOf(have, kept);
        step(node, Reshard.ALL_GATHER, last, d, -1, at.withDim(d, rest));
        for (int to = 0; to < at.rank(); to++) {
          if (to != d) {
            int[] longer = concat(at.dim(to), last);
            step(node, Reshard.ALL_TO_ALL, last, to, d, at.withDim(d, rest).withDim(to, longer));
          }
        }
      }
    }
    if (at.isPending()) {
      Sharding reduced = at;
      for (int axis : at.pending()) {
        reduced = reduced.withoutPending(axis);
      }
      step(node, Reshard.ALL_REDUCE, at.pending(), -1, -1, reduced);
    } else {
      permute(node);
    }
  }

  /** Exchanges blocks, where those of the target have the same sizes. */
  private void permute(Node node) {
    Sharding at = node.at();
    List<Integer> axes = new ArrayList<>();
    for (int d = 0; d < at.rank(); d++) {
      if (Arrays.equals(at.dim(d), target.dim(d))) {
        continue;
      }
      if (mesh.groupSize(at.dim(d)) != mesh.groupSize(target.dim(d))
          || !mesh.divides(type.dim(d), at.dim(d))
          || !mesh.divides(type.dim(d), target.dim(d))) {
        return;
      }
      for (int[] list : new int[][] {at.dim(d), target.dim(d)}) {
        for (int axis : list) {
          if (!axes.contains(axis)) {
            axes.add(axis);
          }
        }
      }
    }
    int[] all = axes.stream().mapToInt(Integer::intValue).toArray();
    step(node, Reshard.COLLECTIVE_PERMUTE, all, -1, -1, target);
  }

  private static boolean contains(int[] axes, int axis) {
    for (int a : axes) {
      if (a == axis) {
        return true;
      }
    }
    return false;
  }

  private static int[] append(int[] axes, int axis) {
    return concat(axes, new int[] {axis});
  }

  private static int[] concat(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
