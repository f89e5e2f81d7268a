package dev.partir.spmd;

import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Operation;
import dev.partir.mesh.Sharding;
import dev.partir.op.BinaryOp;
import dev.partir.op.BroadcastInDimOp;
import dev.partir.op.Monoid;
import dev.partir.op.Terms;
import dev.partir.op.TransposeOp;
import dev.partir.op.WhileOp;
import dev.partir.schedule.LoopSums;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds sums of partial sums, which are combined once: where several addends are pending over the
 * same axes, they are added up first, and one collective does for all (PartIR, arXiv 2401.11202,
 * section 6: the reduction of a sum is delayed). A sum is a tree of additions that nothing else
 * sees into; an addend may be transposed on its way, for that of a partial sum is one too.
 *
 * <p>What a loop carries is such a sum over its trips, if all that its body does with it is to add
 * what is pending ({@link LoopSums#ONCE}): every device adds up its own parts, from zeros, and what
 * went into the loop is added behind it.
 */
final class PartialSums {
  // What flows into what a loop carries, and what that becomes (WhileOp#flows).
  private static final int ENTRY = 0;
  private static final int END = 1;
  private static final int BEHIND = 0;
  private static final int IN_CONDITION = 1;
  private static final int IN_BODY = 2;

  private final CoreProgram program;
  private final CoreGraph graph;
  private final boolean[] returned;
  private final boolean[] parts;
  private final boolean[] addends;

  /** By the node of a transposition that a pending addend goes through, what becomes of it. */
  private final Map<Integer, Sharding> transposed = new HashMap<>();

  /** By the root of the tree, the addends grouped by their layout, in order. */
  private final Map<Integer, List<List<Integer>>> sums = new HashMap<>();

  /** By the node of what a loop adds up, the layout of its parts. */
  private final Map<Integer, Sharding> carried = new HashMap<>();

  /** By the same node, the slot of an addend. */
  private final Map<Integer, Integer> origins = new HashMap<>();

  private PartialSums(CoreProgram program, boolean[] returned) {
    this.program = program;
    graph = program.graph();
    this.returned = returned;
    parts = new boolean[graph.nodeCount()];
    addends = new boolean[graph.slotCount()];
  }

  /**
   * Finds the sums of a program.
   *
   * @param returned which slots the function gives back
   */
  static PartialSums of(CoreProgram program, boolean[] returned) {
    PartialSums sums = new PartialSums(program, returned);
    for (int node = 0; node < sums.graph.nodeCount(); node++) {
      if (sums.isAddition(node) && sums.sumAround(node) < 0) {
        sums.find(node);
      }
    }
    return sums;
  }

  /** Returns whether a node is the root of a sum with addends that are pending alike. */
  boolean isSum(int node) {
    return sums.containsKey(node);
  }

  /** Returns whether a node is an addition in such a sum, other than its root. */
  boolean isPartOfSum(int node) {
    return parts[node];
  }

  /** Returns whether a slot is an addend that is to stay pending. */
  boolean isAddend(int slot) {
    return addends[slot];
  }

  /** Returns the layout of what a transposition makes of a pending addend; null for other nodes. */
  @Nullable Sharding pendingBehind(int node) {
    return transposed.get(node);
  }

  /**
   * Returns the layout in which a loop carries what it adds up of pending addends; null for
   * anything else that one carries.
   *
   * @param flow the node of what it carries
   */
  @Nullable Sharding carriedPending(int flow) {
    return carried.get(flow);
  }

  /**
   * Returns the slot whose parts a slot has: for what a loop adds up, the first of its addends;
   * otherwise itself.
   */
  int origin(int slot) {
    Integer addend = origins.get(graph.producer(slot));
    return addend == null ? slot : origin(addend);
  }

  /** Returns whether what goes into a loop that adds up is zeros, which change nothing. */
  boolean startsAtZero(int flow) {
    return carried.containsKey(flow) && isZero(graph.operandSlot(flow, ENTRY));
  }

  /**
   * Returns whether a node makes nothing but the zeros that a loop starts from in another layout.
   */
  boolean isReplacedZero(int node) {
    if (graph.role(node) != CoreGraph.Role.OPERATION
        || graph.operation(node).results().size() != 1) {
      return false;
    }
    int slot = graph.resultSlot(node, 0);
    return isHidden(slot)
        && graph.useOperand(slot, 0) == ENTRY
        && startsAtZero(graph.useNode(slot, 0));
  }

  /** Returns the addends of a sum, those that are pending alike together. */
  List<List<Integer>> groups(int node) {
    return Collections.unmodifiableList(sums.getOrDefault(node, List.of()));
  }

  /** Returns the number of addends of a sum. */
  int size(int node) {
    return groups(node).stream().mapToInt(List::size).sum();
  }

  private boolean isAddition(int node) {
    return graph.role(node) == CoreGraph.Role.OPERATION
        && graph.operation(node).kind() == BinaryOp.ADD;
  }

  /** Returns the addition that alone uses a node's result, if it is in one sum with it; else -1. */
  private int sumAround(int node) {
    int slot = graph.resultSlot(node, 0);
    if (!isHidden(slot)) {
      return -1;
    }
    int user = graph.useNode(slot, 0);
    return isAddition(user)
            && graph.block(user) == graph.block(node)
            && program.operandSharding(user, 0).equals(program.operandSharding(node, 0))
        ? user
        : -1;
  }

  private boolean isHidden(int slot) {
    return !returned[slot] && graph.useCount(slot) == 1;
  }

  private void find(int root) {
    List<Integer> leaves = new ArrayList<>();
    List<Integer> inner = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    boolean pending = false;
    while (!open.isEmpty()) {
      int node = open.pop();
      if (node != root) {
        inner.add(node);
      }
      for (int o = 0; o < 2; o++) {
        int slot = graph.operandSlot(node, o);
        int producer = graph.producer(slot);
        if (isAddition(producer) && sumAround(producer) == node) {
          open.push(producer);
        } else {
          leaves.add(slot);
          pending |= partial(slot, root) != null;
        }
      }
    }
    if (!pending) {
      return;
    }
    Collections.sort(leaves);
    if (accumulates(root, leaves)) {
      inner.forEach(node -> parts[node] = true);
      return;
    }
    Map<Object, List<Integer>> groups = new LinkedHashMap<>();
    boolean shared = false;
    for (int slot : leaves) {
      // What is not pending stands by itself.
      Sharding partial = partial(slot, root);
      Object key = partial != null ? partial : (Object) slot;
      List<Integer> group = groups.computeIfAbsent(key, k -> new ArrayList<>());
      group.add(slot);
      shared |= group.size() > 1 && partial != null;
    }
    if (!shared) {
      return;
    }
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> group : groups.values()) {
      if (partial(group.get(0), root) != null) {
        all.add(group);
        if (group.size() > 1) {
          group.forEach(slot -> keepPending(slot, root));
        }
      } else {
        // An addend that stands twice is added twice.
        group.forEach(slot -> all.add(List.of(slot)));
      }
    }
    sums.put(root, all);
    inner.forEach(node -> parts[node] = true);
  }

  /**
   * Notes a sum that is what a loop carries and addends that are pending alike, if this is one.
   *
   * @param leaves the slots that are added up, some of them pending
   */
  private boolean accumulates(int root, List<Integer> leaves) {
    int sum = graph.resultSlot(root, 0);
    if (!isHidden(sum)
        || program.options().loopSums() != LoopSums.ONCE
        || graph.operation(root).result().tensor().quantization() != null) {
      return false;
    }
    int flow = graph.useNode(sum, 0);
    if (graph.role(flow) != CoreGraph.Role.FLOW
        || graph.operation(flow).kind() != WhileOp.INSTANCE
        || graph.useOperand(sum, 0) != END) {
      return false;
    }
    int before = graph.resultSlot(flow, IN_BODY);
    if (!leaves.contains(before)
        || graph.useCount(before) != 1
        || graph.useCount(graph.resultSlot(flow, IN_CONDITION)) > 0) {
      return false;
    }
    List<Integer> addends = new ArrayList<>(leaves);
    addends.remove(Integer.valueOf(before));
    Sharding layout = partial(addends.get(0), root);
    if (layout == null) {
      return false;
    }
    for (int slot : addends) {
      if (!Objects.equals(layout, partial(slot, root))) {
        return false;
      }
    }
    addends.forEach(slot -> keepPending(slot, root));
    this.addends[before] = true;
    this.addends[sum] = true;
    sums.put(root, List.of(List.copyOf(leaves)));
    carried.put(flow, layout);
    origins.put(flow, addends.get(0));
    return true;
  }

  /** Returns whether a value is a constant of zeros. */
  private boolean isZero(int slot) {
    int producer = graph.producer(slot);
    if (graph.role(producer) != CoreGraph.Role.OPERATION) {
      return false;
    }
    Operation operation = graph.operation(producer);
    return operation.kind() == BroadcastInDimOp.INSTANCE
        ? isZero(graph.operandSlot(producer, 0))
        : operation.results().size() == 1 && Terms.isSplat(operation.result(), 0);
  }

  private void keepPending(int slot, int root) {
    addends[slot] = true;
    int producer = graph.producer(slot);
    Sharding layout = partial(slot, root);
    if (layout != null && isTransposition(producer)) {
      transposed.put(producer, layout);
      keepPending(graph.operandSlot(producer, 0), root);
    }
  }

  private boolean isTransposition(int node) {
    return graph.operation(node).kind() == TransposeOp.INSTANCE;
  }

  /**
   * Returns the layout in which an addend is pending, if it is a partial sum as it is made, or a
   * transposed one, and in the same block as the sum; else null.
   */
  private @Nullable Sharding partial(int slot, int root) {
    int producer = graph.producer(slot);
    if (!isHidden(slot) || graph.block(producer) != graph.block(root)) {
      return null;
    }
    if (carried.containsKey(producer)) {
      // A loop inside that has added up from zeros, and gives its sum to one around it.
      return graph.producerResult(slot) == BEHIND && startsAtZero(producer)
          ? carried.get(producer)
          : null;
    }
    if (graph.role(producer) != CoreGraph.Role.OPERATION) {
      return null;
    }
    if (isTransposition(producer)) {
      Sharding operand = partial(graph.operandSlot(producer, 0), root);
      return operand == null ? null : behind(producer, operand);
    }
    Sharding sharding = program.sharding(slot);
    return sharding.isPending()
            && sharding.monoid() == Monoid.ADD
            && !graph.operation(producer).results().isEmpty()
        ? sharding
        : null;
  }

  /**
   * Returns what a transposition makes of an operand that stays pending; null where it must be laid
   * out otherwise first. What it tiles along the pending axes is left for the sum to do.
   */
  private @Nullable Sharding behind(int node, Sharding operand) {
    Sharding needed = program.operandSharding(node, 0);
    int[] permutation = TransposeOp.permutation(graph.operation(node));
    int[][] dims = new int[permutation.length][];
    for (int d = 0; d < dims.length; d++) {
      int[] left =
          Arrays.stream(needed.dim(permutation[d]))
              .filter(axis -> Arrays.stream(operand.pending()).noneMatch(p -> p == axis))
              .toArray();
      dims[d] = operand.dim(permutation[d]);
      if (!Arrays.equals(left, dims[d])) {
        return null;
      }
    }
    return Sharding.of(dims, operand.pending(), operand.monoid());
  }
}
