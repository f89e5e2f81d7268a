package dev.partir.sim.search;

import dev.partir.spmd.SpmdProgram;

/** Prices programs for a search. */
@FunctionalInterface
interface CostModel {
  /** Returns what one step of a program costs on one device. */
  Price price(SpmdProgram program);

  /**
   * A price.
   *
   * @param seconds the estimated time of a step
   * @param peakMemoryBytes the most memory that a device holds at any time
   */
  record Price(double seconds, long peakMemoryBytes) {}
}
