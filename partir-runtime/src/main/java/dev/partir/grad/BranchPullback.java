package dev.partir.grad;

import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Rewriter;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.BroadcastInDimOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.IotaOp;
import dev.partir.op.Op;
import dev.partir.op.ReturnOp;
import dev.partir.op.Terms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way back through an operation that runs one of its regions: the same operation, by the same
 * selector, whose branches give the cotangents of the values from around that any branch uses. What
 * a branch computes and its way back needs is one more result of the branch; others give zeros for
 * it, or what they need themselves of the same type.
 */
final class BranchPullback {
  private final BlockBuilder forward;
  private final int index;
  private final Operation operation;
  private final Scope scope;

  BranchPullback(BlockBuilder forward, int index, Scope scope) {
    this.forward = forward;
    this.index = index;
    this.scope = scope;
    operation = forward.operations().get(index);
  }

  /** One branch, its way back, and the values that the way back needs, each with a stand-in. */
  private static final class Branch extends BodyScope {
    final BlockBuilder body;
    final List<Value> results;
    final Map<Value, Value> sums = new LinkedHashMap<>();
    final Map<Value, Value> needed = new LinkedHashMap<>();

    Branch(Scope around, BlockBuilder forward, Region region) {
      super(around, around.back.detached(), forward.valueCount());
      body = forward.detached();
      results = Rewriter.replacing().copyBody(region.block(), body);
    }

    @Override
    Value find(Value value) {
      Operation definition = value.definition();
      if (definition != null
          && (definition.kind() instanceof ConstantOp
              || definition.kind() == IotaOp.INSTANCE
              || definition.kind() == BroadcastInDimOp.INSTANCE)) {
        return again(value, definition);
      }
      Value standIn = back.detached().argument(value.type(), null);
      needed.put(value, standIn);
      return standIn;
    }

    @Override
    @Nullable Value sumAround(Value value) {
      return sums.get(value);
    }

    @Override
    void setSumAround(Value value, Value sum) {
      sums.put(value, sum);
    }
  }

  void add() {
    List<Branch> branches = new ArrayList<>();
    Set<Value> changed = new LinkedHashSet<>();
    Activity activity = scope.cotangents.activity();
    for (Region region : operation.regions()) {
      Branch branch = new Branch(scope, forward, region);
      activity.mark(branch.body.operations());
      for (int i = 0; i < branch.results.size(); i++) {
        Value sum = activity.of(operation.result(i)) ? scope.sum(operation.result(i)) : null;
        if (sum != null) {
          branch.add(branch.results.get(i), sum);
        }
      }
      Walk.back(branch.body, 0, branch.body.operations().size(), branch);
      Unused.remove(branch.back, 0, branch.sums.values());
      Set<Value> used = Unused.usedIn(branch.back);
      used.addAll(branch.sums.values());
      branch.needed.values().removeIf(standIn -> !used.contains(standIn));
      branches.add(branch);
      changed.addAll(branch.sums.keySet());
    }
    if (changed.isEmpty()) {
      return;
    }
    List<Rewriter> rewriters = keep(branches);
    List<Region> regions = new ArrayList<>();
    for (int b = 0; b < branches.size(); b++) {
      Branch branch = branches.get(b);
      BlockBuilder block = scope.back.nested();
      Rewriter rewriter = rewriters.get(b);
      rewriter.copyAll(branch.back.operations(), block);
      List<Value> given = new ArrayList<>();
      for (Value value : changed) {
        Value sum = branch.sums.get(value);
        given.add(sum == null ? new Terms(block).zeros(value.tensor()) : rewriter.get(sum));
      }
      ReturnOp.STABLEHLO.build(block, given);
      regions.add(new Region(block.build()));
    }
    Operation back =
        scope.back.add(
            operation.kind(),
            List.of(scope.primal(operation.operand(0))),
            Attributes.EMPTY,
            regions,
            Op.typesOf(List.copyOf(changed)),
            List.of(),
            Location.UNKNOWN);
    int result = 0;
    for (Value value : changed) {
      scope.add(value, back.result(result++));
    }
  }

  /**
   * Puts an operation that keeps what the ways back need in place of the operation, if they need
   * anything.
   *
   * @return for each branch what the stand-ins stand for
   */
  private List<Rewriter> keep(List<Branch> branches) {
    List<Type> types = new ArrayList<>();
    List<List<@Nullable Value>> kept = new ArrayList<>();
    List<Map<Value, Integer>> places = new ArrayList<>();
    for (Branch branch : branches) {
      List<@Nullable Value> slots = new ArrayList<>();
      Map<Value, Integer> placeOf = new HashMap<>();
      for (Map.Entry<Value, Value> need : branch.needed.entrySet()) {
        Type type = need.getKey().type();
        int slot = 0;
        while (slot < types.size()
            && (!types.get(slot).equals(type)
                || (slot < slots.size() && slots.get(slot) != null))) {
          slot++;
        }
        if (slot == types.size()) {
          types.add(type);
        }
        while (slots.size() <= slot) {
          slots.add(null);
        }
        slots.set(slot, need.getKey());
        placeOf.put(need.getValue(), slot);
      }
      kept.add(slots);
      places.add(placeOf);
    }
    List<Value> stored = types.isEmpty() ? List.of() : replace(branches, types, kept);
    List<Rewriter> rewriters = new ArrayList<>();
    for (Map<Value, Integer> placeOf : places) {
      Rewriter rewriter = Rewriter.repeating();
      placeOf.forEach((standIn, slot) -> rewriter.put(standIn, stored.get(slot)));
      rewriters.add(rewriter);
    }
    return rewriters;
  }

  private List<Value> replace(
      List<Branch> branches, List<Type> types, List<List<@Nullable Value>> kept) {
    List<Operation> tail = forward.cut(index);
    List<Region> regions = new ArrayList<>();
    for (int b = 0; b < branches.size(); b++) {
      BlockBuilder body = branches.get(b).body;
      List<Value> given = new ArrayList<>(branches.get(b).results);
      List<@Nullable Value> slots = kept.get(b);
      for (int slot = 0; slot < types.size(); slot++) {
        Value value = slot < slots.size() ? slots.get(slot) : null;
        given.add(value == null ? zeros(body, types.get(slot)) : value);
      }
      ReturnOp.STABLEHLO.build(body, given);
      regions.add(new Region(body.build()));
    }
    int first = operation.results().size();
    Operation keeping = forward.addInPlaceOf(operation, operation.operands(), regions, types);
    forward.append(tail.subList(1, tail.size()));
    List<Value> stored = new ArrayList<>();
    for (int slot = 0; slot < types.size(); slot++) {
      stored.add(scope.primal(keeping.result(first + slot)));
    }
    return stored;
  }

  private static Value zeros(BlockBuilder block, Type type) {
    return new Terms(block).zeros((TensorType) type);
  }
}
