package dev.partir.array;

import dev.partir.ir.TensorType;

/** Sorting of lines of arrays by any order: first their positions, then their elements. */
public final class Sorting {
  /** Shorter runs are sorted by insertion. */
  private static final int RUN = 8;

  private Sorting() {}

  /** Says which of two positions comes first. */
  @FunctionalInterface
  public interface Order {
    /** Returns whether position {@code a} must come before position {@code b}. */
    boolean before(int a, int b);
  }

  /**
   * Returns the positions from 0 to {@code count} - 1 in order; equal ones keep theirs (merge sort:
   * Knuth, The Art of Computer Programming, volume 3, section 5.2.4). An order that contradicts
   * itself gives some order of all positions.
   */
  public static int[] positions(int count, Order order) {
    int[] sorted = new int[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = i;
    }
    for (int from = 0; from < count; from += RUN) {
      insert(sorted, from, Math.min(from + RUN, count), order);
    }
    int[] other = new int[count];
    for (long width = RUN; width < count; width *= 2) {
      for (long from = 0; from < count; from += 2 * width) {
        int middle = (int) Math.min(from + width, count);
        int end = (int) Math.min(from + 2 * width, count);
        merge(sorted, other, (int) from, middle, end, order);
      }
      int[] swap = sorted;
      sorted = other;
      other = swap;
    }
    return sorted;
  }

  private static void insert(int[] values, int from, int end, Order order) {
    for (int i = from + 1; i < end; i++) {
      int value = values[i];
      int j = i;
      for (; j > from && order.before(value, values[j - 1]); j--) {
        values[j] = values[j - 1];
      }
      values[j] = value;
    }
  }

  private static void merge(int[] from, int[] to, int start, int middle, int end, Order order) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeRight = left == middle || (right < end && order.before(from[right], from[left]));
      to[i] = takeRight ? from[right++] : from[left++];
    }
  }

  /** Returns an element as a scalar. */
  public static HostArray element(HostArray array, int index) {
    return StridedCopy.read(array, index, new long[0], TensorType.of(array.type().element()));
  }

  /**
   * Copies elements of a line: the one at place {@code order[k]} of the source's becomes the one at
   * place k of the target's. Lines are counted in elements.
   */
  public static void take(
      HostArray source,
      int sourceStart,
      int sourceStride,
      HostArray target,
      int targetStart,
      int targetStride,
      int[] order,
      int count) {
    int parts = source.type().element().isComplex() ? 2 : 1;
    Object from = source.storage();
    Object to = target.storage();
    for (int k = 0; k < count; k++) {
      int f = (sourceStart + order[k] * sourceStride) * parts;
      int t = (targetStart + k * targetStride) * parts;
      if (from instanceof float[] floats) {
        float[] targets = (float[]) to;
        targets[t] = floats[f];
        if (parts == 2) {
          targets[t + 1] = floats[f + 1];
        }
      } else if (from instanceof int[] ints) {
        ((int[]) to)[t] = ints[f];
      } else if (from instanceof long[] longs) {
        ((long[]) to)[t] = longs[f];
      } else {
        double[] doubles = (double[]) from;
        double[] targets = (double[]) to;
        targets[t] = doubles[f];
        if (parts == 2) {
          targets[t + 1] = doubles[f + 1];
        }
      }
    }
  }
}
