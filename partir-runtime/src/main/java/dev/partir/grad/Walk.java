package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import dev.partir.op.BranchOp;
import dev.partir.op.Op;
import dev.partir.op.WhileOp;
import java.util.List;

/** The way back over the operations of a block. */
final class Walk {
  private Walk() {}

  /**
   * Adds the cotangents that come through the operations from {@code from} to before {@code to}.
   * Operations of control flow may be replaced by ones that keep more; none before them moves.
   */
  static void back(BlockBuilder forward, int from, int to, Scope scope) {
    for (int index = to - 1; index >= from; index--) {
      Operation operation = forward.operations().get(index);
      if (!isOnTheWay(operation, scope)) {
        continue;
      }
      if (operation.kind() == WhileOp.INSTANCE) {
        new LoopPullback(forward, index, scope).add();
      } else if (operation.kind() instanceof BranchOp) {
        new BranchPullback(forward, index, scope).add();
      } else if (operation.kind() == CheckpointOp.INSTANCE) {
        Recomputation.checkpoint(operation, scope);
      } else {
        Op.of(operation).pullback(new Step(operation, scope));
      }
    }
  }

  /** Returns whether cotangents come to the operation and go on from it. */
  private static boolean isOnTheWay(Operation operation, Scope scope) {
    Activity activity = scope.cotangents.activity();
    List<Value> results = operation.results();
    for (int i = 0; i < results.size(); i++) {
      if (activity.of(results.get(i)) && scope.sum(results.get(i)) != null) {
        return true;
      }
    }
    return false;
  }
}
