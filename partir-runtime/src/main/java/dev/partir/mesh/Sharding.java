package dev.partir.mesh;

import dev.partir.ir.TensorType;
import dev.partir.op.Monoid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one value is laid out over a mesh: for each dimension the axes along which it is tiled,
 * outermost first, and the axes along which every device holds only a part of a reduction that is
 * still to be combined. Along all other axes the value is replicated. Axes are indexes into the
 * mesh. Immutable.
 */
public final class Sharding {
  private static final int[] NONE = {};
  private static final Sharding[] REPLICATED = new Sharding[8];

  static {
    for (int rank = 0; rank < REPLICATED.length; rank++) {
      REPLICATED[rank] = newReplicated(rank);
    }
  }

  private final int[][] dims;
  private final int[] pending;
  private final @Nullable Monoid monoid;

  /** Where devices hold windows; null where they hold blocks of every dimension. */
  private final @Nullable BlockWindow @Nullable [] windows;

  private Sharding(int[][] dims, int[] pending, @Nullable Monoid monoid) {
    this(dims, pending, monoid, null);
  }

  private Sharding(
      int[][] dims,
      int[] pending,
      @Nullable Monoid monoid,
      @Nullable BlockWindow @Nullable [] windows) {
    this.dims = dims;
    this.pending = pending;
    this.monoid = monoid;
    this.windows = windows;
  }

  /** Returns the sharding of a value of a rank that is replicated along every axis. */
  public static Sharding replicated(int rank) {
    return rank < REPLICATED.length ? REPLICATED[rank] : newReplicated(rank);
  }

  private static Sharding newReplicated(int rank) {
    int[][] dims = new int[rank][];
    Arrays.fill(dims, NONE);
    return new Sharding(dims, NONE, null);
  }

  /**
   * Returns a sharding.
   *
   * @param dims the axes of each dimension, outermost first; not copied
   * @param pending the axes along which parts are to be combined, outermost first; not copied
   * @param monoid how they are to be combined; null when there are none
   */
  public static Sharding of(int[][] dims, int[] pending, @Nullable Monoid monoid) {
    if ((pending.length == 0) != (monoid == null)) {
      throw new IllegalArgumentException("pending axes and a monoid go together");
    }
    return new Sharding(dims, pending, monoid);
  }

  public int rank() {
    return dims.length;
  }

  /** Returns the axes of a dimension, outermost first; not a copy. */
  public int[] dim(int index) {
    return dims[index];
  }

  /** Returns the axes along which parts are to be combined; not a copy. */
  public int[] pending() {
    return pending;
  }

  /** Returns how the parts are to be combined. There must be pending axes. */
  public Monoid monoid() {
    if (monoid == null) {
      throw new IllegalStateException("nothing is pending");
    }
    return monoid;
  }

  public boolean isPending() {
    return pending.length > 0;
  }

  public boolean isReplicated() {
    return pending.length == 0 && Arrays.stream(dims).allMatch(axes -> axes.length == 0);
  }

  /** Returns the dimension that {@code axis} tiles, or -1. */
  public int dimOf(int axis) {
    for (int d = 0; d < dims.length; d++) {
      for (int a : dims[d]) {
        if (a == axis) {
          return d;
        }
      }
    }
    return -1;
  }

  /** Returns the windows that devices hold of a dimension; null where they hold blocks. */
  public @Nullable BlockWindow window(int dim) {
    return windows == null ? null : windows[dim];
  }

  /** Returns whether devices hold windows of some dimension. */
  public boolean hasWindows() {
    return windows != null;
  }

  /** Returns this sharding with windows of a dimension. */
  public Sharding withWindow(int dim, BlockWindow window) {
    @Nullable BlockWindow[] copy = windows == null ? new BlockWindow[dims.length] : windows.clone();
    copy[dim] = window;
    return new Sharding(dims, pending, monoid, copy);
  }

  /** Returns this sharding with blocks in place of windows. */
  public Sharding withoutWindows() {
    return windows == null ? this : new Sharding(dims, pending, monoid);
  }

  /** Returns this sharding with other axes on a dimension. */
  public Sharding withDim(int index, int... axes) {
    int[][] copy = dims.clone();
    copy[index] = axes;
    return new Sharding(copy, pending, monoid, windows);
  }

  /** Returns this sharding without {@code axis} among the pending ones. */
  public Sharding withoutPending(int axis) {
    int[] rest = Arrays.stream(pending).filter(a -> a != axis).toArray();
    return new Sharding(dims, rest, rest.length == 0 ? null : monoid, windows);
  }

  /**
   * Returns the type of what one device holds of a value of type {@code global}. A size that does
   * not divide is rounded up: the last blocks end in padding.
   */
  public TensorType localType(TensorType global, Mesh mesh) {
    if (rank() != global.rank()) {
      throw new IllegalArgumentException("a sharding of rank " + rank() + " for a " + global);
    }
    long[] sizes = null;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d].length > 0) {
        sizes = sizes == null ? global.dims() : sizes;
        BlockWindow window = window(d);
        sizes[d] = window == null ? mesh.blockSize(sizes[d], dims[d]) : window.width();
      }
    }
    return sizes == null ? global : global.withDims(sizes);
  }

  /**
   * Returns the layout with the names of the axes, such as {@code [{batch}, {}] + sum over model}.
   */
  public String text(Mesh mesh) {
    List<String> parts = new ArrayList<>();
    for (int[] axes : dims) {
      parts.add("{" + names(mesh, axes) + "}");
    }
    for (int d = 0; windows != null && d < windows.length; d++) {
      BlockWindow window = windows[d];
      if (window != null) {
        parts.set(d, parts.get(d) + " in windows of " + window.width());
      }
    }
    String text = "[" + String.join(", ", parts) + "]";
    return pending.length == 0
        ? text
        : text + " pending " + monoid + " over " + names(mesh, pending);
  }

  private static String names(Mesh mesh, int[] axes) {
    return String.join(", ", mesh.names(axes));
  }

  @Override
  public boolean equals(Object other) {
    return other == this || (other instanceof Sharding that && equalTo(that));
  }

  private boolean equalTo(Sharding that) {
    return Arrays.deepEquals(dims, that.dims)
        && Arrays.equals(pending, that.pending)
        && monoid == that.monoid
        && Arrays.equals(windows, that.windows);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(dims) + Arrays.hashCode(pending);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(dims)
        + (pending.length == 0 ? "" : " pending " + monoid + Arrays.toString(pending));
  }
}
