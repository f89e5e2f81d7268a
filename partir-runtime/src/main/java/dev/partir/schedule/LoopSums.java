package dev.partir.schedule;

/** When what a loop adds up, of parts that devices hold, is combined. */
public enum LoopSums {
  /**
   * Once, behind the loop: each device adds up its own parts. As much as a collective in every trip
   * sends is sent once; until then a device holds the sum as its parts are, whole along the axes
   * that they are pending over.
   */
  ONCE,
  /**
   * In every trip: a device holds no more of the sum than its block, as gradients of many small
   * batches in ZeRO's second stage (arXiv 1910.02054, section 5.2).
   */
  PER_TRIP
}
