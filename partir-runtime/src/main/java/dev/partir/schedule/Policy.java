package dev.partir.schedule;

/** What propagation does where an operation is asked for two things at once along one axis. */
public enum Policy {
  /**
   * It does nothing and reports the conflict; the order of the tactics is how a user resolves it
   * (PartIR, arXiv 2401.11202, section 5.2.3).
   */
  STRICT,
  /**
   * It takes the wish that comes through the largest tensor, for that is the most costly to lay out
   * anew; of equally large ones the one whose factor comes first in the operation's rule. What
   * users of GSPMD and Shardy expect, whose propagation always decides.
   */
  GREEDY
}
