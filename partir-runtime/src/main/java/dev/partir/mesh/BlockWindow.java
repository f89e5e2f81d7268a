package dev.partir.mesh;

/**
 * Says that devices hold windows of a tiled dimension rather than its blocks: stretches of equal
 * length that may overlap and reach beyond the ends of the dimension, where they hold anything. The
 * window of a device starts at {@code scale * first / divisor + offset}, where {@code first} is the
 * start of its block of another dimension, of {@code size} elements, that is tiled along the same
 * axes.
 *
 * @param scale 1 or more, or -1
 * @param divisor 1 or more; divides {@code scale} times the size of a block
 * @param width the length of a window
 */
public record BlockWindow(long scale, long divisor, long offset, long width, long size) {
  /** Returns how far windows are apart whose blocks are {@code distance} apart. */
  public long scaled(long distance) {
    return scale * distance / divisor;
  }

  /**
   * How devices come by their windows: each has its own block, or that of the device at the other
   * end, gets what is missing before and behind it from its neighbours, and adds padding where the
   * window reaches beyond the dimension.
   *
   * @param whole whether devices have the whole dimension, and cut their windows out of it
   * @param mirrored whether blocks change ends first
   * @param left the elements that come from the neighbours before the block
   * @param right the elements that come from the neighbours behind the block
   * @param paddingLeft the elements that are added before those
   * @param paddingRight the elements that are added behind those
   * @param block the elements of a block
   */
  public record Exchange(
      boolean whole,
      boolean mirrored,
      long left,
      long right,
      long paddingLeft,
      long paddingRight,
      long block) {
    /** Returns how many blocks to the left the farthest missing element lies. */
    public int hopsLeft() {
      return hops(left);
    }

    /** Returns the same to the right. */
    public int hopsRight() {
      return hops(right);
    }

    private int hops(long missing) {
      return Math.toIntExact((missing + block - 1) / Math.max(1, block));
    }

    /** Returns the number of permutations that it takes. */
    public int permutations() {
      return hopsLeft() + hopsRight() + (mirrored ? 1 : 0);
    }

    /** Returns how many elements of the dimension a device receives. */
    public long elements() {
      return left + right + (mirrored ? block : 0);
    }
  }

  /**
   * Returns how devices come by their windows of a dimension.
   *
   * @param length the size of the dimension
   * @param axes along which it is tiled: one axis, or several that divide both sizes
   */
  public Exchange exchange(long length, Mesh mesh, int... axes) {
    long last = mesh.groupSize(axes) - 1L;
    long held = mesh.blockSize(length, axes);
    long made = Math.abs(scaled(mesh.blockSize(size, axes)));
    boolean mirrored = scale < 0;
    // With the devices in the order of the blocks that they start from, the window of the j-th
    // starts at first + made * j, and its block at held * j.
    long first = mirrored ? offset - made * last : offset;
    long allLeft = Math.max(0, Math.max(-first, (held - made) * last - first));
    long allRight = Math.max(0, Math.max(first, first + (made - held) * last) + width - held);
    // Neighbours have nothing of what is outside of the dimension. What is left of it grows with j
    // until the windows are inside, and shrinks behind that, if it does; so for the right side.
    long left = 0;
    long right = 0;
    for (long j :
        new long[] {
          0,
          last,
          crossing(-first, made, last),
          crossing(-first, made, last) + 1,
          crossing(length - width - first, made, last),
          crossing(length - width - first, made, last) + 1
        }) {
      if (j <= last) {
        long start = first + made * j;
        left = Math.max(left, held * j - Math.max(0, start));
        right = Math.max(right, Math.min(length, start + width) - held * (j + 1));
      }
    }
    return new Exchange(false, mirrored, left, right, allLeft - left, allRight - right, held);
  }

  private static long crossing(long distance, long slope, long last) {
    return Math.max(0, Math.min(last, Math.floorDiv(distance, Math.max(1, slope))));
  }

  /** Returns how devices that have a whole dimension of {@code length} cut out their windows. */
  public Exchange fromWhole(long length, Mesh mesh, int... axes) {
    long farthest = mesh.blockReach(size, axes) - mesh.blockSize(size, axes);
    long first = offset + Math.min(0, scaled(farthest));
    long last = offset + Math.max(0, scaled(farthest));
    return new Exchange(
        true, false, 0, 0, Math.max(0, -first), Math.max(0, last + width - length), length);
  }

  /** Returns whether getting windows moves less than getting the whole dimension. */
  public boolean isCheaperThanGather(long length, Mesh mesh, int... axes) {
    Exchange exchange = exchange(length, mesh, axes);
    long others = (mesh.groupSize(axes) - 1L) * exchange.block();
    return exchange.elements() < others || (exchange.mirrored() && exchange.elements() <= others);
  }
}
