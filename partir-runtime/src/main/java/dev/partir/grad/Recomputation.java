package dev.partir.grad;

import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Rewriter;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.ConstantOp;
import dev.partir.op.Op;
import dev.partir.op.OptimizationBarrierOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Operations that are added on the way back, to be differentiated there at once: those that a
 * checkpoint runs again (Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv
 * 1604.06174), or simpler ones in place of one without a derivative of its own. Those that nothing
 * uses in the end are taken out again.
 */
final class Recomputation extends Scope {
  private final Scope around;
  private final int firstId;

  /** For each value that the operations use, the forward value that it stands for. */
  private final Map<Value, Value> origins;

  /** What is handed out of the operations. */
  private final Set<Value> given = new HashSet<>();

  private Recomputation(Scope around, Map<Value, Value> origins) {
    super(around.cotangents, around.back);
    this.around = around;
    this.origins = origins;
    firstId = back.valueCount();
    for (Map.Entry<Value, Value> origin : origins.entrySet()) {
      if (cotangents.activity().of(origin.getValue())) {
        cotangents.activity().set(origin.getKey());
      }
    }
  }

  /** Differentiates simpler operations in place of one. */
  static void through(
      Operation operation,
      BiFunction<BlockBuilder, List<Value>, List<Value>> simpler,
      Scope around) {
    List<Value> operands = new ArrayList<>();
    Map<Value, Value> origins = new HashMap<>();
    for (Value operand : operation.operands()) {
      Value primal = around.primal(operand);
      operands.add(primal);
      origins.put(primal, operand);
    }
    List<@Nullable Value> sums = sums(operation, around);
    Recomputation scope = new Recomputation(around, origins);
    int start = around.back.operations().size();
    scope.walk(start, simpler.apply(around.back, operands), sums);
  }

  /**
   * Runs the operations of a checkpoint again and differentiates them. What they use goes through a
   * barrier with the cotangents, so that a compiler neither takes them for what was computed before
   * nor runs them early. What a loop has from around it does not: it is the same in all trips, and
   * can then be laid out once before the loop.
   */
  static void checkpoint(Operation operation, Scope around) {
    Block body = operation.regions().get(0).block();
    List<@Nullable Value> sums = sums(operation, around);
    List<Value> used = new ArrayList<>();
    List<Value> guarded = new ArrayList<>();
    Map<Value, Value> origins = new HashMap<>();
    Rewriter rewriter = Rewriter.repeating();
    for (Value value : used(body)) {
      Value primal = around.primal(value);
      rewriter.put(value, primal);
      if (isGuarded(primal, around)) {
        used.add(value);
        guarded.add(primal);
      } else {
        origins.put(primal, value);
      }
    }
    int count = guarded.size();
    for (Value sum : sums) {
      if (sum != null && isGuarded(sum, around)) {
        guarded.add(sum);
      }
    }
    List<Value> held = barrier(guarded, around.back);
    for (int i = 0; i < count; i++) {
      rewriter.put(used.get(i), held.get(i));
      origins.put(held.get(i), used.get(i));
    }
    for (int i = 0, next = count; i < sums.size(); i++) {
      Value sum = sums.get(i);
      if (sum != null && isGuarded(sum, around)) {
        sums.set(i, held.get(next++));
      }
    }
    Recomputation scope = new Recomputation(around, origins);
    int start = around.back.operations().size();
    List<Operation> operations = body.operations();
    rewriter.copyAll(operations.subList(0, operations.size() - 1), around.back);
    scope.walk(start, rewriter.getAll(body.results()), sums);
  }

  private static List<Value> barrier(List<Value> values, BlockBuilder block) {
    List<Type> types = Op.typesOf(values);
    return values.isEmpty()
        ? values
        : block.add(OptimizationBarrierOp.INSTANCE, values, Attributes.EMPTY, types).results();
  }

  /**
   * Returns whether a value goes through the barrier: neither a constant, which need not be kept,
   * nor what is from around the block.
   */
  private static boolean isGuarded(Value value, Scope around) {
    return ConstantOp.valueOf(value) == null
        && value.type() instanceof TensorType
        && value.id() >= around.back.firstId();
  }

  private static List<@Nullable Value> sums(Operation operation, Scope around) {
    List<@Nullable Value> sums = new ArrayList<>();
    for (Value result : operation.results()) {
      sums.add(around.cotangents.activity().of(result) ? around.sum(result) : null);
    }
    return sums;
  }

  /** Returns the values from around a block that its operations use, in order. */
  private static Set<Value> used(Block body) {
    Set<Value> used = new LinkedHashSet<>();
    use(body, new HashSet<>(), used);
    return used;
  }

  private static void use(Block block, Set<Value> inside, Set<Value> used) {
    inside.addAll(block.arguments());
    for (Operation operation : block.operations()) {
      for (Value operand : operation.operands()) {
        if (!inside.contains(operand)) {
          used.add(operand);
        }
      }
      for (Region region : operation.regions()) {
        use(region.block(), inside, used);
      }
      inside.addAll(operation.results());
    }
  }

  private void walk(int start, List<Value> results, List<@Nullable Value> sums) {
    int end = back.operations().size();
    cotangents.activity().mark(back.operations().subList(start, end));
    for (int i = 0; i < results.size(); i++) {
      Value sum = sums.get(i);
      if (sum != null) {
        add(results.get(i), sum);
      }
    }
    Walk.back(back, start, end, this);
    Unused.remove(back, start, given);
  }

  private boolean owns(Value value) {
    return value.id() >= firstId;
  }

  private Value origin(Value value) {
    return origins.getOrDefault(value, value);
  }

  @Override
  Value primal(Value value) {
    return value;
  }

  @Override
  @Nullable Value sum(Value value) {
    return owns(value) ? cotangents.get(value) : around.sum(origin(value));
  }

  @Override
  void setSum(Value value, Value sum) {
    if (owns(value)) {
      cotangents.set(value, sum);
    } else {
      given.add(sum);
      around.setSum(origin(value), sum);
    }
  }

  @Override
  boolean isCarried(Value value) {
    return !owns(value) && around.isCarried(origin(value));
  }
}
