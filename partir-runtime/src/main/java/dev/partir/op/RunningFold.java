package dev.partir.op;

import dev.partir.array.Combiner;
import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folds under windows of which each is the one before and one element more: running sums. They take
 * one step per element where windows would take as many as they are long, and give the same bits.
 */
final class RunningFold {
  private final int dim;
  private final boolean forward;
  private final long low;
  private final long size;
  private final ReductionBody body;
  private final List<HostArray> arrays;
  private final List<HostArray> initials;
  private final List<HostArray> results;
  private final Evaluation evaluation;

  private RunningFold(
      int dim,
      boolean forward,
      WindowAttributes window,
      ReductionBody body,
      List<HostArray> arrays,
      List<HostArray> initials,
      List<HostArray> results,
      Evaluation evaluation) {
    this.dim = dim;
    this.forward = forward;
    this.low = window.low(dim);
    this.size = window.size(dim);
    this.body = body;
    this.arrays = arrays;
    this.initials = initials;
    this.results = results;
    this.evaluation = evaluation;
  }

  /**
   * Returns the running fold that gives what a window gives, or null where none does.
   *
   * @param results hold the initial values
   */
  static @Nullable RunningFold of(
      WindowAttributes window,
      ReductionBody body,
      List<HostArray> arrays,
      List<HostArray> initials,
      List<HostArray> results,
      Evaluation evaluation) {
    TensorType type = arrays.get(0).type();
    int dim = -1;
    for (int d = 0; d < type.rank(); d++) {
      if (!window.isTrivial(d)) {
        if (dim >= 0 || !window.isDense(d)) {
          return null;
        }
        dim = d;
      }
    }
    if (dim < 0 || window.size(dim) == 1) {
      return null;
    }
    long places = results.get(0).type().dim(dim);
    long elements = type.dim(dim);
    // The window at place p lies over the elements from p - low to p - low + size - 1.
    long lastEnd = places - 1 - window.low(dim) + window.size(dim) - 1;
    Combiner combiner = body.combiner();
    boolean forward = places - 1 - window.low(dim) <= 0;
    if (forward) {
      boolean padsAfter = lastEnd >= elements;
      boolean fits =
          body.isNeutral(initials.get(0))
              || (!padsAfter && startsStill(body, initials, evaluation));
      return fits
          ? new RunningFold(dim, true, window, body, arrays, initials, results, evaluation)
          : null;
    }
    boolean backward = window.size(dim) - 1 - window.low(dim) >= elements - 1;
    return backward
            && combiner != null
            && combiner.isExact(type.element())
            && body.isNeutral(initials.get(0))
        ? new RunningFold(dim, false, window, body, arrays, initials, results, evaluation)
        : null;
  }

  /** Returns whether folding an initial value into itself changes nothing. */
  private static boolean startsStill(
      ReductionBody body, List<HostArray> initials, Evaluation evaluation) {
    List<HostArray> folded = body.fold(initials, initials, 1, evaluation);
    for (int i = 0; i < initials.size(); i++) {
      if (!folded.get(i).reshaped(initials.get(i).type()).sameElements(initials.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Folds into the results. */
  void run() {
    TensorType slice = ShapeOps.withDim(arrays.get(0).type(), dim, 1);
    int count = (int) slice.elementCount();
    List<HostArray> sums = new ArrayList<>();
    for (HostArray initial : initials) {
      TensorType type = slice.withElement(initial.type().element());
      sums.add(StridedCopy.read(initial, 0, new long[slice.rank()], type));
    }
    int places = (int) results.get(0).type().dim(dim);
    long elements = arrays.get(0).type().dim(dim);
    long next = forward ? 0 : elements - 1;
    for (int i = 0; i < places; i++) {
      int place = forward ? i : places - 1 - i;
      long end =
          forward ? Math.min(elements - 1, place - low + size - 1) : Math.max(0, place - low);
      for (; forward ? next <= end : next >= end; next += forward ? 1 : -1) {
        List<HostArray> column = new ArrayList<>();
        for (HostArray array : arrays) {
          long[] strides = StridedCopy.strides(array.type().dims());
          TensorType type = slice.withElement(array.type().element());
          column.add(StridedCopy.read(array, next * strides[dim], strides, type));
        }
        sums = body.fold(sums, column, count, evaluation);
      }
      for (int r = 0; r < sums.size(); r++) {
        long[] strides = StridedCopy.strides(results.get(r).type().dims());
        StridedCopy.copy(
            sums.get(r),
            0,
            StridedCopy.strides(slice.dims()),
            results.get(r),
            place * strides[dim],
            strides,
            slice.dims());
      }
    }
  }
}
