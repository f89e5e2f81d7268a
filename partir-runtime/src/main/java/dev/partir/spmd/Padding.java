package dev.partir.spmd;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Value;
import dev.partir.op.PadOp;
import dev.partir.op.ReshapeOp;
import dev.partir.op.SliceOp;
import java.util.Arrays;

/**
 * Adds and removes the padding of dimensions that do not divide into blocks. A dimension that is
 * cut along several axes is cut level by level: a block of the outer level may end in padding, and
 * so may each block that it is cut into.
 */
final class Padding {
  private Padding() {}

  /** How a dimension is cut. */
  static final class Levels {
    private final long[] sizes;
    private final int[] counts;

    /**
     * Says how.
     *
     * @param sizes what is cut, then the size of the blocks of each level; not copied
     * @param counts into how many blocks each level cuts; not copied
     */
    Levels(long[] sizes, int[] counts) {
      this.sizes = sizes;
      this.counts = counts;
    }

    /** Returns the size of the smallest block. */
    long block() {
      return sizes[sizes.length - 1];
    }

    boolean isEven(int level) {
      return sizes[level] == counts[level] * sizes[level + 1];
    }

    private long blocks(int end) {
      long blocks = 1;
      for (int i = 0; i < end; i++) {
        blocks *= counts[i];
      }
      return blocks;
    }
  }

  /** Lays out a dimension as all of its blocks side by side, each with its padding. */
  static Value add(BlockBuilder block, Value operand, int dim, Levels levels) {
    Value value = operand;
    long[] dims = operand.tensor().dims();
    for (int level = 0; level < levels.counts.length; level++) {
      long blocks = levels.blocks(level);
      if (levels.isEven(level)) {
        continue;
      }
      long padded = levels.counts[level] * levels.sizes[level + 1];
      if (blocks == 1) {
        value = PadOp.behind(block, value, dim, padded);
        dims[dim] = padded;
      } else {
        value = split(block, value, dims, dim, blocks);
        value = PadOp.behind(block, value, dim + 1, padded);
        dims[dim] = blocks * padded;
        value = ReshapeOp.build(block, value, dims);
      }
    }
    return value;
  }

  /** Undoes {@link #add}: puts the blocks of a dimension together without their padding. */
  static Value remove(BlockBuilder block, Value operand, int dim, Levels levels) {
    Value value = operand;
    long[] dims = operand.tensor().dims();
    for (int level = levels.counts.length - 1; level >= 0; level--) {
      long blocks = levels.blocks(level);
      if (levels.isEven(level)) {
        continue;
      }
      dims[dim] = blocks * levels.sizes[level];
      if (blocks == 1) {
        value = cutBehind(block, value, dim, levels.sizes[level]);
      } else {
        value = split(block, value, value.tensor().dims(), dim, blocks);
        value = cutBehind(block, value, dim + 1, levels.sizes[level]);
        value = ReshapeOp.build(block, value, dims);
      }
    }
    return value;
  }

  private static Value cutBehind(BlockBuilder block, Value value, int dim, long size) {
    long[] limits = value.tensor().dims();
    limits[dim] = size;
    long[] strides = new long[limits.length];
    Arrays.fill(strides, 1);
    return SliceOp.build(block, value, new long[limits.length], limits, strides);
  }

  private static Value split(BlockBuilder block, Value value, long[] dims, int dim, long blocks) {
    long[] split = new long[dims.length + 1];
    System.arraycopy(dims, 0, split, 0, dim);
    split[dim] = blocks;
    split[dim + 1] = dims[dim] / blocks;
    System.arraycopy(dims, dim + 1, split, dim + 2, dims.length - dim - 1);
    return ReshapeOp.build(block, value, split);
  }
}
