package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that the processes of a group run together, on one array or on several at once, each
 * by itself.
 */
public interface Collective extends Op {
  /**
   * Runs the operation on one array of the processes of one group.
   *
   * @param operands the array of each process, in the order of the group
   * @return the result of each, in the same order
   */
  List<HostArray> exchange(Operation operation, List<HostArray> operands, Evaluation evaluation);

  /** Returns how the operation splits the processes into groups. */
  ProcessGroups groups(Operation operation);

  /**
   * Returns what a process gets that is in no group.
   *
   * @throws PartirException when every process must be in one
   */
  default List<HostArray> outside(Operation operation, List<HostArray> operands, String process) {
    throw new PartirException(
        Diagnostic.at(
            operation.location(),
            ErrorCode.INVALID_OP,
            process + " runs " + operation.name() + ", but none of its groups has it",
            "Name every process in replica_groups"));
  }

  @Override
  default List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Process process = evaluation.process();
    int[] group = groups(operation).groupOf(operation, process.number(), process.grid());
    if (group == null) {
      return outside(operation, operands, process.grid().name(process.number()));
    }
    return meet(operation, operands, group, evaluation);
  }

  /** Runs the operation on every array of the processes of a group. */
  default List<HostArray> meet(
      Operation operation, List<HostArray> operands, int[] group, Evaluation evaluation) {
    record Channel(Op op, long number) {}
    return evaluation
        .process()
        .meet(
            operation,
            new Channel(this, ProcessGroups.channel(operation)),
            group,
            operands,
            brought -> {
              List<List<HostArray>> results = new ArrayList<>();
              for (int member = 0; member < brought.size(); member++) {
                results.add(new ArrayList<>());
              }
              for (int i = 0; i < operands.size(); i++) {
                List<HostArray> column = new ArrayList<>(brought.size());
                for (List<HostArray> arrays : brought) {
                  column.add(arrays.get(i));
                }
                List<HostArray> exchanged = exchange(operation, column, evaluation);
                for (int member = 0; member < brought.size(); member++) {
                  results.get(member).add(exchanged.get(member));
                }
              }
              return results;
            });
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
   * Checks what all collectives have in common: as many results as operands, regions, well-formed
   * groups.
   */
  static boolean check(
      Operation operation, OpChecker check, int regions, ProcessGroups.Constraints constraints) {
    int count = operation.operands().size();
    return check
            .constraint("")
            .require(
                count > 0
                    && operation.results().size() == count
                    && operation.regions().size() == regions,
                () ->
                    "it has "
                        + count
                        + " operands, "
                        + operation.results().size()
                        + " results and "
                        + operation.regions().size()
                        + " regions",
                "It takes at least one array, gives as many, and has " + regions + " regions")
        && check.tensors()
        && ProcessGroups.check(operation, check, constraints);
  }

  /** Checks that an attribute is a dimension of every operand. */
  static boolean dimension(Operation operation, OpChecker check, String constraint, String name) {
    check.constraint(constraint);
    if (!IntegerAttributes.requiredScalar(check, operation.attributes(), name)) {
      return false;
    }
    long dim = operation.attributes().integer(name, -1);
    for (Value operand : operation.operands()) {
      int rank = operand.tensor().rank();
      if (!check.require(
          dim >= 0 && dim < rank,
          () -> name + " is " + dim + " for an operand of rank " + rank,
          "It must be from 0 to " + (rank - 1))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that result {@code index} differs from its operand in one dimension only, where it is
   * {@code factor} times as large; a factor of 0 stands for one that depends on the run.
   */
  static void scaled(Operation operation, OpChecker check, int index, int dim, long factor) {
    TensorType type = operation.operand(index).tensor();
    TensorType result = operation.result(index).tensor();
    long size = type.dim(dim);
    if (factor > 0 && size != TensorType.DYNAMIC) {
      check.result(index, ShapeOps.withDim(type, dim, size * factor));
      return;
    }
    check.require(
        result.rank() == type.rank()
            && ShapeOps.withDim(result, dim, 0).compatible(ShapeOps.withDim(type, dim, 0)),
        () -> "it makes a " + result + " of a " + type,
        "They may differ in dimension " + dim + " only");
  }

  /** Returns the size that all groups have, or 0 where the text does not say. */
  static int groupSize(Operation operation) {
    int[][] rows = ProcessGroups.rows(operation);
    return rows.length == 0 || rows[0].length == 0 ? 0 : rows[0].length;
  }

  /** Returns the attributes of a collective over {@code groups}. */
  static Attributes.Builder attributes(int[][] groups) {
    return Attributes.builder().put(ProcessGroups.GROUPS, groups(groups));
  }
}
