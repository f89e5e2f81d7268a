package dev.partir.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional arrangement of devices with named axes. Device numbers are row-major: the last
 * axis varies fastest. An axis is spoken of by its index in the passes of the compiler and by its
 * name everywhere else.
 *
 * <p>An axis can be split into sub-axes, where a program tiles different things along parts of it:
 * a sub-axis of the axis {@code x} is written {@code x:(m)k}, which has {@code k} devices, of which
 * {@code m} stand side by side along the parts before it (Shardy's notation).
 */
public final class Mesh {
  /** The most devices that a mesh may have; device numbers are ints. */
  public static final long MAX_DEVICES = 1L << 30;

  private final List<MeshAxis> axes;
  private final int[] sizes;
  private final int[] strides;
  private final int deviceCount;

  /** The mesh that this one was split from, which has no sub-axes; null when this is that. */
  private final @Nullable Mesh base;

  /** For each axis the one of the base that it is a part of. */
  private final int[] wholes;

  private Mesh(
      List<MeshAxis> axes,
      int[] sizes,
      int[] strides,
      int deviceCount,
      @Nullable Mesh base,
      int[] wholes) {
    this.axes = axes;
    this.sizes = sizes;
    this.strides = strides;
    this.deviceCount = deviceCount;
    this.base = base;
    this.wholes = wholes;
  }

  /**
   * Returns the mesh with the given axes, slowest first.
   *
   * @throws IllegalArgumentException when there is no axis, a name is empty or stands twice, a size
   *     is below 1, or the devices are more than {@link #MAX_DEVICES}. Input from users is checked
   *     before, with better words.
   */
  public static Mesh of(List<MeshAxis> axes) {
    if (axes.isEmpty()) {
      throw new IllegalArgumentException("a mesh needs an axis");
    }
    Set<String> names = new HashSet<>();
    long devices = 1;
    for (MeshAxis axis : axes) {
      if (axis.name().isEmpty() || !names.add(axis.name()) || axis.size() < 1) {
        throw new IllegalArgumentException("not a mesh: " + axes);
      }
      devices *= axis.size();
      if (devices > MAX_DEVICES) {
        throw new IllegalArgumentException("more than " + MAX_DEVICES + " devices: " + axes);
      }
    }
    int[] sizes = new int[axes.size()];
    int[] strides = new int[axes.size()];
    int stride = 1;
    for (int i = axes.size() - 1; i >= 0; i--) {
      sizes[i] = axes.get(i).size();
      strides[i] = stride;
      stride *= sizes[i];
    }
    int[] wholes = new int[sizes.length];
    for (int i = 0; i < wholes.length; i++) {
      wholes[i] = i;
    }
    return new Mesh(List.copyOf(axes), sizes, strides, (int) devices, null, wholes);
  }

  /** Returns this mesh without sub-axes. */
  public Mesh base() {
    return base == null ? this : base;
  }

  /**
   * Returns this mesh with an axis split in two. The outer part has the index of the axis, the
   * inner part the next free one; device numbers stay as they are.
   *
   * @param outer the devices along the outer part, which divides the axis
   */
  public Mesh split(int axis, int outer) {
    if (sizes[axis] % outer != 0) {
      throw new IllegalArgumentException(outer + " does not divide " + axes.get(axis));
    }
    int count = sizes.length;
    int[] newSizes = Arrays.copyOf(sizes, count + 1);
    int[] newStrides = Arrays.copyOf(strides, count + 1);
    int[] newWholes = Arrays.copyOf(wholes, count + 1);
    int inner = sizes[axis] / outer;
    newSizes[axis] = outer;
    newStrides[axis] = strides[axis] * inner;
    newSizes[count] = inner;
    newStrides[count] = strides[axis];
    newWholes[count] = wholes[axis];
    int before = before(axis);
    List<MeshAxis> newAxes = new ArrayList<>(axes);
    newAxes.set(axis, new MeshAxis(partName(wholes[axis], before, outer), outer));
    newAxes.add(new MeshAxis(partName(wholes[axis], before * outer, inner), inner));
    return new Mesh(List.copyOf(newAxes), newSizes, newStrides, deviceCount, base(), newWholes);
  }

  /** Returns how many devices stand side by side along the parts of its whole before an axis. */
  private int before(int axis) {
    Mesh whole = base();
    int index = wholes[axis];
    return whole.strides[index] * whole.sizes[index] / (strides[axis] * sizes[axis]);
  }

  private String partName(int whole, int before, int size) {
    String name = base().name(whole);
    return size == base().size(whole) ? name : name + ":(" + before + ")" + size;
  }

  /** Returns the parts of an axis of the {@link #base}, outermost first. */
  public int[] parts(int whole) {
    return IntStream.range(0, sizes.length)
        .filter(axis -> wholes[axis] == whole)
        .boxed()
        .sorted(Comparator.comparingInt(axis -> -strides[axis]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Returns whether {@code outer} is a part of the axis of which {@code axis} is a part further in.
   */
  public boolean isOuterPart(int outer, int axis) {
    return outer != axis && wholes[outer] == wholes[axis] && strides[outer] > strides[axis];
  }

  /** Returns the names of axes; parts of an axis that stand side by side in order are one. */
  public List<String> names(int... axisIndexes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < axisIndexes.length; ) {
      int axis = axisIndexes[i];
      int size = sizes[axis];
      int next = i + 1;
      while (next < axisIndexes.length
          && wholes[axisIndexes[next]] == wholes[axis]
          && strides[axisIndexes[next]] * sizes[axisIndexes[next]]
              == strides[axisIndexes[next - 1]]) {
        size *= sizes[axisIndexes[next]];
        next++;
      }
      names.add(partName(wholes[axis], before(axis), size));
      i = next;
    }
    return names;
  }

  public List<MeshAxis> axes() {
    return axes;
  }

  public int axisCount() {
    return sizes.length;
  }

  /** Returns the number of devices along axis {@code index}. */
  public int size(int index) {
    return sizes[index];
  }

  public String name(int index) {
    return axes.get(index).name();
  }

  /** Returns the distance in device numbers between neighbours along axis {@code index}. */
  public int stride(int index) {
    return strides[index];
  }

  /** Returns the axes by how fast they vary in device numbers, the fastest first. */
  public int[] fastestFirst() {
    return IntStream.range(0, sizes.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(axis -> strides[axis]).thenComparingInt(axis -> -axis))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns the index of the axis of that name, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  public int deviceCount() {
    return deviceCount;
  }

  /** Returns the position of {@code device} along axis {@code index}. */
  public int coordinate(int device, int index) {
    return device / strides[index] % sizes[index];
  }

  /**
   * Returns the position of {@code device} among the devices that differ from it only along {@code
   * axisIndexes}, the first of these the slowest: the number of the block that it holds of a
   * dimension tiled along them.
   */
  public int blockIndex(int device, int... axisIndexes) {
    int block = 0;
    for (int axis : axisIndexes) {
      block = block * sizes[axis] + coordinate(device, axis);
    }
    return block;
  }

  /**
   * Returns the size of a block where a dimension is cut into as many as an axis has devices: that
   * of all blocks if it divides, else that of the first ones, with padding behind the last.
   */
  public static long blockSize(long size, int devices) {
    return (size + devices - 1) / devices;
  }

  /** Returns the size of a block of a dimension that is tiled along axes, one inside the other. */
  public long blockSize(long size, int... axisIndexes) {
    long block = size;
    for (int axis : axisIndexes) {
      block = blockSize(block, sizes[axis]);
    }
    return block;
  }

  /** Returns whether all blocks of a dimension that is tiled along axes have one size. */
  public boolean divides(long size, int... axisIndexes) {
    long rest = size;
    for (int axis : axisIndexes) {
      if (rest % sizes[axis] != 0) {
        return false;
      }
      rest /= sizes[axis];
    }
    return true;
  }

  /** Returns where the last block of such a dimension ends; behind its size if it has padding. */
  public long blockReach(long size, int... axisIndexes) {
    long reach = 0;
    long block = size;
    for (int axis : axisIndexes) {
      block = blockSize(block, sizes[axis]);
      reach += (sizes[axis] - 1) * block;
    }
    return reach + block;
  }

  /** Returns where the block that a device has of such a dimension starts. */
  public long blockStart(int device, long size, int... axisIndexes) {
    long start = 0;
    long block = size;
    for (int axis : axisIndexes) {
      block = blockSize(block, sizes[axis]);
      start += coordinate(device, axis) * block;
    }
    return start;
  }

  /**
   * Returns how much of the block that a device has of such a dimension is not padding; 0 or less
   * where all of it is.
   */
  public long blockLength(int device, long size, int... axisIndexes) {
    long length = blockSize(size, axisIndexes);
    long[] sizesAt = new long[axisIndexes.length + 1];
    sizesAt[0] = size;
    for (int i = 0; i < axisIndexes.length; i++) {
      sizesAt[i + 1] = blockSize(sizesAt[i], sizes[axisIndexes[i]]);
    }
    // Each level cuts off what lies behind the end of the block that it is a part of.
    long within = 0;
    for (int i = axisIndexes.length - 1; i >= 0; i--) {
      within += coordinate(device, axisIndexes[i]) * sizesAt[i + 1];
      length = Math.min(length, sizesAt[i] - within);
    }
    return length;
  }

  /** Returns the number of devices along all of the axes together. */
  public int groupSize(int... axisIndexes) {
    int count = 1;
    for (int axis : axisIndexes) {
      count *= sizes[axis];
    }
    return count;
  }

  /**
   * Returns the groups of devices that differ only along the given axes. Within a group the devices
   * stand in the order of {@link #blockIndex}; the groups are ordered by their first device.
   */
  public int[][] groups(int... axisIndexes) {
    int size = groupSize(axisIndexes);
    List<int[]> groups = new ArrayList<>();
    for (int device = 0; device < deviceCount; device++) {
      if (blockIndex(device, axisIndexes) != 0) {
        continue;
      }
      int[] group = new int[size];
      for (int block = 0; block < size; block++) {
        int rest = block;
        int member = device;
        for (int i = axisIndexes.length - 1; i >= 0; i--) {
          member += rest % sizes[axisIndexes[i]] * strides[axisIndexes[i]];
          rest /= sizes[axisIndexes[i]];
        }
        group[block] = member;
      }
      groups.add(group);
    }
    return groups.toArray(int[][]::new);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mesh that
        && axes.equals(that.axes)
        && base().axes.equals(that.base().axes);
  }

  @Override
  public int hashCode() {
    return axes.hashCode();
  }

  /** Returns {@code batch=4, model=2}. */
  @Override
  public String toString() {
    return axes.stream().map(MeshAxis::toString).collect(Collectors.joining(", "));
  }
}
