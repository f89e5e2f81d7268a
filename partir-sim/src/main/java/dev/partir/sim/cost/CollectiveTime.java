package dev.partir.sim.cost;

/**
 * The time of one collective.
 *
 * @param latencySeconds the part that does not depend on the bytes
 * @param transferSeconds the part that is proportional to the bytes
 */
public record CollectiveTime(double latencySeconds, double transferSeconds) {
  static final CollectiveTime NONE = new CollectiveTime(0, 0);

  /** Returns the whole time in seconds. */
  public double seconds() {
    return latencySeconds + transferSeconds;
  }
}
