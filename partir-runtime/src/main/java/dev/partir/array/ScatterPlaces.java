package dev.partir.array;

import dev.partir.ir.TensorType;
import java.util.Arrays;

/**
 * Where a scatter writes: for each update, in row-major order, the place of the element that it
 * changes (StableHLO specification, "scatter", {@code result_index}).
 */
public final class ScatterPlaces {
  private static final int NONE = -1;

  private final TensorType input;
  private final long[] sizes;
  private final int[] windowOf;
  private final int[] batching;
  private final int[] indexed;
  private final int indexVector;

  /**
   * @param input the type of the array that is changed
   * @param updates the type of the updates
   * @param windowOf for each dimension of the updates, the dimension of the input that it goes
   *     along, or -1 where it goes along indices
   * @param batching for each of the latter, the dimension of the input that it is the place in, or
   *     -1
   * @param indexed the dimensions of the input that the numbers of an index vector are places in
   * @param indexVector the dimension of the indices that holds index vectors
   */
  public ScatterPlaces(
      TensorType input,
      TensorType updates,
      int[] windowOf,
      int[] batching,
      int[] indexed,
      int indexVector) {
    this.input = input;
    this.sizes = updates.dims();
    this.windowOf = windowOf.clone();
    this.batching = batching.clone();
    this.indexed = indexed.clone();
    this.indexVector = indexVector;
  }

  /** The index vectors: where the window of each begins. */
  private static final class Starts {
    final long[] at;
    final long[] offset;

    Starts(long[] at, long[] offset) {
      this.at = at;
      this.offset = offset;
    }
  }

  /** Returns the place per update, -1 for one that falls outside of the input. */
  public int[] places(HostArray indices) {
    int last = sizes.length - 1;
    long total = 1;
    for (long size : sizes) {
      total *= size;
    }
    int[] places = new int[(int) total];
    if (total == 0) {
      return places;
    }
    Starts starts = starts(indices);
    long[] inputStrides = StridedCopy.strides(input.dims());
    long[] vectorStrides = vectorStrides();
    int[] coordinate = new int[indexed.length];
    Arrays.fill(coordinate, NONE);
    long[] windowStrides = new long[sizes.length];
    for (int d = 0; d <= last; d++) {
      if (windowOf[d] != NONE) {
        windowStrides[d] = inputStrides[windowOf[d]];
        for (int k = 0; k < indexed.length; k++) {
          coordinate[k] = indexed[k] == windowOf[d] ? d : coordinate[k];
        }
      }
    }
    int length = last < 0 ? 1 : (int) sizes[last];
    long[] index = new long[sizes.length];
    for (int at = 0; at < places.length; at += length) {
      long vector = 0;
      long window = 0;
      for (int d = 0; d < last; d++) {
        vector += index[d] * vectorStrides[d];
        window += index[d] * windowStrides[d];
      }
      if (last >= 0 && windowOf[last] != NONE) {
        row(
            places,
            at,
            length,
            starts,
            (int) vector,
            window,
            windowStrides[last],
            coordinate,
            index);
      } else {
        for (int j = 0; j < length; j++) {
          if (last >= 0) {
            index[last] = j;
          }
          int v = (int) vector + j;
          places[at + j] =
              isInside(starts, v, coordinate, index) ? (int) (starts.offset[v] + window) : NONE;
        }
      }
      for (int d = last - 1; d >= 0 && ++index[d] == sizes[d]; d--) {
        index[d] = 0;
      }
    }
    return places;
  }

  /** Fills the places along the last dimension of a window. */
  private void row(
      int[] places,
      int at,
      int length,
      Starts starts,
      int vector,
      long window,
      long stride,
      int[] coordinate,
      long[] index) {
    int last = sizes.length - 1;
    long from = 0;
    long to = length;
    for (int k = 0; k < indexed.length; k++) {
      long start = starts.at[vector * indexed.length + k];
      long size = input.dim(indexed[k]);
      if (coordinate[k] == last) {
        from = Math.max(from, -start);
        to = Math.min(to, size - start);
      } else {
        long place = start + (coordinate[k] == NONE ? 0 : index[coordinate[k]]);
        to = place >= 0 && place < size ? to : 0;
      }
    }
    Arrays.fill(places, at, at + length, NONE);
    for (long j = from; j < to; j++) {
      places[at + (int) j] = (int) (starts.offset[vector] + window + j * stride);
    }
  }

  private boolean isInside(Starts starts, int vector, int[] coordinate, long[] index) {
    for (int k = 0; k < indexed.length; k++) {
      long place = starts.at[vector * indexed.length + k];
      place += coordinate[k] == NONE ? 0 : index[coordinate[k]];
      if (place < 0 || place >= input.dim(indexed[k])) {
        return false;
      }
    }
    return true;
  }

  /** Returns, for each dimension of the updates, by how many index vectors a step in it goes on. */
  private long[] vectorStrides() {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (windowOf[d] == NONE) {
        strides[d] = stride;
        stride *= sizes[d];
      }
    }
    return strides;
  }

  private Starts starts(HostArray indices) {
    long[] strides = StridedCopy.strides(indices.type().dims());
    long[] inputStrides = StridedCopy.strides(input.dims());
    long step = indexVector < strides.length ? strides[indexVector] : 0;
    int count = 1;
    long[] batch = new long[batching.length];
    long[] batchStrides = new long[batching.length];
    int n = 0;
    for (int d = 0; d < strides.length; d++) {
      if (d != indexVector) {
        batch[n] = indices.type().dim(d);
        batchStrides[n] = strides[d];
        count *= (int) batch[n++];
      }
    }
    long[] at = new long[count * indexed.length];
    long[] offset = new long[count];
    for (int v = 0; v < count; v++) {
      int source = 0;
      int rest = v;
      for (int b = batch.length - 1; b >= 0; b--) {
        long index = rest % batch[b];
        rest /= (int) batch[b];
        source += (int) (index * batchStrides[b]);
        offset[v] += batching[b] == NONE ? 0 : index * inputStrides[batching[b]];
      }
      for (int k = 0; k < indexed.length; k++) {
        long start = indices.getLong(source + (int) (k * step));
        at[v * indexed.length + k] = start;
        offset[v] += start * inputStrides[indexed[k]];
      }
    }
    return new Starts(at, offset);
  }

  /**
   * Returns the numbers of the updates in rounds: no place is twice in a round, and the updates of
   * one place come in their order.
   *
   * @param elements the number of elements of the input
   */
  public static int[][] rounds(int[] places, int elements) {
    int[] used = new int[elements];
    int[] roundOf = new int[places.length];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        roundOf[i] = used[places[i]]++;
        count = Math.max(count, roundOf[i] + 1);
      }
    }
    int[] lengths = new int[count];
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        lengths[roundOf[i]]++;
      }
    }
    int[][] rounds = new int[count][];
    for (int r = 0; r < count; r++) {
      rounds[r] = new int[lengths[r]];
      lengths[r] = 0;
    }
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        int r = roundOf[i];
        rounds[r][lengths[r]++] = i;
      }
    }
    return rounds;
  }

  /** Returns the given ones of some places. */
  public static int[] pick(int[] places, int[] which) {
    int[] picked = new int[which.length];
    for (int i = 0; i < which.length; i++) {
      picked[i] = places[which[i]];
    }
    return picked;
  }

  /** Returns the elements at the given places, as an array of rank 1. */
  public static HostArray take(HostArray source, int[] places) {
    HostArray taken = HostArray.zeros(TensorType.of(source.type().element(), places.length));
    int parts = source.type().element().isComplex() ? 2 : 1;
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(source.storage(), places[i] * parts, taken.storage(), i * parts, parts);
    }
    return taken;
  }

  /**
   * Sets the elements at the given places to those of {@code source}, in order; a negative place is
   * left out. Only for arrays that nobody shares yet.
   */
  public static void set(HostArray target, int[] places, HostArray source) {
    int parts = source.type().element().isComplex() ? 2 : 1;
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        System.arraycopy(source.storage(), i * parts, target.storage(), places[i] * parts, parts);
      }
    }
  }
}
