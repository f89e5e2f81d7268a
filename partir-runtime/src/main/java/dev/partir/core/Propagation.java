package dev.partir.core;

import dev.partir.ir.TensorType;
import dev.partir.op.FactorRule;
import dev.partir.op.OptimizationBarrierOp;
import dev.partir.op.PropagationBarrierOp;
import dev.partir.op.Window;
import dev.partir.schedule.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Spreads loops over a program to a fixpoint (PartIR, arXiv 2401.11202, section 5.2, made
 * independent of the order of visits). It goes in rounds: every node whose neighbours changed is
 * judged against the state at the start of the round, and all that are decided change together. A
 * node takes a loop over an axis when the evidence of its neighbours fits exactly one of its
 * factors; when it fits several, that is a conflict, which is recorded, and the node stays as it
 * is. The nearer wish therefore wins, and of two equally near ones neither.
 */
final class Propagation {
  private static final int NO_FACTOR = Integer.MIN_VALUE;

  /** The most different wishes that are heard for one node. */
  private static final int MOST_WISHES = 8;

  private final CoreProgram program;
  private final CoreGraph graph;
  private int axisCount;

  /** Nodes to judge in the next round, per axis: (node * axisCount + axis), each once. */
  private int[] work = new int[64];

  private int workCount;
  private boolean[] queued;
  private boolean[] conflicted;

  /** The axis that some node can take only a part of, with the devices along that part; or -1. */
  private int splitAxis = -1;

  private int splitOuter;

  /** Axes along which something is padded, whose blocks would change with a split. */
  private boolean[] unsplittable;

  /** The factors that the evidence about one node fits, and the neighbours that gave it. */
  private final int[] wishes = new int[MOST_WISHES];

  private final int[] wishNeighbours = new int[MOST_WISHES];
  private final long[] wishBytes = new long[MOST_WISHES];
  private int wishCount;

  /** Whether the first of the wishes comes from an operand. */
  private boolean hasOperandWish;

  private Propagation(CoreProgram program) {
    this.program = program;
    graph = program.graph();
    axisCount = program.mesh().axisCount();
    queued = new boolean[graph.nodeCount() * axisCount];
    conflicted = new boolean[graph.nodeCount() * axisCount];
    unsplittable = new boolean[axisCount];
  }

  /** Spreads the loops that were put around the given nodes, over the given axes, pairwise. */
  static void run(CoreProgram program, List<Integer> nodes, List<Integer> axes) {
    Propagation propagation = new Propagation(program);
    for (int i = 0; i < nodes.size(); i++) {
      propagation.queueNeighbours(nodes.get(i), axes.get(i));
    }
    propagation.toFixpoint();
  }

  private void toFixpoint() {
    List<Conflict> conflicts = new ArrayList<>();
    int[] decisions = new int[64];
    while (workCount > 0) {
      int[] round = Arrays.copyOf(work, workCount);
      workCount = 0;
      // Ordered by node, so that causes and reports do not depend on the order of the queue either.
      Arrays.sort(round);
      int decided = 0;
      for (int item : round) {
        queued[item] = false;
        int node = item / axisCount;
        int axis = item % axisCount;
        if (program.loopOver(node, axis) >= 0) {
          continue;
        }
        gather(node, axis);
        if (wishCount > 1 && hasOperandWish && isIdentity(node)) {
          // Either wish takes one reshard, before it or behind it; to keep it whole takes two.
          wishCount = 1;
        }
        if (wishCount > 1 && program.options().policy() == Policy.GREEDY) {
          keepLargest();
        }
        if (wishCount == 1) {
          if (decided + 4 > decisions.length) {
            decisions = Arrays.copyOf(decisions, decisions.length * 2);
          }
          decisions[decided++] = node;
          decisions[decided++] = axis;
          decisions[decided++] = wishes[0];
          decisions[decided++] = wishNeighbours[0];
        } else if (wishCount > 1 && !conflicted[item]) {
          conflicted[item] = true;
          conflicts.add(conflict(node, axis));
        }
      }
      for (int i = 0; i < decided; i += 4) {
        int node = decisions[i];
        int axis = decisions[i + 1];
        int factor = decisions[i + 2];
        // A loop over another axis decided in the same round may have used the factor up.
        if (viable(node, factor, axis)) {
          program.push(node, axis, factor, decisions[i + 3]);
          queueNeighbours(node, axis);
          if (graph.rule(node).isCompound()) {
            // What is minor to the factor may have become free for other axes.
            for (int other = 0; other < axisCount; other++) {
              queue(node, other);
            }
          }
        }
      }
      // What was decided in this round may have made the axis one that must stay as it is.
      if (splitAxis >= 0 && program.isEven(splitAxis)) {
        split();
      } else if (splitAxis >= 0) {
        unsplittable[splitAxis] = true;
        splitAxis = -1;
      }
    }
    for (Conflict conflict : conflicts) {
      program.report(conflict);
    }
  }

  /** Splits the axis of which a node can take a part, and judges all that know of it anew. */
  private void split() {
    int axis = splitAxis;
    int inner = axisCount;
    splitAxis = -1;
    program.split(axis, splitOuter);
    int[] old = Arrays.copyOf(work, workCount);
    boolean[] oldConflicted = conflicted;
    workCount = 0;
    axisCount++;
    unsplittable = new boolean[axisCount];
    queued = new boolean[graph.nodeCount() * axisCount];
    conflicted = new boolean[graph.nodeCount() * axisCount];
    for (int node = 0; node < graph.nodeCount(); node++) {
      for (int a = 0; a < inner; a++) {
        conflicted[node * axisCount + a] = oldConflicted[node * inner + a];
      }
      conflicted[node * axisCount + inner] = oldConflicted[node * inner + axis];
    }
    for (int item : old) {
      queue(item / inner, item % inner);
    }
    for (int node = 0; node < graph.nodeCount(); node++) {
      if (program.loopOver(node, axis) >= 0) {
        queueNeighbours(node, axis);
        queueNeighbours(node, inner);
      }
    }
  }

  private void queueNeighbours(int node, int axis) {
    for (int o = 0; o < graph.operandCount(node); o++) {
      queue(graph.producer(graph.operandSlot(node, o)), axis);
      // Other uses of the operand hear of it through its producer only.
    }
    for (int r = 0; r < graph.resultCount(node); r++) {
      int slot = graph.resultSlot(node, r);
      for (int use = graph.useCount(slot) - 1; use >= 0; use--) {
        queue(graph.useNode(slot, use), axis);
      }
    }
    for (int fellow : program.restrictions().fellows(node)) {
      queue(fellow, axis);
    }
  }

  private void queue(int node, int axis) {
    int item = node * axisCount + axis;
    if (queued[item] || program.loopOver(node, axis) >= 0) {
      return;
    }
    queued[item] = true;
    if (workCount == work.length) {
      work = Arrays.copyOf(work, workCount * 2);
    }
    work[workCount++] = item;
  }

  /** Collects the distinct factors of a node that its neighbours' loops over an axis fit. */
  private void gather(int node, int axis) {
    wishCount = 0;
    FactorRule rule = graph.rule(node);
    Restrictions restrictions = program.restrictions();
    for (int fellow : restrictions.fellows(node)) {
      int loop = program.loopOver(fellow, axis);
      if (loop >= 0
          && program.factor(fellow, loop) != CoreProgram.ATOMIC
          && viable(node, program.factor(fellow, loop), axis)) {
        wish(program.factor(fellow, loop), fellow, graph.resultSlot(fellow, 0));
      }
    }
    PropagationBarrierOp.Direction passes = restrictions.barrier(node);
    boolean hearsOperands = passes != PropagationBarrierOp.Direction.BACKWARD;
    for (int o = 0; hearsOperands && o < rule.operandCount(); o++) {
      int slot = graph.operandSlot(node, o);
      int producer = graph.producer(slot);
      int loop = program.loopOver(producer, axis);
      if (loop < 0
          || program.factor(producer, loop) == CoreProgram.ATOMIC
          || restrictions.barrier(producer) == PropagationBarrierOp.Direction.NONE) {
        continue;
      }
      int dim =
          dimOf(
              graph.rule(producer).result(graph.producerResult(slot)),
              program.factor(producer, loop));
      if (dim >= 0) {
        wish(pick(node, rule.operandDim(o, dim), axis), producer, slot);
      }
    }
    hasOperandWish = wishCount > 0;
    boolean hearsUses = passes == null || passes == PropagationBarrierOp.Direction.BACKWARD;
    for (int r = 0; hearsUses && r < rule.resultCount(); r++) {
      if (rule.result(r).length == 0) {
        continue;
      }
      int slot = graph.resultSlot(node, r);
      int uses = graph.useCount(slot);
      for (int use = 0; use < uses; use++) {
        int user = graph.useNode(slot, use);
        int loop = program.loopOver(user, axis);
        if (loop < 0 || program.factor(user, loop) == CoreProgram.ATOMIC) {
          continue;
        }
        int operand = graph.useOperand(slot, use);
        if (operand >= graph.rule(user).operandCount()) {
          continue;
        }
        int dim = dimOf(graph.rule(user).operand(operand), program.factor(user, loop));
        if (dim >= 0) {
          wish(pick(node, rule.resultDim(r, dim), axis), user, slot);
        }
      }
    }
  }

  /** Returns whether a node hands its one operand on as it is. */
  private boolean isIdentity(int node) {
    return graph.role(node) == CoreGraph.Role.OPERATION
        && graph.operandCount(node) == 1
        && graph.operation(node).kind() == OptimizationBarrierOp.INSTANCE;
  }

  private void wish(int factor, int neighbour, int slot) {
    if (factor == NO_FACTOR) {
      return;
    }
    long bytes = program.options().policy() == Policy.GREEDY ? bytes(slot) : 0;
    for (int i = 0; i < wishCount; i++) {
      if (wishes[i] == factor) {
        if (bytes > wishBytes[i]) {
          wishBytes[i] = bytes;
          wishNeighbours[i] = neighbour;
        }
        return;
      }
    }
    if (wishCount < MOST_WISHES) {
      wishes[wishCount] = factor;
      wishNeighbours[wishCount] = neighbour;
      wishBytes[wishCount] = bytes;
      wishCount++;
    }
  }

  private long bytes(int slot) {
    TensorType type = graph.type(slot);
    return type == null ? 0 : type.byteCount();
  }

  /** Keeps the wish that comes through the largest tensor only. */
  private void keepLargest() {
    int best = 0;
    for (int i = 1; i < wishCount; i++) {
      if (wishBytes[i] > wishBytes[best]
          || (wishBytes[i] == wishBytes[best] && wishes[i] < wishes[best])) {
        best = i;
      }
    }
    wishes[0] = wishes[best];
    wishNeighbours[0] = wishNeighbours[best];
    wishCount = 1;
  }

  private static int dimOf(int[][] dims, int factor) {
    for (int d = 0; d < dims.length; d++) {
      for (int f : dims[d]) {
        if (f == factor) {
          return d;
        }
      }
    }
    return -1;
  }

  /**
   * Returns the factor of a dimension that a further tiling along an axis would tile, or -1 when it
   * cannot.
   */
  static int factor(CoreProgram program, int node, int[] dimFactors, int axis) {
    for (int factor : dimFactors) {
      if (program.rest(node, factor) > 1) {
        return viable(program, node, factor, axis) ? factor : -1;
      }
    }
    return -1;
  }

  /**
   * Returns the factor of a dimension that a further tiling along an axis would tile, if it can.
   */
  private int pick(int node, int[] dimFactors, int axis) {
    for (int factor : dimFactors) {
      if (program.rest(node, factor) > 1) {
        if (viable(node, factor, axis)) {
          return factor;
        }
        if (splitAxis < 0 && viable(program, node, factor, axis, true)) {
          wantPart(node, factor, axis);
        }
        return NO_FACTOR;
      }
    }
    return NO_FACTOR;
  }

  /**
   * Asks for the part of an axis that a factor which it does not divide can take. The outer parts
   * of the axis come first: an inner one waits until they are here.
   */
  private void wantPart(int node, int factor, int axis) {
    int size = program.mesh().size(axis);
    long rest = program.rest(node, factor);
    int common = (int) greatestCommonDivisor(rest, size);
    if (common <= 1 || common == size) {
      return;
    }
    for (int other = 0; other < axisCount; other++) {
      if (program.mesh().isOuterPart(other, axis) && program.loopOver(node, other) < 0) {
        return;
      }
    }
    if (unsplittable[axis]) {
      return;
    }
    if (!program.isEven(axis)) {
      unsplittable[axis] = true;
      return;
    }
    splitAxis = axis;
    splitOuter = common;
  }

  private static long greatestCommonDivisor(long a, long b) {
    long x = a;
    long y = b;
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return x;
  }

  /**
   * Returns whether a node can be looped over a factor along an axis: the factor is not whole, in
   * every dimension its major neighbours are tiled to the end (else its blocks would not be blocks
   * of the dimension), what is left of it divides by the axis or makes dimensions by itself (which
   * can then be padded), and no operand that it would tile is kept whole along the axis.
   */
  private boolean viable(int node, int factor, int axis) {
    return viable(program, node, factor, axis);
  }

  static boolean viable(CoreProgram program, int node, int factor, int axis) {
    return viable(program, node, factor, axis, false);
  }

  /** Returns the same for an axis, or for some part of it. */
  private static boolean viable(CoreProgram program, int node, int factor, int axis, boolean part) {
    CoreGraph graph = program.graph();
    FactorRule rule = graph.rule(node);
    if (rule.kind(factor) == FactorRule.Kind.WHOLE
        || program.forbids(node, factor, axis)
        || (!part
            && program.rest(node, factor) % program.mesh().size(axis) != 0
            && !rule.isAlone(factor))) {
      return false;
    }
    if (rule.hasWindows() && !windowsPay(program, node, factor, axis)) {
      return false;
    }
    for (int o = 0; o < rule.operandCount(); o++) {
      boolean tiles = false;
      for (int[] dim : rule.operand(o)) {
        if (!majorsDone(program, node, dim, factor)) {
          return false;
        }
        for (int f : dim) {
          tiles |= f == factor;
        }
      }
      if (tiles && !isOpen(program, graph.operandSlot(node, o), axis)) {
        return false;
      }
    }
    for (int r = 0; r < rule.resultCount(); r++) {
      for (int[] dim : rule.result(r)) {
        if (!majorsDone(program, node, dim, factor)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Returns whether getting windows of some operand from neighbours is less than getting all of it,
   * were a factor tiled along one more axis; and whether it can be done: the blocks of several axes
   * must have no padding in between, nor any what is summed, and windows start at whole elements.
   * True for a factor without windows.
   */
  private static boolean windowsPay(CoreProgram program, int node, int factor, int axis) {
    CoreGraph graph = program.graph();
    FactorRule rule = graph.rule(node);
    int[] outer = program.axesOf(node, factor);
    int[] axes = Arrays.copyOf(outer, outer.length + 1);
    axes[outer.length] = axis;
    boolean single = outer.length == 0;
    boolean even = program.mesh().divides(rule.size(factor), axes);
    long block = program.mesh().blockSize(rule.size(factor), axes);
    boolean windows = false;
    boolean pays = false;
    for (int o = 0; o < rule.operandCount(); o++) {
      for (int d = 0; d < rule.operand(o).length; d++) {
        Window window = rule.window(o, d);
        TensorType type = graph.type(graph.operandSlot(node, o));
        if (window == null || type == null || rule.operandDim(o, d)[0] != factor) {
          continue;
        }
        windows = true;
        if (!window.fits(block)
            || (!single && !(even && program.mesh().divides(type.dim(d), axes)))
            || (!even && rule.kind(factor) == FactorRule.Kind.REDUCTION)) {
          return false;
        }
        pays |=
            CoreProgram.window(window, rule.size(factor), program.mesh(), axes)
                .isCheaperThanGather(type.dim(d), program.mesh(), axes);
      }
    }
    return pays || !windows;
  }

  /** Returns whether no operand of a node is kept whole along an axis. */
  static boolean operandsOpen(CoreProgram program, int node, int axis) {
    for (int o = 0; o < program.graph().operandCount(node); o++) {
      if (!isOpen(program, program.graph().operandSlot(node, o), axis)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOpen(CoreProgram program, int slot, int axis) {
    int producer = program.graph().producer(slot);
    int loop = program.loopOver(producer, axis);
    return loop < 0 || program.factor(producer, loop) != CoreProgram.ATOMIC;
  }

  private static boolean majorsDone(CoreProgram program, int node, int[] dim, int factor) {
    boolean done = true;
    for (int f : dim) {
      if (f == factor) {
        return done;
      }
      done &= program.rest(node, f) == 1;
    }
    return true;
  }

  private Conflict conflict(int node, int axis) {
    FactorRule rule = graph.rule(node);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < wishCount; i++) {
      texts.add(wishText(rule, wishes[i], wishNeighbours[i], axis));
    }
    return new Conflict(node, program.mesh().name(axis), graph.describe(node), texts);
  }

  private String wishText(FactorRule rule, int factor, int neighbour, int axis) {
    int origin = program.origin(neighbour, axis);
    String tactic = program.tactic(origin, program.loopOver(origin, axis));
    return graph.describe(neighbour)
        + " asks for factor "
        + FactorRule.letter(factor)
        + " of "
        + rule
        + " (tactic "
        + tactic
        + ", from "
        + graph.describe(origin)
        + ")";
  }
}
