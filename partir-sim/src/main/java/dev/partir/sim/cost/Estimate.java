package dev.partir.sim.cost;

import dev.partir.spmd.Reshard;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one step of a program is estimated to cost on one device.
 *
 * @param seconds the time of a step
 * @param computeSeconds the part of it in which the device computes
 * @param collectiveSeconds the part of it in which devices exchange data
 * @param flops the arithmetic operations of one device
 * @param peakMemoryBytes the most bytes that a device holds at any time
 * @param parameterBytes the bytes of the arguments that a device holds
 * @param collectives counts and bytes by kind; every kind is there
 * @param liveBytes the bytes that a device holds while each operation runs, in the order of the
 *     program
 * @param owners what holds memory when the most is held, largest first
 * @param operations what the time of each operation is, in the order of the program
 */
public record Estimate(
    double seconds,
    double computeSeconds,
    double collectiveSeconds,
    long flops,
    long peakMemoryBytes,
    long parameterBytes,
    Map<Reshard, Collectives> collectives,
    List<Long> liveBytes,
    List<Owner> owners,
    List<OperationTime> operations) {
  public Estimate {
    collectives = Collections.unmodifiableMap(new EnumMap<>(collectives));
    liveBytes = List.copyOf(liveBytes);
    owners = List.copyOf(owners);
    operations = List.copyOf(operations);
  }

  /**
   * Collectives of one kind.
   *
   * @param count how many there are; one in a loop counts once per trip
   * @param bytes the bytes that one device holds of the larger of operand and result, summed
   * @param seconds their time
   */
  public record Collectives(long count, long bytes, double seconds) {
    static final Collectives NONE = new Collectives(0, 0, 0);

    Collectives plus(Collectives more) {
      return new Collectives(count + more.count, bytes + more.bytes, seconds + more.seconds);
    }
  }

  /**
   * The time of one operation.
   *
   * @param name the full name of the operation
   * @param seconds 0 where it is merged into another kernel and adds nothing to it
   * @param limit what most of the time goes to
   */
  public record OperationTime(String name, double seconds, Limit limit) {}

  /** A value and the bytes that a device holds of it. */
  public record Owner(String name, long bytes) {}

  /** Returns the collectives of a kind. */
  public Collectives collectives(Reshard kind) {
    return collectives.getOrDefault(kind, Collectives.NONE);
  }

  /**
   * Returns the place in the program where the most memory is held; 0 for a program without
   * operations.
   */
  public int peakOperation() {
    int peak = 0;
    for (int i = 1; i < liveBytes.size(); i++) {
      if (liveBytes.get(i) > liveBytes.get(peak)) {
        peak = i;
      }
    }
    return peak;
  }
}
