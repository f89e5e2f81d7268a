package dev.partir.interp;

import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.Leaves;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A function made ready to be run: its blocks' code, and how many slots its frame has. Arrays of
 * one frame belong to one call; the blocks of its regions share it, for they see the values around
 * them.
 */
final class FunctionCode {
  private final Function function;
  private final int[] slots;
  private final IdentityHashMap<Block, BlockCode> blocks = new IdentityHashMap<>();

  /**
   * Makes the code of a function.
   *
   * @param once whether it is run only once, so that constants of its body are not worth keeping
   */
  FunctionCode(Function function, boolean once) {
    this.function = function;
    int[] counts = new int[function.valueCount()];
    Arrays.fill(counts, 1);
    noteCounts(function.body(), counts);
    slots = new int[counts.length + 1];
    for (int v = 0; v < counts.length; v++) {
      slots[v + 1] = slots[v] + counts[v];
    }
    int[] last = new int[counts.length];
    Arrays.fill(last, -1);
    compile(function.body(), last, !once);
  }

  private static void noteCounts(Block block, int[] counts) {
    for (Value argument : block.arguments()) {
      counts[argument.id()] = Leaves.count(argument.type());
    }
    for (Operation operation : block.operations()) {
      for (Value result : operation.results()) {
        counts[result.id()] = Leaves.count(result.type());
      }
      for (Region region : operation.regions()) {
        noteCounts(region.block(), counts);
      }
    }
  }

  /**
   * Makes the code of a block and of those inside it.
   *
   * @param last by value, the operation of the block under way that used it last; -1 for values
   *     that are not its own
   */
  private void compile(Block block, int[] last, boolean keepsConstants) {
    List<Operation> operations = block.operations();
    int count = operations.size() - 1;
    List<Value> own = new ArrayList<>(block.arguments());
    for (int i = 0; i < count; i++) {
      own.addAll(operations.get(i).results());
    }
    for (Value argument : block.arguments()) {
      last[argument.id()] = 0;
    }
    for (int i = 0; i < count; i++) {
      for (Value result : operations.get(i).results()) {
        last[result.id()] = i;
      }
      mark(operations.get(i), i, last);
    }
    for (Value given : block.results()) {
      last[given.id()] = count;
    }
    List<List<Integer>> released = new ArrayList<>();
    for (int i = 0; i <= count; i++) {
      released.add(new ArrayList<>());
    }
    for (Value value : own) {
      for (int slot = slots[value.id()]; slot < slots[value.id() + 1]; slot++) {
        released.get(Math.min(last[value.id()], count)).add(slot);
      }
    }
    int[][] lastUses = new int[count + 1][];
    for (int i = 0; i <= count; i++) {
      lastUses[i] = released.get(i).stream().mapToInt(Integer::intValue).toArray();
    }
    blocks.put(block, new BlockCode(block, slots, lastUses, lastUses[count], keepsConstants));
    for (Operation operation : operations) {
      for (Region region : operation.regions()) {
        compile(region.block(), last, true);
      }
    }
  }

  /** Marks what an operation uses, its regions included. */
  private static void mark(Operation operation, int at, int[] last) {
    for (Value operand : operation.operands()) {
      last[operand.id()] = at;
    }
    for (Region region : operation.regions()) {
      for (Operation inner : region.block().operations()) {
        mark(inner, at, last);
      }
    }
  }

  Function function() {
    return function;
  }

  int slotCount() {
    return slots[slots.length - 1];
  }

  /** Returns the code of the function's body or of a block inside it. */
  BlockCode of(Block block) {
    BlockCode code = blocks.get(block);
    if (code == null) {
      throw new IllegalArgumentException("a block of another function than " + function.name());
    }
    return code;
  }
}
