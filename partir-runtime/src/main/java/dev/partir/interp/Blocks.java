package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.TensorType;
import dev.partir.mesh.BlockWindow;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;

/**
 * Cuts global arrays into the blocks that devices hold, and puts blocks together. Where a dimension
 * does not divide, the last blocks end in padding, which is zero where a block is cut.
 */
final class Blocks {
  private Blocks() {}

  /** Returns what a device holds of an array: its block, or its window where it holds windows. */
  static HostArray block(HostArray whole, Sharding sharding, Mesh mesh, int device) {
    TensorType local = sharding.localType(whole.type(), mesh);
    if (local.equals(whole.type()) && sharding.isReplicated()) {
      return whole;
    }
    HostArray block = HostArray.zeros(local);
    long[] strides = StridedCopy.strides(whole.type().dims());
    long[] blockStrides = StridedCopy.strides(local.dims());
    long[] sizes = sizes(whole.type(), sharding, mesh, device);
    long from = 0;
    long to = 0;
    for (int d = 0; d < sizes.length; d++) {
      BlockWindow window = sharding.window(d);
      if (window == null) {
        from += mesh.blockStart(device, whole.type().dim(d), sharding.dim(d)) * strides[d];
        continue;
      }
      long first =
          window.scaled(mesh.blockStart(device, window.size(), sharding.dim(d))) + window.offset();
      long inside = Math.max(0, first);
      long end = Math.min(whole.type().dim(d), first + window.width());
      sizes[d] = Math.max(0, end - inside);
      from += Math.min(inside, whole.type().dim(d)) * strides[d];
      to += (inside - first) * blockStrides[d];
    }
    if (!isEmpty(sizes)) {
      StridedCopy.copy(whole, from, strides, block, to, blockStrides, sizes);
    }
    return block;
  }

  /** Writes what a device's block holds, without padding, into the whole. */
  static void put(HostArray block, HostArray whole, Sharding sharding, Mesh mesh, int device) {
    long[] strides = StridedCopy.strides(whole.type().dims());
    long[] sizes = sizes(whole.type(), sharding, mesh, device);
    if (isEmpty(sizes)) {
      return;
    }
    long to = 0;
    for (int d = 0; d < sizes.length; d++) {
      to += mesh.blockStart(device, whole.type().dim(d), sharding.dim(d)) * strides[d];
    }
    long[] blockStrides = StridedCopy.strides(block.type().dims());
    StridedCopy.copy(block, 0, blockStrides, whole, to, strides, sizes);
  }

  /**
   * Returns what a device's block holds without padding.
   *
   * @param whole the type of the global array
   */
  static HostArray trim(
      HostArray block, TensorType whole, Sharding sharding, Mesh mesh, int device) {
    long[] sizes = sizes(whole, sharding, mesh, device);
    TensorType trimmed = whole.withDims(sizes);
    return trimmed.equals(block.type())
        ? block
        : StridedCopy.read(block, 0, StridedCopy.strides(block.type().dims()), trimmed);
  }

  /** Returns the sizes of what is not padding. */
  private static long[] sizes(TensorType type, Sharding sharding, Mesh mesh, int device) {
    long[] sizes = new long[type.rank()];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = Math.max(0, mesh.blockLength(device, type.dim(d), sharding.dim(d)));
    }
    return sizes;
  }

  private static boolean isEmpty(long[] sizes) {
    for (long size : sizes) {
      if (size == 0) {
        return true;
      }
    }
    return false;
  }
}
