package dev.partir.mesh;

/**
 * Says that devices hold windows of a tiled dimension rather than its blocks: stretches of equal
 * length that may overlap and reach beyond the ends of the dimension, where they hold anything. The
 * window of a device starts at {@code scale * first + offset}, where {@code first} is the start of
 * its block of another dimension, of {@code size} elements, that is tiled along the same axes.
 *
 * @param scale 1 or more, or -1
 * @param width the length of a window
 */
public record BlockWindow(long scale, long offset, long width, long size) {

  /**
   * How devices come by their windows: each has its own block, or that of the device at the other
   * end, and gets what is missing before and behind it from its neighbours.
   *
   * @param whole whether devices have the whole dimension, and cut their windows out of it; what is
   *     missing is then outside of it
   * @param mirrored whether blocks change ends first
   * @param left the elements that are missing before the block
   * @param right the elements that are missing behind the block
   * @param block the elements of a block
   */
  public record Exchange(boolean whole, boolean mirrored, long left, long right, long block) {
    /** Returns how many blocks to the left the farthest missing element lies. */
    public int hopsLeft() {
      return hops(left);
    }

    /** Returns the same to the right. */
    public int hopsRight() {
      return hops(right);
    }

    private int hops(long missing) {
      return whole ? 0 : Math.toIntExact((missing + block - 1) / Math.max(1, block));
    }

    /** Returns the number of permutations that it takes. */
    public int permutations() {
      return hopsLeft() + hopsRight() + (mirrored ? 1 : 0);
    }

    /** Returns how many elements of the dimension a device receives. */
    public long elements() {
      return whole ? 0 : left + right + (mirrored ? block : 0);
    }
  }

  /**
   * Returns how devices come by their windows of a dimension.
   *
   * @param length the size of the dimension
   * @param axes along which it is tiled: one axis, or several that divide both sizes
   */
  public Exchange exchange(long length, Mesh mesh, int... axes) {
    long blocks = mesh.groupSize(axes);
    long held = mesh.blockSize(length, axes);
    long made = mesh.blockSize(size, axes);
    // The start of the window counted from that of the block is linear in the number of the block.
    boolean mirrored = scale < 0;
    long first = offset - (mirrored ? (blocks - 1) * held : 0);
    long last = first + (blocks - 1) * (scale * made + (mirrored ? held : -held));
    long left = Math.max(0, -Math.min(first, last));
    long right = Math.max(0, Math.max(first, last) + width - held);
    return new Exchange(false, mirrored, left, right, held);
  }

  /** Returns how devices that have a whole dimension of {@code length} cut out their windows. */
  public Exchange fromWhole(long length, Mesh mesh, int... axes) {
    long farthest = mesh.blockReach(size, axes) - mesh.blockSize(size, axes);
    long first = offset + Math.min(0, scale * farthest);
    long last = offset + Math.max(0, scale * farthest);
    return new Exchange(
        true, false, Math.max(0, -first), Math.max(0, last + width - length), length);
  }

  /** Returns whether getting windows moves less than getting the whole dimension. */
  public boolean isCheaperThanGather(long length, Mesh mesh, int... axes) {
    Exchange exchange = exchange(length, mesh, axes);
    long others = (mesh.groupSize(axes) - 1L) * exchange.block();
    return exchange.elements() < others || (exchange.mirrored() && exchange.elements() <= others);
  }
}
