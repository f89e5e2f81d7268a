package dev.partir.schedule;

/**
 * How a schedule is carried out, where it leaves that open. No option changes what is computed.
 *
 * @param policy what propagation does where it meets a conflict
 * @param gathers what uses do that need a value gathered alike
 * @param loopSums when what a loop adds up of partial sums is combined
 */
public record Options(Policy policy, Gathers gathers, LoopSums loopSums) {
  /** What holds unless something else is said. */
  public static final Options DEFAULT = new Options(Policy.STRICT, Gathers.SHARED, LoopSums.ONCE);

  /** Returns these options with another policy. */
  public Options with(Policy other) {
    return new Options(other, gathers, loopSums);
  }

  /** Returns these options with other gathers. */
  public Options with(Gathers other) {
    return new Options(policy, other, loopSums);
  }

  /** Returns these options with other sums of loops. */
  public Options with(LoopSums other) {
    return new Options(policy, gathers, other);
  }
}
