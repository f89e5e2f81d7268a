package dev.partir.array;

import java.util.stream.IntStream;

/**
 * Combines a box of elements into the elements of another array, whose places are linear in the
 * index. Where a dimension does not move the target, its elements are folded; every fold goes in
 * row-major order of the box, on however many threads.
 */
public final class StridedFold {
  /** Elements below which threads do not pay. */
  private static final long PARALLEL_WORK = 1 << 17;

  private static final int TASKS = 16;

  private final Combiner combiner;
  private final HostArray target;
  private final HostArray source;
  private final int[] size;
  private final int[] to;
  private final int[] from;
  private int rank;

  private StridedFold(Combiner combiner, HostArray target, HostArray source, int rank) {
    this.combiner = combiner;
    this.target = target;
    this.source = source;
    this.size = new int[rank + 1];
    this.to = new int[rank + 1];
    this.from = new int[rank + 1];
  }

  /**
   * Combines {@code source[sourceOffset + sum(i[d] * sourceStrides[d])]} into {@code
   * target[targetOffset + sum(i[d] * targetStrides[d])]} for every index i of the box. Places must
   * lie within the arrays, which are of one real element type. Two indices may have one target only
   * if they differ in dimensions of target stride 0 alone.
   */
  public static void fold(
      Combiner combiner,
      HostArray target,
      long targetOffset,
      long[] targetStrides,
      HostArray source,
      long sourceOffset,
      long[] sourceStrides,
      long[] sizes) {
    long work = 1;
    for (long s : sizes) {
      work *= s;
    }
    if (work == 0) {
      return;
    }
    var box = new StridedFold(combiner, target, source, sizes.length);
    for (int d = 0; d < sizes.length; d++) {
      box.add((int) sizes[d], (int) targetStrides[d], (int) sourceStrides[d]);
    }
    if (box.rank == 0) {
      box.rank = 1;
      box.size[0] = 1;
    }
    int split = work > PARALLEL_WORK ? box.widestKept() : -1;
    if (split < 0 || box.size[split] == 1) {
      box.run((int) targetOffset, (int) sourceOffset, 0, 0, box.size[0]);
      return;
    }
    int count = box.size[split];
    int tasks = Math.min(TASKS, count);
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              int first = (int) ((long) count * task / tasks);
              int end = (int) ((long) count * (task + 1) / tasks);
              box.run((int) targetOffset, (int) sourceOffset, split, first, end);
            });
  }

  /** Adds a dimension, as part of the one before where both arrays go on evenly. */
  private void add(int count, int toStride, int fromStride) {
    if (count == 1) {
      return;
    }
    int before = rank - 1;
    if (rank > 0 && to[before] == toStride * count && from[before] == fromStride * count) {
      size[before] *= count;
      to[before] = toStride;
      from[before] = fromStride;
    } else {
      size[rank] = count;
      to[rank] = toStride;
      from[rank] = fromStride;
      rank++;
    }
  }

  private int widestKept() {
    int widest = -1;
    for (int d = 0; d < rank; d++) {
      if (to[d] != 0 && (widest < 0 || size[d] > size[widest])) {
        widest = d;
      }
    }
    return widest;
  }

  /** Combines the part of the box whose index in dimension {@code split} is in a range. */
  private void run(int targetOffset, int sourceOffset, int split, int first, int end) {
    int[] counts = size.clone();
    counts[split] = end - first;
    int t = targetOffset + first * to[split];
    int f = sourceOffset + first * from[split];
    int last = rank - 1;
    int[] index = new int[rank];
    while (true) {
      combiner.into(target, t, to[last], source, f, from[last], counts[last]);
      int d = last - 1;
      for (; d >= 0; d--) {
        t += to[d];
        f += from[d];
        if (++index[d] < counts[d]) {
          break;
        }
        t -= to[d] * counts[d];
        f -= from[d] * counts[d];
        index[d] = 0;
      }
      if (d < 0) {
        return;
      }
    }
  }
}
