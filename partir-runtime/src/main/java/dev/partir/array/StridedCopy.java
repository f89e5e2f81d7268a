package dev.partir.array;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;

/**
 * Copies a box of elements between arrays whose places are linear in the index: broadcast,
 * transpose, slice, reverse, concatenate and pad are all of this form. Strides count numbers of the
 * storage's elements (an element of a complex array is two).
 */
public final class StridedCopy {
  private StridedCopy() {}

  /** Returns the row-major strides of {@code dims}. */
  public static long[] strides(long... dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  /**
   * Returns a new array whose element at index i is the element of {@code source} at {@code offset
   * + sum(i[d] * strides[d])}.
   *
   * @param strides one per dimension of {@code result}, 0 where the dimension is broadcast
   */
  public static HostArray read(HostArray source, long offset, long[] strides, TensorType result) {
    HostArray target = HostArray.zeros(result);
    long[] dims = result.dims();
    copy(source, offset, strides, target, 0, strides(dims), dims);
    return target;
  }

  /** Returns a copy, which may be changed as long as nobody shares it. */
  public static HostArray copyOf(HostArray source) {
    return read(source, 0, strides(source.type().dims()), source.type());
  }

  /** Copies a box of {@code sizes} elements. Element places must lie within the arrays. */
  public static void copy(
      HostArray source,
      long sourceOffset,
      long[] sourceStrides,
      HostArray target,
      long targetOffset,
      long[] targetStrides,
      long[] sizes) {
    new Box(source.type().element(), sourceStrides, targetStrides, sizes)
        .copy(source, sourceOffset, target, targetOffset);
  }

  /** The shape of boxes that are copied from and to many places. */
  public static final class Box {
    private final int parts;
    private final int rank;
    private final int[] size;
    private final int[] from;
    private final int[] to;
    private final boolean empty;

    /**
     * Dimensions of size 1 do not matter, and neighbours that are contiguous in both arrays are one
     * dimension.
     */
    public Box(ElementType element, long[] sourceStrides, long[] targetStrides, long[] sizes) {
      parts = element.isComplex() ? 2 : 1;
      int n = 0;
      boolean none = false;
      size = new int[sizes.length + 2];
      from = new int[sizes.length + 2];
      to = new int[sizes.length + 2];
      for (int d = 0; d < sizes.length; d++) {
        none |= sizes[d] == 0;
        if (sizes[d] == 1) {
          continue;
        }
        int s = (int) sizes[d];
        int f = (int) sourceStrides[d] * parts;
        int t = (int) targetStrides[d] * parts;
        if (n > 0 && from[n - 1] == f * s && to[n - 1] == t * s) {
          size[n - 1] *= s;
          from[n - 1] = f;
          to[n - 1] = t;
        } else {
          size[n] = s;
          from[n] = f;
          to[n] = t;
          n++;
        }
      }
      if (parts == 2) {
        size[n] = 2;
        from[n] = 1;
        to[n] = 1;
        n++;
      }
      if (n == 0) {
        size[n] = 1;
        n++;
      }
      rank = n;
      empty = none;
    }

    /** Copies a box. Element places must lie within the arrays. */
    public void copy(HostArray source, long sourceOffset, HostArray target, long targetOffset) {
      if (empty) {
        return;
      }
      int f = (int) sourceOffset * parts;
      int t = (int) targetOffset * parts;
      long length = 1;
      for (int d = 0; d < rank; d++) {
        length *= size[d];
      }
      if (rank == 1 || length > Integer.MAX_VALUE) {
        copy(source, f, target, t, 0, size[0]);
        return;
      }
      int each = (int) length / size[0];
      // Parts of the first dimension, of as many elements as threads are worth.
      Chunks.each(
          size[0],
          each,
          (first, end) -> copy(source, f + first * from[0], target, t + first * to[0], first, end));
    }

    /** Copies the part of a box whose first index is in a range. */
    private void copy(
        HostArray source, int sourcePlace, HostArray target, int targetPlace, int first, int end) {
      int f = sourcePlace;
      int t = targetPlace;
      int last = rank - 1;
      if (last == 0) {
        row(source.storage(), f, from[0], target.storage(), t, to[0], end - first);
        return;
      }
      int[] index = new int[rank];
      index[0] = first;
      while (true) {
        row(source.storage(), f, from[last], target.storage(), t, to[last], size[last]);
        int d = last - 1;
        for (; d >= 0; d--) {
          f += from[d];
          t += to[d];
          if (++index[d] < (d == 0 ? end : size[d])) {
            break;
          }
          f -= from[d] * size[d];
          t -= to[d] * size[d];
          index[d] = 0;
        }
        if (d < 0) {
          return;
        }
      }
    }
  }

  private static void row(
      Object source, int f, int fromStride, Object target, int t, int toStride, int count) {
    if (fromStride == 1 && toStride == 1) {
      System.arraycopy(source, f, target, t, count);
    } else if (source instanceof float[] from) {
      float[] to = (float[]) target;
      for (int i = 0; i < count; i++) {
        to[t + i * toStride] = from[f + i * fromStride];
      }
    } else if (source instanceof int[] from) {
      int[] to = (int[]) target;
      for (int i = 0; i < count; i++) {
        to[t + i * toStride] = from[f + i * fromStride];
      }
    } else if (source instanceof long[] from) {
      long[] to = (long[]) target;
      for (int i = 0; i < count; i++) {
        to[t + i * toStride] = from[f + i * fromStride];
      }
    } else {
      double[] from = (double[]) source;
      double[] to = (double[]) target;
      for (int i = 0; i < count; i++) {
        to[t + i * toStride] = from[f + i * fromStride];
      }
    }
  }
}
