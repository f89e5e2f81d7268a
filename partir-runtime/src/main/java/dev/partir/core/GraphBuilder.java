package dev.partir.core;

import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.DataFlow;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers the nodes and slots of a function in one walk over it. */
final class GraphBuilder {
  private static final TensorType[] NO_TYPES = {};

  final List<CoreGraph.Role> roles = new ArrayList<>();
  final List<FactorRule> rules = new ArrayList<>();
  final List<@Nullable Operation> operations = new ArrayList<>();
  final int[] nodeOfOperation;
  final Map<Integer, Integer> anchorOfValue = new HashMap<>();
  final Ints blocks = new Ints();
  final Ints operandStarts = new Ints();
  final Ints operandSlots = new Ints();
  final Ints resultStarts = new Ints();
  final Ints resultSlots = new Ints();
  final List<@Nullable TensorType> types;

  private final Function function;
  private final boolean[] anchored;
  private int block;
  int blockCount = 1;

  /** The slot that uses of a value read. */
  private final int[] slots;

  /** One of all rules that are equal: programs repeat their layers. */
  private final Map<FactorRule, FactorRule> shared = new HashMap<>();

  GraphBuilder(Function function, Collection<Value> toAnchor) {
    this.function = function;
    nodeOfOperation = new int[function.operationCount()];
    Arrays.fill(nodeOfOperation, -1);
    anchored = new boolean[function.valueCount()];
    for (Value value : toAnchor) {
      anchored[value.id()] = true;
    }
    slots = new int[function.valueCount()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = i;
    }
    types = new ArrayList<>(function.valueCount());
    for (int i = 0; i < slots.length; i++) {
      types.add(null);
    }
  }

  CoreGraph build() {
    for (Value argument : function.arguments()) {
      type(argument);
      begin(CoreGraph.Role.ARGUMENT, null, identity(argument.type(), 0, 1));
      resultSlots.add(argument.id());
    }
    for (Value argument : function.arguments()) {
      anchor(argument, null);
    }
    List<Operation> body = function.body().operations();
    for (int i = 0; i < body.size() - 1; i++) {
      add(body.get(i));
    }
    operandStarts.add(operandSlots.size());
    resultStarts.add(resultSlots.size());
    return new CoreGraph(function, this);
  }

  private void begin(CoreGraph.Role role, @Nullable Operation operation, FactorRule rule) {
    roles.add(role);
    blocks.add(block);
    operations.add(operation);
    FactorRule known = shared.putIfAbsent(rule, rule);
    rules.add(known == null ? rule : known);
    operandStarts.add(operandSlots.size());
    resultStarts.add(resultSlots.size());
  }

  private void type(Value value) {
    if (value.type() instanceof TensorType tensor) {
      types.set(value.id(), tensor);
    }
  }

  /** Returns the rule with a factor for every dimension of a type, shared by all values. */
  private static FactorRule identity(Type type, int operands, int results) {
    if (!(type instanceof TensorType tensor)) {
      return FactorRule.whole(NO_TYPES, NO_TYPES);
    }
    TensorType[] in = new TensorType[operands];
    TensorType[] out = new TensorType[results];
    Arrays.fill(in, tensor);
    Arrays.fill(out, tensor);
    return FactorRule.pointwise(in, out);
  }

  private void add(Operation operation) {
    Op op = Op.of(operation);
    List<DataFlow> flows = op.flows(operation);
    if (flows == null) {
      nodeOfOperation[operation.id()] = rules.size();
      begin(CoreGraph.Role.OPERATION, operation, FactorRule.of(operation));
      for (Value operand : operation.operands()) {
        operandSlots.add(slots[operand.id()]);
      }
      for (Value captured : CoreGraph.captured(operation)) {
        operandSlots.add(slots[captured.id()]);
      }
    } else {
      control(operation, flows);
    }
    for (Value result : operation.results()) {
      type(result);
      if (flows == null) {
        resultSlots.add(result.id());
      }
    }
    for (Value result : operation.results()) {
      anchor(result, operation);
    }
  }

  /** Adds what the operation itself needs, its edges, and what stands in its regions. */
  private void control(Operation operation, List<DataFlow> flows) {
    nodeOfOperation[operation.id()] = rules.size();
    structure(operation, flows);
    // The sources at the ends of regions get their slots when these are known.
    int[] firstOperand = new int[flows.size()];
    for (int f = 0; f < flows.size(); f++) {
      DataFlow flow = flows.get(f);
      Type type = flow.targets().get(0).type();
      begin(
          CoreGraph.Role.FLOW,
          operation,
          identity(type, flow.sources().size(), flow.targets().size()));
      firstOperand[f] = operandSlots.size();
      for (DataFlow.Source source : flow.sources()) {
        operandSlots.add(source.operation() == operation ? slots[source.value().id()] : -1);
      }
      for (Value target : flow.targets()) {
        type(target);
        resultSlots.add(target.id());
      }
    }
    for (Region region : operation.regions()) {
      int outer = block;
      block = blockCount++;
      for (Value argument : region.block().arguments()) {
        anchor(argument, operation);
      }
      List<Operation> body = region.block().operations();
      for (int i = 0; i < body.size() - 1; i++) {
        add(body.get(i));
      }
      structure(region.block().terminator(), flows);
      block = outer;
    }
    for (int f = 0; f < flows.size(); f++) {
      List<DataFlow.Source> sources = flows.get(f).sources();
      for (int i = 0; i < sources.size(); i++) {
        if (sources.get(i).operation() != operation) {
          operandSlots.set(firstOperand[f] + i, slots[sources.get(i).value().id()]);
        }
      }
    }
  }

  /** Adds a node for the operands that flow nowhere; for a terminator only if there are any. */
  private void structure(Operation operation, List<DataFlow> flows) {
    List<Integer> own = new ArrayList<>();
    for (int o = 0; o < operation.operands().size(); o++) {
      if (!flows(operation, o, flows)) {
        own.add(slots[operation.operand(o).id()]);
      }
    }
    if (own.isEmpty() && Op.of(operation).isTerminator()) {
      return;
    }
    nodeOfOperation[operation.id()] = rules.size();
    begin(CoreGraph.Role.STRUCTURE, operation, FactorRule.whole(NO_TYPES, NO_TYPES));
    own.forEach(operandSlots::add);
  }

  private static boolean flows(Operation operation, int operand, List<DataFlow> flows) {
    for (DataFlow flow : flows) {
      for (DataFlow.Source source : flow.sources()) {
        if (source.operation() == operation && source.operand() == operand) {
          return true;
        }
      }
    }
    return false;
  }

  private void anchor(Value value, @Nullable Operation operation) {
    if (!anchored[value.id()]) {
      return;
    }
    anchorOfValue.put(value.id(), rules.size());
    begin(CoreGraph.Role.ANCHOR, operation, identity(value.type(), 1, 1));
    operandSlots.add(value.id());
    slots[value.id()] = types.size();
    resultSlots.add(types.size());
    types.add(value.tensor());
  }

  /** A list of ints. */
  static final class Ints {
    private int[] values = new int[64];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    void set(int index, int value) {
      values[index] = value;
    }

    int size() {
      return size;
    }

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
