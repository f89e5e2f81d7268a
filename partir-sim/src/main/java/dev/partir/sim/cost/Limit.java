package dev.partir.sim.cost;

/** What limits an operation. The constant in lower case is its name in reports. */
public enum Limit {
  /** Arithmetic. */
  COMPUTE,
  /** Reading and writing device memory. */
  MEMORY,
  /** The least time that any operation takes. */
  LATENCY,
  /** Links between devices. */
  COMMUNICATION
}
