package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.mesh.Sharding;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Says what all uses of a value have in common. */
final class CommonLayout {
  private final CoreProgram program;
  private final CoreGraph graph;
  private final boolean[] returned;

  /**
   * Makes one for a program.
   *
   * @param returned which slots the function gives back; not copied
   */
  CommonLayout(CoreProgram program, boolean[] returned) {
    this.program = program;
    graph = program.graph();
    this.returned = returned;
  }

  /**
   * Returns the layout that a value has after its making: what is pending is combined, and
   * dimensions that all uses need further tiled are so, for that costs nothing.
   *
   * @param from the layout in which it is made
   */
  Sharding of(int slot, Sharding from) {
    int @Nullable [][] meet = meet(slot, from.rank());
    Sharding target = from;
    for (int axis : from.pending()) {
      target = target.withoutPending(axis);
    }
    if (meet == null) {
      // What nobody needs is not worth a collective.
      return returned[slot] ? target : from;
    }
    for (int d = 0; d < from.rank(); d++) {
      int[] have = from.dim(d);
      if (meet[d].length <= have.length || !Arrays.equals(commonPrefix(meet[d], have), have)) {
        continue;
      }
      for (int i = have.length; i < meet[d].length && target.dimOf(meet[d][i]) < 0; i++) {
        int[] longer = Arrays.copyOf(target.dim(d), target.dim(d).length + 1);
        longer[longer.length - 1] = meet[d][i];
        target = target.withDim(d, longer);
      }
    }
    return target;
  }

  /** Returns for each dimension the axes that all uses begin with; null where nobody uses it. */
  private int @Nullable [][] meet(int slot, int rank) {
    int[][] meet = null;
    int end = returned[slot] ? 0 : graph.useCount(slot);
    for (int u = 0; u < end; u++) {
      Sharding need = program.operandSharding(graph.useNode(slot, u), graph.useOperand(slot, u));
      if (need.rank() != rank) {
        continue;
      }
      boolean first = meet == null;
      meet = meet == null ? new int[rank][] : meet;
      for (int d = 0; d < rank; d++) {
        meet[d] = first ? need.dim(d) : commonPrefix(meet[d], need.dim(d));
      }
    }
    return meet;
  }

  private static int[] commonPrefix(int[] a, int[] b) {
    int n = 0;
    while (n < a.length && n < b.length && a[n] == b[n]) {
      n++;
    }
    return n == a.length ? a : Arrays.copyOf(a, n);
  }
}
