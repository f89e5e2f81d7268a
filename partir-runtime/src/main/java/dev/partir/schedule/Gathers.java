package dev.partir.schedule;

/** What uses of a value do that need it gathered alike. */
public enum Gathers {
  /** They share one gather: less is sent, and the whole value is held from its first use on. */
  SHARED,
  /**
   * Each gathers by itself, and drops the whole value: what ZeRO's third stage does of weights
   * between the forward and the backward pass (arXiv 1910.02054, section 7), and what the tables of
   * PartIR count.
   */
  PER_USE
}
