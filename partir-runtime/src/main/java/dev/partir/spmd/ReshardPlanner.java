package dev.partir.spmd;

import dev.partir.ir.TensorType;
import dev.partir.mesh.BlockWindow;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the steps from one layout of a value to another. First by rule: slices, for they are free
 * and make the rest smaller; then reductions, scattered where they can be; then moves from one
 * dimension to another; then, if only the order of devices is wrong, a permutation; gathers last,
 * of as little as will do. Where that gathers and does more besides, {@link ReshardSearch} looks
 * for a cheaper way.
 */
final class ReshardPlanner {
  private final Mesh mesh;
  private final TensorType type;
  private final Sharding target;
  private final List<Reshard.Step> steps = new ArrayList<>();
  private Sharding current;

  private ReshardPlanner(Mesh mesh, TensorType type, Sharding from, Sharding target) {
    this.mesh = mesh;
    this.type = type;
    this.current = from;
    this.target = target;
  }

  /**
   * Returns the steps; none when the layouts are equal. Nothing may be pending in {@code target}.
   *
   * @param type the type of the global value
   */
  static List<Reshard.Step> plan(Mesh mesh, TensorType type, Sharding from, Sharding target) {
    if (from.equals(target)) {
      return List.of();
    }
    Sharding blocks = target.withoutWindows();
    for (int d = 0; d < target.rank(); d++) {
      BlockWindow window = target.window(d);
      // Windows are cut out of the whole where it is at hand, or cheaper to get than neighbours'
      // edges.
      if (window != null
          && (from.dim(d).length == 0
              || !window.isCheaperThanGather(type.dim(d), mesh, target.dim(d)))) {
        blocks = blocks.withDim(d);
      }
    }
    ReshardPlanner planner = new ReshardPlanner(mesh, type, from, blocks);
    while (!planner.current.equals(blocks)) {
      planner.step();
    }
    if (planner.mayBeImproved()) {
      List<Reshard.Step> better =
          ReshardSearch.improve(mesh, type, from, blocks, List.copyOf(planner.steps));
      planner.steps.clear();
      planner.steps.addAll(better);
    }
    planner.windows(target);
    return planner.steps;
  }

  /**
   * Returns whether something is gathered and more is done to the value: there may be a way around.
   */
  private boolean mayBeImproved() {
    boolean gathers = false;
    int collectives = 0;
    boolean cutAgain = false;
    for (Reshard.Step step : steps) {
      cutAgain |= gathers && step.kind() == Reshard.ALL_SLICE;
      gathers |= step.kind() == Reshard.ALL_GATHER;
      collectives += step.kind().isCollective() ? 1 : 0;
    }
    return gathers && (collectives > 1 || cutAgain);
  }

  /** Gets windows of the dimensions that are wanted in windows, one after the other. */
  private void windows(Sharding wanted) {
    for (int d = 0; d < wanted.rank(); d++) {
      BlockWindow window = wanted.window(d);
      if (window == null) {
        continue;
      }
      int[] axes = wanted.dim(d);
      BlockWindow.Exchange exchange =
          current.dim(d).length == 0
              ? window.fromWhole(type.dim(d), mesh, axes)
              : window.exchange(type.dim(d), mesh, axes);
      current = current.withDim(d, axes).withWindow(d, window);
      steps.add(
          new Reshard.Step(
              exchange.permutations() == 0 ? Reshard.ALL_SLICE : Reshard.COLLECTIVE_PERMUTE,
              Arrays.stream(axes).boxed().toList(),
              d,
              -1,
              current,
              exchange));
    }
  }

  private void step() {
    if (!slice() && !reduce() && !move() && !permute()) {
      gather();
    }
  }

  /** Returns how many axes a dimension has already as the target has them. */
  private int agreed(int dim) {
    int[] have = current.dim(dim);
    int[] want = target.dim(dim);
    int n = 0;
    while (n < have.length && n < want.length && have[n] == want[n]) {
      n++;
    }
    return n;
  }

  /**
   * Returns the axis that the target has next on a dimension, if all that the dimension has is
   * agreed; else -1.
   */
  private int next(int dim) {
    int agreed = agreed(dim);
    return agreed == current.dim(dim).length && agreed < target.dim(dim).length
        ? target.dim(dim)[agreed]
        : -1;
  }

  private static int[] append(int[] axes, int axis) {
    int[] longer = Arrays.copyOf(axes, axes.length + 1);
    longer[axes.length] = axis;
    return longer;
  }

  private static boolean contains(int[] axes, int axis) {
    return Arrays.stream(axes).anyMatch(a -> a == axis);
  }

  private void add(Reshard kind, List<Integer> axes, int dim, int fromDim, Sharding result) {
    steps.add(new Reshard.Step(kind, axes, dim, fromDim, result));
    current = result;
  }

  private boolean slice() {
    for (int d = 0; d < current.rank(); d++) {
      Sharding sliced = current;
      List<Integer> axes = new ArrayList<>();
      for (int axis = next(d);
          axis >= 0 && sliced.dimOf(axis) < 0 && !contains(sliced.pending(), axis);
          axis =
              axes.size() + agreed(d) < target.dim(d).length
                  ? target.dim(d)[axes.size() + agreed(d)]
                  : -1) {
        axes.add(axis);
        sliced = sliced.withDim(d, append(sliced.dim(d), axis));
      }
      if (!axes.isEmpty()) {
        add(Reshard.ALL_SLICE, axes, d, -1, sliced);
        return true;
      }
    }
    return false;
  }

  private boolean reduce() {
    if (!current.isPending()) {
      return false;
    }
    for (int d = 0; d < current.rank(); d++) {
      Sharding scattered = current;
      List<Integer> axes = new ArrayList<>();
      int agreed = agreed(d);
      int axis = next(d);
      while (axis >= 0 && contains(scattered.pending(), axis)) {
        axes.add(axis);
        scattered = scattered.withDim(d, append(scattered.dim(d), axis)).withoutPending(axis);
        int at = agreed + axes.size();
        axis = at < target.dim(d).length ? target.dim(d)[at] : -1;
      }
      if (!axes.isEmpty()) {
        add(Reshard.REDUCE_SCATTER, axes, d, -1, scattered);
        return true;
      }
    }
    List<Integer> axes = new ArrayList<>();
    Sharding reduced = current;
    for (int axis : current.pending()) {
      axes.add(axis);
      reduced = reduced.withoutPending(axis);
    }
    add(Reshard.ALL_REDUCE, axes, -1, -1, reduced);
    return true;
  }

  /**
   * Moves axes from the end of one dimension to the end of another: as many at once as the target
   * has there in the same order.
   */
  private boolean move() {
    for (int from = 0; from < current.rank(); from++) {
      int[] have = current.dim(from);
      int agreed = agreed(from);
      for (int to = 0; to < current.rank(); to++) {
        if (to == from || next(to) < 0) {
          continue;
        }
        int[] want = target.dim(to);
        int at = current.dim(to).length;
        for (int count = Math.min(have.length - agreed, want.length - at); count > 0; count--) {
          int[] moved = Arrays.copyOfRange(have, have.length - count, have.length);
          if (Arrays.equals(moved, Arrays.copyOfRange(want, at, at + count))) {
            Sharding result =
                current
                    .withDim(from, Arrays.copyOf(have, have.length - count))
                    .withDim(to, Arrays.copyOf(want, at + count));
            add(Reshard.ALL_TO_ALL, Arrays.stream(moved).boxed().toList(), to, from, result);
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isEven(int dim) {
    return isEven(dim, current.dim(dim), current.dim(dim).length);
  }

  private boolean isEven(int dim, int[] axes, int count) {
    return mesh.divides(type.dim(dim), Arrays.copyOf(axes, count));
  }

  private boolean permute() {
    List<Integer> axes = new ArrayList<>();
    for (int d = 0; d < current.rank(); d++) {
      if (Arrays.equals(current.dim(d), target.dim(d))) {
        continue;
      }
      if (mesh.groupSize(current.dim(d)) != mesh.groupSize(target.dim(d))
          || !isEven(d)
          || !isEven(d, target.dim(d), target.dim(d).length)) {
        return false;
      }
      for (int[] list : new int[][] {current.dim(d), target.dim(d)}) {
        for (int axis : list) {
          if (!axes.contains(axis)) {
            axes.add(axis);
          }
        }
      }
    }
    add(Reshard.COLLECTIVE_PERMUTE, axes, -1, -1, target);
    return true;
  }

  private void gather() {
    int dim = -1;
    int smallest = Integer.MAX_VALUE;
    for (int d = 0; d < current.rank(); d++) {
      int excess = current.dim(d).length - agreed(d);
      if (excess > 0) {
        int growth =
            mesh.groupSize(Arrays.copyOfRange(current.dim(d), agreed(d), current.dim(d).length));
        if (growth < smallest) {
          smallest = growth;
          dim = d;
        }
      }
    }
    int[] have = current.dim(dim);
    int agreed = agreed(dim);
    // One axis at a time where another dimension waits for it or a permutation may then do; else
    // all at once.
    int keep = agreed;
    for (int i = have.length - 1; i >= agreed; i--) {
      if (target.dimOf(have[i]) >= 0) {
        keep = i == have.length - 1 ? have.length - 1 : i + 1;
        break;
      }
    }
    List<Integer> axes = new ArrayList<>();
    for (int i = keep; i < have.length; i++) {
      axes.add(have[i]);
    }
    add(Reshard.ALL_GATHER, axes, dim, -1, current.withDim(dim, Arrays.copyOf(have, keep)));
  }
}
