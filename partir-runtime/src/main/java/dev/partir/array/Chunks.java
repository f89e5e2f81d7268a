package dev.partir.array;

import java.util.stream.IntStream;

/** Cuts the elements of large arrays into ranges that threads work on side by side. */
public final class Chunks {
  /** Elements below which threads do not pay. */
  private static final int PARALLEL_LENGTH = 1 << 16;

  private static final int RANGES = 16;

  /** Works on the elements from {@code from} to before {@code end}. */
  public interface Task {
    void run(int from, int end);
  }

  private Chunks() {}

  /**
   * Works on all of {@code length} elements. What a range gives must not depend on the others; its
   * bounds are multiples of 16 but for the last.
   */
  public static void each(int length, Task task) {
    run(length, length, 16, task);
  }

  /** Works on all of {@code count} groups of {@code size} elements. */
  public static void each(int count, int size, Task task) {
    run(count, (long) count * size, 1, task);
  }

  private static void run(int count, long length, int multiple, Task task) {
    if (length < PARALLEL_LENGTH) {
      task.run(0, count);
      return;
    }
    int step = (count + RANGES * multiple - 1) / (RANGES * multiple) * multiple;
    IntStream.range(0, (count + step - 1) / step)
        .parallel()
        .forEach(i -> task.run(i * step, Math.min(count, (i + 1) * step)));
  }
}
