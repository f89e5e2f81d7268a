package dev.partir.op;

/**
 * What a block of a factor needs of a dimension of an operand: a stretch of it that starts at
 * {@code scale * first / divisor + start + perBlock * size} and is {@code widthPerElement * size /
 * divisor + width} long, where the block starts at {@code first} and has {@code size} elements.
 * What lies outside of the operand is for the operation to fill.
 *
 * @param scale 1 or more where the operand is read forwards, -1 where it is read backwards
 * @param divisor 1, or more where the operand is dilated; blocks are then such that nothing is left
 *     by the divisions ({@link #fits})
 */
public record Window(
    long scale, long divisor, long start, long perBlock, long widthPerElement, long width) {

  /** Returns the window of a block that is moved by {@code start} elements. */
  public static Window shifted(long start) {
    return sliding(1, start, 1);
  }

  /**
   * Returns the window of a block that is computed by a kernel sliding over the operand.
   *
   * @param stride how far the kernel moves from one element to the next
   * @param start where it stands for the first element; negative in padding
   * @param extent how many elements of the operand it spans
   */
  public static Window sliding(long stride, long start, long extent) {
    return stretch(stride, 1, start, extent - stride);
  }

  /**
   * Returns the window of a block that is computed by a kernel sliding over the operand with holes
   * between its elements.
   *
   * @param stride how far the kernel moves from one element to the next
   * @param dilation how far the operand's elements lie apart
   * @param start where the kernel stands for the first element, with the holes counted
   * @param extent how much the kernel spans, with the holes counted
   */
  public static Window dilated(long stride, long dilation, long start, long extent) {
    long first = ceilDiv(start, dilation);
    long last = Math.floorDiv(start + extent - 1 - stride, dilation);
    return stretch(stride, dilation, first, last - first + 1);
  }

  /**
   * Returns the window that starts at {@code stride * first / divisor + start} and is {@code stride
   * * size / divisor + width} long.
   */
  public static Window stretch(long stride, long divisor, long start, long width) {
    return new Window(stride, divisor, start, 0, stride, width);
  }

  /** Returns the window of a block of a dimension of {@code size} elements that is turned over. */
  public static Window reversed(long size) {
    return new Window(-1, 1, size, -1, 1, 0);
  }

  static long ceilDiv(long a, long b) {
    return -Math.floorDiv(-a, b);
  }

  /**
   * Returns whether blocks of {@code size} elements have windows: they start at whole elements, and
   * have any.
   */
  public boolean fits(long size) {
    return scale * size % divisor == 0 && width(size) > 0;
  }

  /** Returns what has to be added to {@code scale * first / divisor} for blocks of a size. */
  public long offset(long size) {
    return start + perBlock * size;
  }

  /** Returns how long the window of a block of {@code size} elements is. */
  public long width(long size) {
    return widthPerElement * size / divisor + width;
  }
}
