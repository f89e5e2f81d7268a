package dev.partir.array;

import java.util.ArrayList;
import java.util.List;

/**
 * Folds the elements under a window that moves over an array, for a combiner whose neutral element
 * pads the array, so that what lies outside need not be folded. Every fold goes in row-major order
 * of the window.
 */
public final class WindowFold {
  /** Results that are folded together, so that they stay in the cache. */
  private static final long BLOCK = 4096;

  private static final long PARALLEL_WORK = 1 << 18;

  private final Combiner combiner;
  private final Window window;
  private final HostArray source;
  private final HostArray target;
  private final long[] sourceStrides;
  private final long[] targetStrides;

  private WindowFold(Combiner combiner, Window window, HostArray source, HostArray target) {
    this.combiner = combiner;
    this.window = window;
    this.source = source;
    this.target = target;
    this.sourceStrides = StridedCopy.strides(source.type().dims());
    this.targetStrides = StridedCopy.strides(target.type().dims());
  }

  /**
   * Folds into {@code target}, which holds the value that each fold starts from and has one element
   * per place of the window.
   */
  public static void fold(Combiner combiner, Window window, HostArray source, HostArray target) {
    var fold = new WindowFold(combiner, window, source, target);
    int rank = source.type().rank();
    if (target.length() == 0 || source.length() == 0) {
      return;
    }
    List<long[][]> blocks = new ArrayList<>();
    split(new long[rank], target.type().dims(), blocks);
    long work = target.length() * window.positions();
    (work > PARALLEL_WORK ? blocks.parallelStream() : blocks.stream()).forEach(fold::block);
  }

  /** Cuts a box, given by its first index and its sizes, along its first dimensions. */
  private static void split(long[] first, long[] sizes, List<long[][]> blocks) {
    long count = 1;
    int cut = -1;
    for (int d = 0; d < sizes.length; d++) {
      count *= sizes[d];
      if (cut < 0 && sizes[d] > 1) {
        cut = d;
      }
    }
    if (count <= BLOCK) {
      blocks.add(new long[][] {first, sizes});
      return;
    }
    long half = sizes[cut] / 2;
    long[] lower = sizes.clone();
    lower[cut] = half;
    split(first, lower, blocks);
    long[] middle = first.clone();
    middle[cut] += half;
    long[] upper = sizes.clone();
    upper[cut] -= half;
    split(middle, upper, blocks);
  }

  private void block(long[][] box) {
    long[] first = box[0];
    long[] sizes = box[1];
    int rank = first.length;
    long[] position = new long[rank];
    long[] counts = new long[rank];
    long[] to = new long[rank];
    long[] from = new long[rank];
    for (long p = window.positions(); p > 0; p--) {
      long targetAt = 0;
      long sourceAt = 0;
      for (int d = 0; d < rank; d++) {
        Window.Run run =
            window.run(d, position[d], first[d], first[d] + sizes[d], source.type().dim(d));
        counts[d] = run.count();
        targetAt += run.place() * targetStrides[d];
        sourceAt += run.element() * sourceStrides[d];
        to[d] = run.placeStep() * targetStrides[d];
        from[d] = run.elementStep() * sourceStrides[d];
      }
      StridedFold.fold(combiner, target, targetAt, to, source, sourceAt, from, counts);
      window.next(position);
    }
  }
}
