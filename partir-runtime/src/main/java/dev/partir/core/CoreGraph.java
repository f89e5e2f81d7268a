package dev.partir.core;

import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.DataFlow;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A function without calls as propagation sees it: nodes, which hold loops and have a {@link
 * FactorRule} each, and slots, which are what nodes give and take. All are numbered densely, and
 * edges are arrays of numbers.
 *
 * <p>A slot is a value, under the value's id, or what an anchor makes of one, under the ids behind
 * those. Nodes stand in the order of the program; an operation in a region is a node like any
 * other.
 */
public final class CoreGraph {
  /** What a node stands for. */
  public enum Role {
    /** An argument of the function; it takes nothing and has a factor per dimension. */
    ARGUMENT,
    /** An operation over tensors. */
    OPERATION,
    /**
     * What an operation of control flow, or a terminator in its regions, needs itself, as the
     * condition of a loop; it can hold no loop.
     */
    STRUCTURE,
    /** An edge of {@link DataFlow}, which has a factor per dimension. */
    FLOW,
    /**
     * A place behind a value that a tactic acts on, which all uses of the value go through; it has
     * a factor per dimension.
     */
    ANCHOR
  }

  private static final List<Role> ROLES = List.of(Role.values());
  private static final int[] ONE_BLOCK = {};

  /** What stands for the number of an operand that is too large for a byte. */
  private static final int MANY = 255;

  private final Function function;

  // Graphs have nodes by the million: what is small is kept small, and what can be found is not
  // kept.
  private final byte[] roles;
  private final FactorRule[] rules;
  private final @Nullable Operation[] operations;
  private final int[] nodeOfOperation;
  private final Map<Integer, Integer> anchorOfValue;

  /** Empty where there is one block only. */
  private final int[] blocks;

  private final int[] operandStarts;
  private final int[] operandSlots;
  private final int[] resultStarts;
  private final int[] resultSlots;
  private final @Nullable TensorType[] types;
  private final int[] producers;
  private final int[] useStarts;
  private final int[] useNodes;
  private final byte[] useOperands;

  /** Made when it is asked for: few schedules ask. */
  private @Nullable SlicedDimensions slicedDimensions;

  CoreGraph(Function function, GraphBuilder built) {
    this.function = function;
    roles = new byte[built.roles.size()];
    for (int node = 0; node < roles.length; node++) {
      roles[node] = (byte) ROLES.indexOf(built.roles.get(node));
    }
    rules = built.rules.toArray(FactorRule[]::new);
    operations = built.operations.toArray(Operation[]::new);
    nodeOfOperation = built.nodeOfOperation;
    anchorOfValue = Map.copyOf(built.anchorOfValue);
    blocks = built.blockCount == 1 ? ONE_BLOCK : built.blocks.toArray();
    operandStarts = built.operandStarts.toArray();
    operandSlots = built.operandSlots.toArray();
    resultStarts = built.resultStarts.toArray();
    resultSlots = built.resultSlots.toArray();
    types = built.types.toArray(TensorType[]::new);
    producers = new int[types.length];
    for (int node = 0; node < roles.length; node++) {
      for (int r = resultStarts[node]; r < resultStarts[node + 1]; r++) {
        producers[resultSlots[r]] = node;
      }
    }
    useStarts = new int[types.length + 1];
    for (int slot : operandSlots) {
      useStarts[slot + 1]++;
    }
    for (int slot = 0; slot < types.length; slot++) {
      useStarts[slot + 1] += useStarts[slot];
    }
    useNodes = new int[operandSlots.length];
    useOperands = new byte[operandSlots.length];
    int[] next = useStarts.clone();
    for (int node = 0; node < roles.length; node++) {
      for (int o = operandStarts[node]; o < operandStarts[node + 1]; o++) {
        int at = next[operandSlots[o]]++;
        useNodes[at] = node;
        useOperands[at] = (byte) Math.min(MANY, o - operandStarts[node]);
      }
    }
  }

  /** Returns the graph of a function without calls. */
  public static CoreGraph of(Function function) {
    return of(function, List.of());
  }

  /**
   * Returns the graph of a function without calls, with an anchor behind each of the given values.
   */
  static CoreGraph of(Function function, Collection<Value> anchored) {
    return new GraphBuilder(function, anchored).build();
  }

  public Function function() {
    return function;
  }

  public int nodeCount() {
    return roles.length;
  }

  public Role role(int node) {
    return ROLES.get(roles[node]);
  }

  public FactorRule rule(int node) {
    return rules[node];
  }

  /**
   * Returns the operation that a node stands for or belongs to; for an anchor, the one that gives
   * its value.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Operation operation(int node) {
    Operation operation = operations[node];
    if (operation == null) {
      throw new IllegalArgumentException("node " + node + " is no operation");
    }
    return operation;
  }

  /** Returns a number of the block that a node stands in; 0 is the body of the function. */
  public int block(int node) {
    return blocks.length == 0 ? 0 : blocks[node];
  }

  /**
   * Returns whether a loop takes slices of a dimension of a slot, a trip each, or of one that is
   * tiled with it.
   */
  boolean isSliced(int slot, int dim) {
    if (blocks.length == 0) {
      return false;
    }
    SlicedDimensions all = slicedDimensions;
    if (all == null) {
      all = SlicedDimensions.of(this);
      slicedDimensions = all;
    }
    return all.isSliced(slot, dim);
  }

  /** Returns the node that stands for an operation, or -1. */
  public int node(Operation operation) {
    return nodeOfOperation[operation.id()];
  }

  /** Returns the node of an edge of an operation of control flow. */
  public int flowNode(Operation operation, int flow) {
    return nodeOfOperation[operation.id()] + 1 + flow;
  }

  /** Returns the node of an anchor behind a value, or -1. */
  public int anchor(Value value) {
    return anchorOfValue.isEmpty() ? -1 : anchorOfValue.getOrDefault(value.id(), -1);
  }

  public int slotCount() {
    return types.length;
  }

  /** Returns the type of a slot; null for what is no tensor. */
  public @Nullable TensorType type(int slot) {
    return types[slot];
  }

  /** Returns the slot that uses of a value read: behind its anchor, if it has one. */
  public int slot(Value value) {
    int anchor = anchor(value);
    return anchor < 0 ? value.id() : resultSlots[resultStarts[anchor]];
  }

  public int operandCount(int node) {
    return operandStarts[node + 1] - operandStarts[node];
  }

  /**
   * Returns what a node takes. Behind the operands of an operation stand the values that its
   * regions use, which must be whole.
   */
  public int operandSlot(int node, int operand) {
    return operandSlots[operandStarts[node] + operand];
  }

  public int resultCount(int node) {
    return resultStarts[node + 1] - resultStarts[node];
  }

  public int resultSlot(int node, int result) {
    return resultSlots[resultStarts[node] + result];
  }

  /** Returns the node that gives a slot. */
  public int producer(int slot) {
    return producers[slot];
  }

  /** Returns which result of its producer a slot is. */
  public int producerResult(int slot) {
    int node = producers[slot];
    int first = resultStarts[node];
    int at = first;
    while (resultSlots[at] != slot) {
      at++;
    }
    return at - first;
  }

  /** Returns the number of uses of a slot by nodes; what the function returns is no use. */
  public int useCount(int slot) {
    return useStarts[slot + 1] - useStarts[slot];
  }

  /** Returns the node of use {@code index} of a slot, counted from 0 to {@link #useCount}. */
  public int useNode(int slot, int index) {
    return useNodes[useStarts[slot] + index];
  }

  /** Returns which operand of its node use {@code index} of a slot is. */
  public int useOperand(int slot, int index) {
    int use = useStarts[slot] + index;
    int operand = useOperands[use] & 0xff;
    return operand < MANY ? operand : farOperand(slot, use);
  }

  /** Returns which operand a use is that is not among the first: the uses are in their order. */
  private int farOperand(int slot, int use) {
    int node = useNodes[use];
    int before = 0;
    while (use - before > useStarts[slot]
        && useNodes[use - before - 1] == node
        && (useOperands[use - before - 1] & 0xff) == MANY) {
      before++;
    }
    int operand = MANY;
    while (operandSlot(node, operand) != slot || before-- > 0) {
      operand++;
    }
    return operand;
  }

  /** Returns the values of outside that the regions of an operation use, each once. */
  public static List<Value> captured(Operation operation) {
    if (operation.regions().isEmpty()) {
      return List.of();
    }
    Set<Value> used = new LinkedHashSet<>();
    Set<Value> inner = new HashSet<>();
    for (Region region : operation.regions()) {
      collect(region.block(), used, inner);
    }
    used.removeIf(inner::contains);
    return List.copyOf(used);
  }

  private static void collect(Block block, Set<Value> used, Set<Value> inner) {
    inner.addAll(block.arguments());
    for (Operation operation : block.operations()) {
      used.addAll(operation.operands());
      inner.addAll(operation.results());
      for (Region region : operation.regions()) {
        collect(region.block(), used, inner);
      }
    }
  }

  /** Returns how messages call a node: an argument by its name, an operation by its own. */
  public String describe(int node) {
    return switch (role(node)) {
      case ARGUMENT -> "argument \"" + function.argumentName(node) + "\"";
      case OPERATION, STRUCTURE -> describe(operation(node));
      case ANCHOR -> describe(operation(node));
      case FLOW -> {
        int flow = node - nodeOfOperation[operation(node).id()] - 1;
        List<DataFlow> flows = Op.of(operation(node)).flows(operation(node));
        Value first = flows == null ? null : flows.get(flow).targets().get(0);
        String name = first == null ? null : first.name();
        yield "value "
            + (name == null ? "" + flow : "%" + name)
            + " carried by "
            + describe(operation(node));
      }
    };
  }

  private static String describe(Operation operation) {
    String name = operation.sourceName();
    StringBuilder text = new StringBuilder(operation.name());
    if (name != null) {
      text.append(" \"").append(name).append('"');
    } else if (!operation.results().isEmpty() && operation.result(0).name() != null) {
      String first = operation.result(0).name();
      int several = first.indexOf('#');
      text.append(" %").append(several < 0 ? first : first.substring(0, several));
    }
    if (operation.location().hasPosition()) {
      text.append(" at line ").append(operation.location().line());
    }
    return text.toString();
  }
}
