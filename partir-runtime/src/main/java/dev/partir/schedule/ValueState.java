package dev.partir.schedule;

import dev.partir.ir.TensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the actions of a schedule so far did to one value. */
final class ValueState {

  /**
   * An action took an axis of the value.
   *
   * @param position the position of the action's tactic
   * @param tactic the name of the action's tactic
   * @param replicate whether to keep the value whole along the axis
   * @param dim the dimension that the axis tiles, -1 where that is open
   */
  record Claim(int position, String tactic, boolean replicate, int dim) {}

  private final ValueModel value;
  private final @Nullable Claim[] claims;
  private final long[] blocks;

  ValueState(ValueModel value, int axes) {
    this.value = value;
    this.claims = new @Nullable Claim[axes];
    this.blocks = new long[value.type().rank()];
    Arrays.fill(blocks, 1);
  }

  @Nullable Claim claim(int axis) {
    return claims[axis];
  }

  void claim(int axis, Claim claim) {
    claims[axis] = claim;
  }

  /** Returns into how many blocks a dimension is cut. */
  long blocks(int dim) {
    return blocks[dim];
  }

  /**
   * Cuts a dimension into {@code factor} times as many blocks; returns whether its size allows it.
   */
  boolean cut(int dim, int factor, Uneven uneven) {
    long whole = value.type().dim(dim);
    boolean divides = whole % (blocks[dim] * factor) == 0 || uneven == Uneven.PAD;
    if (whole == TensorType.DYNAMIC || !divides) {
      return false;
    }
    blocks[dim] *= factor;
    return true;
  }

  /** Returns whether some dimension can be cut into {@code factor} times as many blocks. */
  boolean anyDivisible(int factor) {
    for (int dim = 0; dim < blocks.length; dim++) {
      long whole = value.type().dim(dim);
      if (whole != TensorType.DYNAMIC && whole % (blocks[dim] * factor) == 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the sizes that are left to a device, with the names of the dimensions. */
  String local() {
    long[] sizes = value.type().dims();
    for (int dim = 0; dim < sizes.length; dim++) {
      sizes[dim] = sizes[dim] == TensorType.DYNAMIC ? sizes[dim] : sizes[dim] / blocks[dim];
    }
    return value.shape(sizes);
  }
}
