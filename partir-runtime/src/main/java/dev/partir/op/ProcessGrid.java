package dev.partir.op;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;

/**
 * The processes that run a program together: every replica holds as many partitions (StableHLO
 * specification, "Parallel execution"). A process's number counts the partitions of replica 0
 * first.
 */
public record ProcessGrid(int replicas, int partitions) {
  /** One process alone. */
  public static final ProcessGrid SINGLE = new ProcessGrid(1, 1);

  public ProcessGrid {
    if (replicas < 1 || partitions < 1) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              "process grid",
              "it has " + replicas + " replicas of " + partitions + " partitions",
              "Run at least one process"));
    }
  }

  /** Returns the number of processes. */
  public int size() {
    return Math.multiplyExact(replicas, partitions);
  }

  /** Returns the number of the process of a replica and a partition. */
  public int process(int replica, int partition) {
    return replica * partitions + partition;
  }

  /** Returns the replica that a process belongs to. */
  public int replica(int process) {
    return process / partitions;
  }

  /** Returns the partition that a process is of its replica. */
  public int partition(int process) {
    return process % partitions;
  }

  /** Returns how messages call a process. */
  public String name(int process) {
    return "process (" + replica(process) + ", " + partition(process) + ")";
  }
}
