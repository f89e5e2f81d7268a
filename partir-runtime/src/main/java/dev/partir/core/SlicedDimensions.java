package dev.partir.core;

import dev.partir.op.DynamicSliceOp;
import dev.partir.op.FactorRule;
import java.util.Arrays;

/**
 * The dimensions that loops take slices of, a trip each, as of layers that are stacked: tiled, they
 * would cost a reduction in every trip. Dimensions belong together where an operation has one
 * factor for both: what an optimizer keeps of a stack is one too, though no loop runs over it.
 */
final class SlicedDimensions {
  private final CoreGraph graph;

  /** By slot, the number of its first dimension. */
  private final int[] first;

  /** By dimension, one that it belongs together with; itself where it stands for all of them. */
  private final int[] like;

  private final boolean[] sliced;

  private SlicedDimensions(CoreGraph graph) {
    this.graph = graph;
    first = new int[graph.slotCount() + 1];
    for (int slot = 0; slot < graph.slotCount(); slot++) {
      var type = graph.type(slot);
      first[slot + 1] = first[slot] + (type == null ? 0 : type.rank());
    }
    like = new int[first[graph.slotCount()]];
    Arrays.setAll(like, d -> d);
    sliced = new boolean[like.length];
  }

  static SlicedDimensions of(CoreGraph graph) {
    SlicedDimensions dimensions = new SlicedDimensions(graph);
    for (int node = 0; node < graph.nodeCount(); node++) {
      dimensions.join(node);
    }
    for (int node = 0; node < graph.nodeCount(); node++) {
      dimensions.mark(node);
    }
    return dimensions;
  }

  /** Returns whether a loop takes slices of a dimension. */
  boolean isSliced(int slot, int dim) {
    return sliced[representative(first[slot] + dim)];
  }

  private void join(int node) {
    FactorRule rule = graph.rule(node);
    int[] known = new int[rule.factorCount()];
    Arrays.fill(known, -1);
    for (int o = 0; o < rule.operandCount(); o++) {
      join(graph.operandSlot(node, o), rule.operand(o), known);
    }
    for (int r = 0; r < rule.resultCount(); r++) {
      join(graph.resultSlot(node, r), rule.result(r), known);
    }
  }

  private void join(int slot, int[][] factors, int[] known) {
    for (int d = 0; d < factors.length && graph.type(slot) != null; d++) {
      // A dimension of several factors is no other's like.
      if (factors[d].length != 1) {
        continue;
      }
      int factor = factors[d][0];
      int dimension = representative(first[slot] + d);
      if (known[factor] >= 0) {
        like[dimension] = representative(known[factor]);
      } else {
        known[factor] = dimension;
      }
    }
  }

  private void mark(int node) {
    if (graph.role(node) != CoreGraph.Role.OPERATION
        || graph.operation(node).kind() != DynamicSliceOp.INSTANCE
        || graph.block(node) == 0) {
      return;
    }
    int from = graph.operandSlot(node, 0);
    var whole = graph.type(from);
    var slice = graph.type(graph.resultSlot(node, 0));
    for (int d = 0; whole != null && slice != null && d < whole.rank(); d++) {
      if (slice.dim(d) < whole.dim(d)) {
        sliced[representative(first[from] + d)] = true;
      }
    }
  }

  private int representative(int dimension) {
    int at = dimension;
    while (like[at] != at) {
      like[at] = like[like[at]];
      at = like[at];
    }
    return at;
  }
}
