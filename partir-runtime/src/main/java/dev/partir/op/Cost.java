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
