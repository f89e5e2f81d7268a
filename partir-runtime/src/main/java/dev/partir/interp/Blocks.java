package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.Sharding;

/** Cuts global arrays into the blocks that devices hold, and puts blocks together. */
final class Blocks {
  private Blocks() {}

  /** Returns what a device holds of an array. */
  static HostArray block(HostArray whole, Sharding sharding, Mesh mesh, int device) {
    TensorType local = sharding.localType(whole.type(), mesh);
    if (local.equals(whole.type())) {
      return whole;
    }
    long[] strides = StridedCopy.strides(whole.type().dims());
    return StridedCopy.read(whole, offset(local, strides, sharding, mesh, device), strides, local);
  }

  /** Writes what a device holds into an array. */
  static void put(HostArray block, HostArray whole, Sharding sharding, Mesh mesh, int device) {
    long[] strides = StridedCopy.strides(whole.type().dims());
    long[] sizes = block.type().dims();
    StridedCopy.copy(
        block,
        0,
        StridedCopy.strides(sizes),
        whole,
        offset(block.type(), strides, sharding, mesh, device),
        strides,
        sizes);
  }

  private static long offset(
      TensorType local, long[] strides, Sharding sharding, Mesh mesh, int device) {
    long offset = 0;
    for (int d = 0; d < strides.length; d++) {
      offset += mesh.blockIndex(device, sharding.dim(d)) * local.dim(d) * strides[d];
    }
    return offset;
  }
}
