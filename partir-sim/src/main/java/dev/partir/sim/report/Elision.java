package dev.partir.sim.report;

import java.util.stream.IntStream;

/** Which of many equal things in a row are drawn. */
final class Elision {
  /** Stands for those that are not drawn. */
  static final int GAP = -1;

  private Elision() {}

  /**
   * Returns 0 to {@code count - 1} when they are at most {@code most}; else the first ones, a
   * {@link #GAP} and the last, {@code most} in all.
   */
  static int[] of(int count, int most) {
    if (count <= most) {
      return IntStream.range(0, count).toArray();
    }
    int[] shown = IntStream.range(0, most).toArray();
    shown[most - 2] = GAP;
    shown[most - 1] = count - 1;
    return shown;
  }
}
