package dev.partir.op;

import dev.partir.ir.TensorType;

/**
 * The work of an operation on one device.
 *
 * @param flops arithmetic operations; a multiply-add counts two
 * @param bytes bytes read from and written to the memory of the device, every operand and result
 *     once
 */
public record Cost(long flops, long bytes) {
  /** No work: the operation is a matter of names only. */
  public static final Cost NONE = new Cost(0, 0);

  /**
   * Returns the flops of multiply-adds, {@code each} of them for every one of {@code results};
   * {@link Long#MAX_VALUE} where they are more: a large model's step on one device can be.
   */
  public static long multiplyAdds(long each, long results) {
    long product = 2 * each * results;
    return Math.multiplyHigh(2 * each, results) == 0 && product >= 0 ? product : Long.MAX_VALUE;
  }

  /** Returns the cost of reading all operands and writing all results. */
  public static Cost of(long flops, TensorType[] operands, TensorType[] results) {
    long bytes = 0;
    for (TensorType type : operands) {
      bytes += type.byteCount();
    }
    for (TensorType type : results) {
      bytes += type.byteCount();
    }
    return new Cost(flops, bytes);
  }
}
