package dev.partir.sdy;

/**
 * Devices that stand at one distance from each other, whatever the axis is called that they are
 * along: {@code size} of them, {@code stride} apart in device numbers.
 */
public record AxisSpan(int stride, int size) {

  /** Returns the distance between whole spans: where the next slower axis goes on. */
  public int end() {
    return stride * size;
  }

  /** Returns whether some devices of one span are told apart by the other. */
  public boolean overlaps(AxisSpan other) {
    return size > 1 && other.size > 1 && stride < other.end() && other.stride < end();
  }
}
