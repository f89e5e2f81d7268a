package dev.partir.array;

/**
 * A window that moves over an array (StableHLO specification, "reduce_window"): the numbers of one
 * dimension each.
 */
public final class Window {
  private final long[] sizes;
  private final long[] strides;
  private final long[] baseDilations;
  private final long[] dilations;
  private final long[] low;

  /**
   * @param sizes of the window, in elements
   * @param strides how far the window moves
   * @param baseDilations how far the elements of the array lie apart
   * @param dilations how far the elements under the window lie apart
   * @param low how many elements stand before the first, which may be negative
   */
  public Window(long[] sizes, long[] strides, long[] baseDilations, long[] dilations, long[] low) {
    this.sizes = sizes.clone();
    this.strides = strides.clone();
    this.baseDilations = baseDilations.clone();
    this.dilations = dilations.clone();
    this.low = low.clone();
  }

  /** Returns the number of positions in the window. */
  public long positions() {
    long count = 1;
    for (long size : sizes) {
      count *= size;
    }
    return count;
  }

  /** Sets {@code position} to the next one in row-major order, the first after the last. */
  public void next(long[] position) {
    for (int d = position.length - 1; d >= 0; d--) {
      if (++position[d] < sizes[d]) {
        return;
      }
      position[d] = 0;
    }
  }

  /**
   * The places of the window along a dimension at which a position lies over an element: {@code
   * count} of them from {@code place} on, over the elements from {@code element} on.
   */
  public record Run(long count, long place, long placeStep, long element, long elementStep) {
    private static final Run NONE = new Run(0, 0, 1, 0, 1);
  }

  /**
   * Returns the places from {@code first} to {@code end} at which position {@code position} of the
   * window lies over one of {@code size} elements.
   */
  public Run run(int dim, long position, long first, long end, long size) {
    long stride = strides[dim];
    long dilation = baseDilations[dim];
    // At place p the position lies at p * stride + shift of the dilated array.
    long shift = position * dilations[dim] - low[dim];
    long last = (size - 1) * dilation;
    long from = Math.max(first, -Math.floorDiv(shift, stride));
    long to = Math.min(end, Math.floorDiv(last - shift, stride) + 1);
    long step = dilation / gcd(stride, dilation);
    for (long tried = 0; tried < step && from < to; tried++, from++) {
      long at = from * stride + shift;
      if (at % dilation == 0) {
        long count = (to - from + step - 1) / step;
        return new Run(count, from, step, at / dilation, step * stride / dilation);
      }
    }
    return Run.NONE;
  }

  /** Returns the element under a position of the window at a place, or -1 where there is none. */
  public long element(int dim, long position, long place, long size) {
    long at = place * strides[dim] + position * dilations[dim] - low[dim];
    long element = at / baseDilations[dim];
    return at < 0 || at % baseDilations[dim] != 0 || element >= size ? -1 : element;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
