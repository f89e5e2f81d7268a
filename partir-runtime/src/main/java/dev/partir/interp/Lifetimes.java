package dev.partir.interp;

import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a function are used for the last time by which operation of its body, so that
 * their arrays can be let go.
 */
final class Lifetimes {
  /** Lets nothing go. */
  static final Lifetimes NONE = new Lifetimes(new int[0][]);

  private final int[][] released;

  private Lifetimes(int[][] released) {
    this.released = released;
  }

  static Lifetimes of(Function function) {
    List<Operation> operations = function.body().operations();
    int[] last = new int[function.valueCount()];
    Arrays.fill(last, -1);
    for (int i = 0; i < operations.size(); i++) {
      mark(operations.get(i), i, last);
    }
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      lists.add(new ArrayList<>());
    }
    for (int v = 0; v < last.length; v++) {
      if (last[v] >= 0) {
        lists.get(last[v]).add(v);
      }
    }
    int[][] released = new int[operations.size()][];
    for (int i = 0; i < released.length; i++) {
      released[i] = lists.get(i).stream().mapToInt(Integer::intValue).toArray();
    }
    return new Lifetimes(released);
  }

  private static void mark(Operation operation, int at, int[] last) {
    for (Value operand : operation.operands()) {
      last[operand.id()] = at;
    }
    for (Value result : operation.results()) {
      last[result.id()] = Math.max(last[result.id()], at);
    }
    for (Region region : operation.regions()) {
      Block block = region.block();
      for (Operation inner : block.operations()) {
        mark(inner, at, last);
      }
    }
  }

  /** Forgets what the operation at a place in the body used for the last time. */
  void release(int operationIndex, @Nullable Object[] values) {
    if (operationIndex < released.length) {
      for (int value : released[operationIndex]) {
        values[value] = null;
      }
    }
  }
}
