package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import org.jspecify.annotations.Nullable;

/**
 * How a collective's {@code replica_groups} split the processes into groups (StableHLO
 * specification, "Parallel execution").
 */
public enum ProcessGroups {
  /** The numbers are of replicas; each group stands once per partition. */
  CROSS_REPLICA {
    @Override
    int[] group(int[] row, int process, ProcessGrid grid) {
      int[] group = new int[row.length];
      for (int i = 0; i < row.length; i++) {
        group[i] = grid.process(row[i], grid.partition(process));
      }
      return group;
    }

    @Override
    int numberOf(int process, ProcessGrid grid) {
      return grid.replica(process);
    }

    @Override
    int numbers(ProcessGrid grid) {
      return grid.replicas();
    }
  },
  /** The numbers are of partitions; each group stands once per replica. */
  CROSS_PARTITION {
    @Override
    int[] group(int[] row, int process, ProcessGrid grid) {
      int[] group = new int[row.length];
      for (int i = 0; i < row.length; i++) {
        group[i] = grid.process(grid.replica(process), row[i]);
      }
      return group;
    }

    @Override
    int numberOf(int process, ProcessGrid grid) {
      return grid.partition(process);
    }

    @Override
    int numbers(ProcessGrid grid) {
      return grid.partitions();
    }
  },
  /** The numbers are of replicas; each group takes in all their partitions. */
  CROSS_REPLICA_AND_PARTITION {
    @Override
    int[] group(int[] row, int process, ProcessGrid grid) {
      int[] group = new int[row.length * grid.partitions()];
      for (int p = 0; p < grid.partitions(); p++) {
        for (int i = 0; i < row.length; i++) {
          group[p * row.length + i] = grid.process(row[i], p);
        }
      }
      return group;
    }

    @Override
    int numberOf(int process, ProcessGrid grid) {
      return grid.replica(process);
    }

    @Override
    int numbers(ProcessGrid grid) {
      return grid.replicas();
    }
  },
  /** The numbers are of processes. */
  FLATTENED_IDS {
    @Override
    int[] group(int[] row, int process, ProcessGrid grid) {
      return row;
    }

    @Override
    int numberOf(int process, ProcessGrid grid) {
      return process;
    }

    @Override
    int numbers(ProcessGrid grid) {
      return grid.size();
    }
  };

  /** The name of the attribute that holds the groups. */
  static final String GROUPS = "replica_groups";

  private static final String CHANNEL = "channel_handle";
  private static final String GLOBAL_IDS = "use_global_device_ids";

  /** Returns the processes of the group that a row of numbers stands for and a process is in. */
  abstract int[] group(int[] row, int process, ProcessGrid grid);

  /** Returns the number that stands for a process. */
  abstract int numberOf(int process, ProcessGrid grid);

  /** Returns how many numbers there are. */
  abstract int numbers(ProcessGrid grid);

  /** Returns the way of a reducing or gathering collective. */
  static ProcessGroups ofReplicasOrProcesses(Operation operation) {
    if (channel(operation) <= 0) {
      return CROSS_REPLICA;
    }
    return operation.attributes().flag(GLOBAL_IDS) ? FLATTENED_IDS : CROSS_REPLICA_AND_PARTITION;
  }

  /** Returns the way of a collective that moves arrays. */
  static ProcessGroups ofReplicasOrPartitions(Operation operation) {
    return channel(operation) <= 0 ? CROSS_REPLICA : CROSS_PARTITION;
  }

  /** Returns the number of an operation's channel, 0 where it names none. */
  static long channel(Operation operation) {
    return operation.attributes().get(CHANNEL) instanceof Attribute.Struct channel
        ? channel.fields().integer("handle", 0)
        : operation.attributes().integer("channel_id", 0);
  }

  /** Returns the type of an operation's channel, 0 where it names none. */
  static long channelType(Operation operation) {
    return operation.attributes().get(CHANNEL) instanceof Attribute.Struct channel
        ? channel.fields().integer("type", 0)
        : 0;
  }

  /**
   * Returns the processes that meet a process in an operation with {@code replica_groups}; all of
   * them where the attribute is empty. Null where the process is in no group.
   *
   * @throws PartirException when a group names what the grid does not have
   */
  int @Nullable [] groupOf(Operation operation, int process, ProcessGrid grid) {
    int number = numberOf(process, grid);
    int[][] rows = rows(operation);
    if (rows.length == 0) {
      int[] all = new int[numbers(grid)];
      for (int i = 0; i < all.length; i++) {
        all[i] = i;
      }
      return group(all, process, grid);
    }
    for (int[] row : rows) {
      boolean in = false;
      for (int member : row) {
        if (member >= numbers(grid)) {
          throw outside(operation, member, grid);
        }
        in |= member == number;
      }
      if (in) {
        return group(row, process, grid);
      }
    }
    return null;
  }

  /** Returns the error of an operation that names a process that the grid does not have. */
  PartirException outside(Operation operation, long member, ProcessGrid grid) {
    return new PartirException(
        Diagnostic.at(
            operation.location(),
            ErrorCode.INVALID_OP,
            operation.name()
                + " names "
                + member
                + " where numbers stand for "
                + (this == FLATTENED_IDS
                    ? "processes"
                    : this == CROSS_PARTITION ? "partitions" : "replicas")
                + ", of which "
                + numbers(grid)
                + (numbers(grid) == 1 ? " runs" : " run"),
            "Run it on more processes, or name those that there are"));
  }

  /** Returns the rows of {@code replica_groups}, without the -1 that fill up shorter ones. */
  static int[][] rows(Operation operation) {
    if (!(operation.attributes().get(GROUPS) instanceof Attribute.Dense dense)
        || dense.type().elementCount() == 0) {
      return new int[0][];
    }
    long[] members = operation.attributes().integers(GROUPS);
    int width = (int) dense.type().dim(1);
    int[][] rows = new int[(int) dense.type().dim(0)][];
    for (int g = 0; g < rows.length; g++) {
      int[] row = new int[width];
      int count = 0;
      for (int i = 0; i < width; i++) {
        long member = members[g * width + i];
        if (member >= 0) {
          row[count++] = (int) member;
        }
      }
      rows[g] = java.util.Arrays.copyOf(row, count);
    }
    return rows;
  }

  /**
   * The names of the constraints on groups in the section of an operation.
   *
   * @param unique that no process is named twice
   * @param range that numbers are of processes
   * @param global that global ids have a channel
   */
  record Constraints(String unique, String range, String global) {}

  /** Checks what the specification asks of {@code replica_groups} and the channel. */
  static boolean check(Operation operation, OpChecker check, Constraints constraints) {
    Attributes attributes = operation.attributes();
    check.constraint("");
    if (!check.require(
            !attributes.has(GROUPS)
                || (attributes.get(GROUPS) instanceof Attribute.Dense dense
                    && dense.type().rank() == 2
                    && dense.type().element() == ElementType.I64),
            () ->
                GROUPS
                    + " is "
                    + (attributes.get(GROUPS) instanceof Attribute.Dense dense
                        ? "a " + dense.type()
                        : "no constant"),
            "It is a matrix of i64: a row per group")
        || !check.require(
            !attributes.has(CHANNEL)
                || (attributes.get(CHANNEL) instanceof Attribute.Struct channel
                    && channel.name().equals("stablehlo.channel_handle")),
            CHANNEL + " is no channel",
            "Write it as in #stablehlo.channel_handle<handle = 1, type = 0>")
        || !IntegerAttributes.optionalFlag(check, attributes, GLOBAL_IDS)) {
      return false;
    }
    check.constraint(constraints.range);
    for (long member : attributes.integers(GROUPS)) {
      if (!check.require(
          member >= -1 && member <= Integer.MAX_VALUE,
          () -> GROUPS + " has " + member,
          "Name processes from 0 on, and fill shorter groups up with -1")) {
        return false;
      }
    }
    check.constraint(constraints.unique);
    java.util.Set<Integer> seen = new java.util.HashSet<>();
    for (int[] row : rows(operation)) {
      for (int member : row) {
        if (!seen.add(member)) {
          return check.require(
              false, GROUPS + " has " + member + " twice", "Name each process once");
        }
      }
    }
    return check
        .constraint(constraints.global)
        .require(
            !attributes.flag(GLOBAL_IDS) || channel(operation) > 0,
            () -> GLOBAL_IDS + " stands beside channel " + channel(operation),
            "Global ids need a channel_handle whose handle is above 0");
  }
}
