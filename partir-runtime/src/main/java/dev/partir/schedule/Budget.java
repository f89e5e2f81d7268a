package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a step of a model may take on every device; what is absent may be anything.
 *
 * @param memoryBytes the most bytes of memory
 * @param collectivesPerStep the most collectives that a step may run, those in loops counted as
 *     often as they run
 * @param stepMillis the longest that a step may take, in milliseconds
 */
public record Budget(
    OptionalLong memoryBytes, OptionalLong collectivesPerStep, OptionalDouble stepMillis) {

  /** No budget: a step may take what it needs. */
  public static final Budget NONE =
      new Budget(OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty());

  /** Returns this budget with a limit of memory, written as {@link ByteText#parse} reads it. */
  public Budget memory(String text) {
    return new Budget(OptionalLong.of(ByteText.parse(text)), collectivesPerStep, stepMillis);
  }

  /** Returns this budget with a limit of collectives. */
  public Budget collectives(long most) {
    return new Budget(memoryBytes, OptionalLong.of(most), stepMillis);
  }

  /** Returns this budget with a limit of time in milliseconds. */
  public Budget millis(double most) {
    return new Budget(memoryBytes, collectivesPerStep, OptionalDouble.of(most));
  }

  /** Returns whether nothing is limited. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /**
   * Returns what is wrong with the limits themselves.
   *
   * @throws PartirException with {@link ErrorCode#INVALID_BUDGET} when a limit is negative, or no
   *     number
   */
  public Budget checked() {
    if (collectivesPerStep.orElse(0) < 0) {
      throw invalid("collectivesPerStep is " + collectivesPerStep.getAsLong());
    }
    double millis = stepMillis.orElse(1);
    if (!(millis > 0)) {
      throw invalid("stepMillis is " + millis);
    }
    return this;
  }

  private static PartirException invalid(String problem) {
    return new PartirException(
        Diagnostic.of(
            ErrorCode.INVALID_BUDGET,
            "",
            problem,
            "Give a limit of at least 0 collectives, or of more than 0 milliseconds, or none"));
  }
}
