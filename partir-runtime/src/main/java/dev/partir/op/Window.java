package dev.partir.op;

/**
 * What a block of a result's dimension needs of a dimension of an operand: a stretch of it that
 * starts at {@code scale * first + start + perBlock * size} and is {@code widthPerElement * size +
 * width} long, where the block starts at {@code first} and has {@code size} elements. What lies
 * outside of the operand is for the operation to fill.
 *
 * @param scale 1 or more where the operand is read forwards, -1 where it is read backwards
 */
public record Window(long scale, long start, long perBlock, long widthPerElement, long width) {

  /** Returns the window of a block that is moved by {@code start} elements. */
  public static Window shifted(long start) {
    return new Window(1, start, 0, 1, 0);
  }

  /**
   * Returns the window of a block that is computed by a kernel sliding over the operand.
   *
   * @param stride how far the kernel moves from one element to the next
   * @param start where it stands for the first element; negative in padding
   * @param extent how many elements of the operand it spans
   */
  public static Window sliding(long stride, long start, long extent) {
    return new Window(stride, start, 0, stride, extent - stride);
  }

  /** Returns the window of a block of a dimension of {@code size} elements that is turned over. */
  public static Window reversed(long size) {
    return new Window(-1, size, -1, 1, 0);
  }

  /** Returns what has to be added to {@code scale * first} for blocks of {@code size} elements. */
  public long offset(long size) {
    return start + perBlock * size;
  }

  /** Returns how long the window of a block of {@code size} elements is. */
  public long width(long size) {
    return widthPerElement * size + width;
  }
}
