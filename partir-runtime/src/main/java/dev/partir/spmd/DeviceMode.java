package dev.partir.spmd;

/** How the devices of a local program are told apart. */
public enum DeviceMode {
  /** Each is a replica; arguments are blocks. XLA runs the program as it is. */
  REPLICA,
  /**
   * Each is a partition; the body stands in a manual computation of a function over global types,
   * as JAX's {@code shard_map} writes it.
   */
  PARTITION
}
