package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that the devices of a group run together. Groups are of replica numbers: mode
 * cross_replica of the specification.
 */
public interface Collective extends Op {
  /** The name of the attribute that holds the groups. */
  String GROUPS = "replica_groups";

  /**
   * Runs the operation on the devices of one group.
   *
   * @param operands the operand of each device, in the order of the group
   * @return the result of each, in the same order
   */
  List<HostArray> exchange(Operation operation, List<HostArray> operands);

  /** Runs the operation on all devices. */
  default List<HostArray> evaluateAll(Operation operation, List<HostArray> operands) {
    HostArray[] results = new HostArray[operands.size()];
    for (int[] group : groups(operation, operands.size())) {
      List<HostArray> members = new ArrayList<>(group.length);
      for (int device : group) {
        members.add(operands.get(device));
      }
      List<HostArray> exchanged = exchange(operation, members);
      for (int i = 0; i < group.length; i++) {
        results[group[i]] = exchanged.get(i);
      }
    }
    return List.of(results);
  }

  /** Runs the operation where there is only one device. */
  @Override
  default List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return evaluateAll(operation, operands);
  }

  /** Returns the groups of devices; all devices are one group where the operation names none. */
  static int[][] groups(Operation operation, int devices) {
    if (!(operation.attributes().get(GROUPS) instanceof Attribute.Dense dense)
        || dense.type().elementCount() == 0) {
      return new int[][] {java.util.stream.IntStream.range(0, devices).toArray()};
    }
    long[] members = operation.attributes().integers(GROUPS);
    int width = (int) dense.type().dim(1);
    int[][] groups = new int[(int) dense.type().dim(0)][];
    for (int g = 0; g < groups.length; g++) {
      // Shorter groups are filled up with -1.
      groups[g] =
          java.util.Arrays.stream(members, g * width, (g + 1) * width)
              .filter(m -> m >= 0)
              .mapToInt(m -> (int) m)
              .toArray();
    }
    return groups;
  }

  /** Returns the attribute that holds {@code groups}, all of one size. */
  static Attribute groups(int[][] groups) {
    return matrix(groups);
  }

  /** Returns a matrix of 64-bit integers as a constant. */
  static Attribute matrix(int[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    ByteBuffer bytes = ByteBuffer.allocate(rows.length * width * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] row : rows) {
      for (int number : row) {
        bytes.putLong(number);
      }
    }
    return Attribute.Dense.of(
        TensorType.of(ElementType.I64, rows.length, width), bytes.array(), false);
  }

  /**
   * Checks what all collectives have in common: one operand, one result, a dimension within the
   * operand.
   */
  static boolean check(Operation operation, OpChecker check, String... dimensions) {
    if (!check.require(
            operation.operands().size() == 1 && operation.results().size() == 1,
            "it has "
                + operation.operands().size()
                + " operands and "
                + operation.results().size()
                + " results",
            "This version takes collectives of one array each: write one per array")
        || !check.tensors()) {
      return false;
    }
    int rank = operation.operand(0).tensor().rank();
    for (String name : dimensions) {
      long dim = operation.attributes().integer(name, -1);
      if (!check.require(
          dim >= 0 && dim < rank,
          name + " is " + dim + " for an operand of rank " + rank,
          "It must be from 0 to " + (rank - 1))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the attributes of a collective over {@code groups}. */
  static Attributes.Builder attributes(int[][] groups) {
    return Attributes.builder().put(GROUPS, groups(groups));
  }
}
