package dev.partir.core;

import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import java.util.List;

/**
 * A flat function as propagation sees it. Nodes are numbered densely: first the arguments, then the
 * operations in order, the terminator not among them. An argument is a node without operands whose
 * rule has a factor per dimension.
 */
public final class CoreGraph {
  private final Function function;
  private final FactorRule[] rules;
  private final int[] producers;
  private final int[] useStarts;
  private final int[] useNodes;
  private final int[] useOperands;

  private CoreGraph(
      Function function,
      FactorRule[] rules,
      int[] producers,
      int[] useStarts,
      int[] useNodes,
      int[] useOperands) {
    this.function = function;
    this.rules = rules;
    this.producers = producers;
    this.useStarts = useStarts;
    this.useNodes = useNodes;
    this.useOperands = useOperands;
  }

  /** Returns the graph of a function without calls. */
  public static CoreGraph of(Function function) {
    List<Operation> operations = function.body().operations();
    int arguments = function.arguments().size();
    int nodes = arguments + operations.size() - 1;
    FactorRule[] rules = new FactorRule[nodes];
    int[] producers = new int[function.valueCount()];
    int[] useStarts = new int[function.valueCount() + 1];
    for (int i = 0; i < arguments; i++) {
      Value argument = function.arguments().get(i);
      TensorType[] results =
          argument.type() instanceof TensorType tensor
              ? new TensorType[] {tensor}
              : new TensorType[] {};
      rules[i] =
          results.length == 0
              ? FactorRule.whole(new TensorType[0], results)
              : FactorRule.pointwise(new TensorType[0], results);
      producers[argument.id()] = i;
    }
    for (int n = arguments; n < nodes; n++) {
      Operation operation = operations.get(n - arguments);
      rules[n] = Op.of(operation).rule(operation);
      for (Value result : operation.results()) {
        producers[result.id()] = n;
      }
      for (Value operand : operation.operands()) {
        useStarts[operand.id() + 1]++;
      }
    }
    for (int v = 0; v < function.valueCount(); v++) {
      useStarts[v + 1] += useStarts[v];
    }
    int[] useNodes = new int[useStarts[function.valueCount()]];
    int[] useOperands = new int[useNodes.length];
    int[] next = useStarts.clone();
    for (int n = arguments; n < nodes; n++) {
      List<Value> operands = operations.get(n - arguments).operands();
      for (int o = 0; o < operands.size(); o++) {
        int at = next[operands.get(o).id()]++;
        useNodes[at] = n;
        useOperands[at] = o;
      }
    }
    return new CoreGraph(function, rules, producers, useStarts, useNodes, useOperands);
  }

  public Function function() {
    return function;
  }

  public int nodeCount() {
    return rules.length;
  }

  public FactorRule rule(int node) {
    return rules[node];
  }

  /** Returns whether the node is an argument. */
  public boolean isArgument(int node) {
    return node < function.arguments().size();
  }

  /** Returns the operation of a node that is no argument. */
  public Operation operation(int node) {
    return function.body().operations().get(node - function.arguments().size());
  }

  /** Returns the node of the operation at a place in the body. */
  public int nodeOf(int operationIndex) {
    return function.arguments().size() + operationIndex;
  }

  /** Returns the operands of a node; an argument has none. */
  public List<Value> operands(int node) {
    return isArgument(node) ? List.of() : operation(node).operands();
  }

  /** Returns the results of a node; the result of an argument is the argument. */
  public List<Value> results(int node) {
    return isArgument(node) ? List.of(function.arguments().get(node)) : operation(node).results();
  }

  /** Returns the node that gives a value. */
  public int producer(Value value) {
    return producers[value.id()];
  }

  /**
   * Returns the index of the first use of a value; its uses end where those of the next value
   * start.
   */
  int firstUse(int valueId) {
    return useStarts[valueId];
  }

  /** Returns the number of uses of a value by operations other than the terminator. */
  public int useCount(Value value) {
    return useStarts[value.id() + 1] - useStarts[value.id()];
  }

  /** Returns the node of use {@code index} of a value, counted from 0 to {@link #useCount}. */
  public int useNode(Value value, int index) {
    return useNodes[useStarts[value.id()] + index];
  }

  /** Returns which operand of its node use {@code index} of a value is. */
  public int useOperand(Value value, int index) {
    return useOperands[useStarts[value.id()] + index];
  }

  int useNode(int use) {
    return useNodes[use];
  }

  int useOperand(int use) {
    return useOperands[use];
  }

  /** Returns how messages call a node: an argument by its name, an operation by its own. */
  public String describe(int node) {
    if (isArgument(node)) {
      return "argument \"" + function.argumentName(node) + "\"";
    }
    Operation operation = operation(node);
    String name = operation.sourceName();
    StringBuilder text = new StringBuilder(operation.name());
    if (name != null) {
      text.append(" \"").append(name).append('"');
    } else if (!operation.results().isEmpty() && operation.result(0).name() != null) {
      text.append(" %").append(operation.result(0).name());
    }
    if (operation.location().hasPosition()) {
      text.append(" at line ").append(operation.location().line());
    }
    return text.toString();
  }
}
