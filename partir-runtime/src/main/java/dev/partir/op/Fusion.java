package dev.partir.op;

/**
 * How compilers such as XLA merge an operation into a kernel with others, so that values between
 * them are never written to memory. What the estimate of time and memory assumes.
 */
public enum Fusion {
  /**
   * A kernel of its own, which reads and writes everything: products, collectives, gathers, sorts.
   */
  NONE,
  /** Computes each element from few of others; merged with the only kernel that uses its result. */
  ELEMENTWISE,
  /**
   * So cheap that every kernel that uses its result computes it again: broadcasts, constants, iota,
   * slices.
   */
  REPLICABLE,
  /** Ends a kernel: takes merged operands, but its result is written. */
  REDUCTION;

  /**
   * Returns whether the kernel of such an operation can compute its operands instead of reading
   * them.
   */
  public boolean takesMergedOperands() {
    return this != NONE;
  }
}
