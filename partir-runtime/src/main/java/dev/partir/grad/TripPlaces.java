package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.WhileOp;
import java.util.Collections;
import java.util.List;

/** Where the trips of a counted loop read or write what they take a part of each. */
final class TripPlaces {
  private TripPlaces() {}

  /**
   * Returns whether every trip has a part of its own: whole but along one dimension, where it
   * starts at the counter and is as long as its step.
   *
   * @param starts where a part starts in each dimension
   * @param count the counter in the body of the loop
   */
  static boolean areApart(
      TensorType whole, TensorType part, List<Value> starts, WhileOp.Counter counter, Value count) {
    int along = -1;
    for (int d = 0; d < whole.rank(); d++) {
      if (part.dim(d) != whole.dim(d)) {
        if (along >= 0) {
          return false;
        }
        along = d;
      }
    }
    return along >= 0
        && starts.get(along) == count
        && part.dim(along) == counter.step()
        && counter.first() >= 0
        && counter.first() + counter.trips() * counter.step() <= whole.dim(along);
  }

  /** Returns whether the operations of a body use a value once, and not in a region. */
  static boolean isUsedOnce(BlockBuilder body, Value value) {
    int uses = 0;
    for (Operation operation : body.operations()) {
      uses += Collections.frequency(operation.operands(), value);
      for (Region region : operation.regions()) {
        uses += Unused.usedIn(region).contains(value) ? 2 : 0;
      }
    }
    return uses == 1;
  }
}
