package dev.partir.junit;

import static org.junit.jupiter.api.Assertions.fail;

import dev.partir.array.Arithmetic;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.spmd.Partitioning;
import java.util.function.Supplier;

/** A model under one schedule, on inputs of one seed. */
public final class VerificationCase {
  private final String model;
  private final String name;
  private final long seed;
  private final Supplier<Partitioning> partitioning;

  VerificationCase(String model, String name, long seed, Supplier<Partitioning> partitioning) {
    this.model = model;
    this.name = name;
    this.seed = seed;
    this.partitioning = partitioning;
  }

  /**
   * Returns the partitioned model.
   *
   * @throws dev.partir.ir.PartirException when the schedule does not fit the model
   */
  public Partitioning partitioning() {
    return partitioning.get();
  }

  /** Returns the seed of the inputs: {@link dev.partir.interp.SeededArrays#forArguments}. */
  public long seed() {
    return seed;
  }

  /**
   * Runs the model on one device and on virtual devices, and its loops one iteration after the
   * other.
   *
   * @throws AssertionError saying which result differs on which device, and the first operation
   *     that does
   * @throws dev.partir.ir.PartirException when the schedule does not fit the model, or an operation
   *     cannot be run
   */
  public void verify() {
    EquivalenceCheck.Outcome outcome =
        EquivalenceCheck.verify(partitioning(), seed, Arithmetic.EXACT);
    if (!outcome.equal()) {
      fail(message(outcome));
    }
  }

  private String message(EquivalenceCheck.Outcome outcome) {
    StringBuilder text = new StringBuilder(model).append(", ").append(name).append(": ");
    text.append(outcome.devices()).append(" devices do not compute what the model does");
    outcome.mismatches().forEach(mismatch -> text.append("\n  ").append(mismatch));
    if (outcome.first() != null) {
      text.append("\n  ").append(outcome.first());
    }
    return text.toString();
  }

  /** Returns the schedule and the seed. */
  @Override
  public String toString() {
    return name;
  }
}
