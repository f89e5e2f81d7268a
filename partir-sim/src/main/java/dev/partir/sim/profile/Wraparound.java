package dev.partir.sim.profile;

/**
 * When the line of devices along an axis of a torus closes to a ring.
 *
 * @param kind the rule
 * @param size the number of the rule; 0 where it has none
 */
public record Wraparound(Kind kind, int size) {

  /** The rules that chips have. */
  public enum Kind {
    /** No axis wraps. */
    NEVER,
    /** Every axis wraps. */
    ALWAYS,
    /** An axis wraps when it has exactly {@code size} devices (TPU v5e and v6e: 16). */
    EXACTLY,
    /**
     * An axis wraps when its length is a multiple of {@code size} in a slice made of full cubes
     * with that edge (TPU v4, v5p and v7x: 4). Taken as fulfilled when the devices of the slice are
     * a multiple of the cube's.
     */
    CUBES
  }

  /**
   * Returns whether an axis wraps.
   *
   * @param length the number of devices along the axis of the torus
   * @param sliceDevices the number of devices of the whole slice
   */
  public boolean wraps(int length, long sliceDevices) {
    return switch (kind) {
      case NEVER -> false;
      case ALWAYS -> true;
      case EXACTLY -> length == size;
      case CUBES -> length % size == 0 && sliceDevices % ((long) size * size * size) == 0;
    };
  }
}
