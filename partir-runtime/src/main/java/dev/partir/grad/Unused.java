package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What nothing uses, which a derivative is not to have. */
final class Unused {
  private Unused() {}

  /**
   * Takes out the operations from {@code start} on whose results neither those behind them use nor
   * {@code given} has.
   */
  static void remove(BlockBuilder block, int start, Collection<Value> given) {
    Set<Value> needed = new HashSet<>(given);
    List<Operation> all = block.cut(start);
    List<Operation> kept = new ArrayList<>();
    for (int i = all.size() - 1; i >= 0; i--) {
      Operation operation = all.get(i);
      if (operation.results().stream().anyMatch(needed::contains)) {
        kept.add(operation);
        need(operation, needed);
      }
    }
    Collections.reverse(kept);
    block.append(kept);
  }

  /** Returns the values that a block's operations use. */
  static Set<Value> usedIn(BlockBuilder block) {
    Set<Value> used = new HashSet<>();
    block.operations().forEach(operation -> need(operation, used));
    return used;
  }

  /** Returns the values that a region's operations use. */
  static Set<Value> usedIn(Region region) {
    Set<Value> used = new HashSet<>();
    region.block().operations().forEach(operation -> need(operation, used));
    return used;
  }

  private static void need(Operation operation, Set<Value> needed) {
    needed.addAll(operation.operands());
    for (Region region : operation.regions()) {
      for (Operation inner : region.block().operations()) {
        need(inner, needed);
      }
    }
  }
}
