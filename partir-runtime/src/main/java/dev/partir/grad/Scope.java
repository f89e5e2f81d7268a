package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import dev.partir.op.Terms;
import org.jspecify.annotations.Nullable;

/**
 * What the way back through a block sees: where its operations go, how the values of the forward
 * block are had there, and what the cotangents are so far.
 */
abstract class Scope {
  final Cotangents cotangents;
  final BlockBuilder back;

  Scope(Cotangents cotangents, BlockBuilder back) {
    this.cotangents = cotangents;
    this.back = back;
  }

  /** Returns a value of the forward block as {@link #back} has it. */
  abstract Value primal(Value forward);

  /** Returns the cotangent of a forward value so far; null where it is zero. */
  abstract @Nullable Value sum(Value forward);

  abstract void setSum(Value forward, Value sum);

  /** Returns whether the cotangent of a forward value is carried by a loop. */
  boolean isCarried(Value forward) {
    return false;
  }

  /**
   * Returns whether the cotangent of a value, which is carried by a loop, is zero where an
   * operation is to add to it.
   */
  boolean isUntouched(Value forward, Operation operation) {
    return false;
  }

  /** Adds to the cotangent of a forward value, if it may have one. */
  final void add(Value forward, Value cotangent) {
    if (cotangents.activity().of(forward)) {
      Value sum = sum(forward);
      setSum(forward, sum == null ? cotangent : new Terms(back).plus(sum, cotangent));
    }
  }

  /** The way back in the block itself. */
  static final class Same extends Scope {
    Same(Cotangents cotangents, BlockBuilder block) {
      super(cotangents, block);
    }

    @Override
    Value primal(Value forward) {
      return forward;
    }

    @Override
    @Nullable Value sum(Value forward) {
      return cotangents.get(forward);
    }

    @Override
    void setSum(Value forward, Value sum) {
      cotangents.set(forward, sum);
    }
  }
}
