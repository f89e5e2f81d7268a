package dev.partir.grad;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import java.util.BitSet;
import java.util.List;

/**
 * Finds what is computed within a checkpoint and used outside, other than by its results: such a
 * use would go past the operation that the way back leads through.
 */
final class Leaks {
  private final BitSet inside = new BitSet();

  private Leaks() {}

  /**
   * Checks operations, and other values that are used behind them.
   *
   * @throws PartirException with {@link ErrorCode#UNTRACEABLE}
   */
  static void check(List<Operation> operations, List<Value> others) {
    Leaks leaks = new Leaks();
    leaks.check(operations);
    others.forEach(leaks::check);
  }

  private void check(List<Operation> operations) {
    for (Operation operation : operations) {
      operation.operands().forEach(this::check);
      for (Region region : operation.regions()) {
        check(region.block().operations());
        if (operation.kind() == CheckpointOp.INSTANCE) {
          close(region);
        }
      }
    }
  }

  private void close(Region region) {
    for (Operation operation : region.block().operations()) {
      operation.results().forEach(result -> inside.set(result.id()));
    }
  }

  private void check(Value value) {
    if (inside.get(value.id())) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.UNTRACEABLE,
              "checkpoint",
              "a " + value.type() + " that is computed within it is used outside",
              "Return the tensor from the function, and use what the checkpoint returns"));
    }
  }
}
