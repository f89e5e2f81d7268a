package dev.partir.sim.profile;

import dev.partir.ir.ElementType;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one kind of device: the chip, which is what a place of a mesh stands for.
 * (Some frameworks show the cores of a TPU v2, v3 or v7x chip as devices of their own; then a place
 * of theirs has a share of these figures.)
 *
 * @param name the name by which users ask for it, such as {@code tpu-v3}
 * @param title the name for people, such as {@code TPU v3}
 * @param peakFlopsPerSecond the data sheet's dense rates; at least {@link Arithmetic#F32} and
 *     {@link Arithmetic#BF16}. Model flops utilisation is measured against these
 * @param sustainedFlopsFraction the share of the peak that the best measured matrix product
 *     reaches; 1 when no measurement is known
 * @param memoryBytes the bytes of device memory
 * @param memoryBytesPerSecond the data sheet's rate of device memory, reads and writes together
 * @param sustainedMemoryFraction the share of it that the best measured copy reaches; 1 when no
 *     measurement is known
 * @param opLatencySeconds the least time that a kernel takes
 * @param interconnect the links within a scale-up domain
 * @param network the network between domains; null when nothing is known about it
 * @param source where the numbers come from
 * @param note where sources contradict each other and what was chosen; may be empty
 */
public record HardwareProfile(
    String name,
    String title,
    Map<Arithmetic, Double> peakFlopsPerSecond,
    double sustainedFlopsFraction,
    long memoryBytes,
    double memoryBytesPerSecond,
    double sustainedMemoryFraction,
    double opLatencySeconds,
    Interconnect interconnect,
    @Nullable Network network,
    String source,
    String note) {

  /**
   * Makes a profile.
   *
   * @throws IllegalArgumentException when the rate of {@link Arithmetic#F32} or {@link
   *     Arithmetic#BF16} is missing
   */
  public HardwareProfile {
    // An EnumMap keeps the order of the constants, which a copy by Map.copyOf would not.
    peakFlopsPerSecond = Collections.unmodifiableMap(new EnumMap<>(peakFlopsPerSecond));
    if (!peakFlopsPerSecond.containsKey(Arithmetic.F32)
        || !peakFlopsPerSecond.containsKey(Arithmetic.BF16)) {
      throw new IllegalArgumentException("a profile needs the rates of f32 and bf16");
    }
  }

  /**
   * Returns the peak rate of some arithmetic, in operations per second; where the chip has none of
   * its own, that of its {@linkplain Arithmetic#substitute substitute}.
   */
  public double peakFlopsPerSecond(Arithmetic arithmetic) {
    Arithmetic at = arithmetic;
    while (true) {
      Double rate = peakFlopsPerSecond.get(at);
      if (rate != null) {
        return rate;
      }
      Arithmetic substitute = at.substitute();
      if (substitute == null) {
        throw new IllegalStateException("the constructor asks for f32 and bf16");
      }
      at = substitute;
    }
  }

  /** Returns the peak rate of operations on elements of a type, per second. */
  public double peakFlopsPerSecond(ElementType type) {
    return peakFlopsPerSecond(Arithmetic.of(type));
  }
}
