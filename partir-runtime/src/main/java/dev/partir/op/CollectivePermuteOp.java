package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code stablehlo.collective_permute}: devices send what they have to others; who gets nothing has
 * zeros.
 */
public enum CollectivePermuteOp implements Collective {
  INSTANCE;

  private static final String PAIRS = "source_target_pairs";

  @Override
  public String opName() {
    return "stablehlo.collective_permute";
  }

  /** Adds the collective; each pair is a source and a target. */
  public static Value build(BlockBuilder block, Value operand, int[][] pairs, Location location) {
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Attributes.of(PAIRS, Collective.matrix(pairs)),
            List.of(),
            List.of(operand.type()),
            List.of(),
            location)
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0)
        || !Collective.check(operation, check, 0, new ProcessGroups.Constraints("", "", ""))
        || !check
            .constraint("C1")
            .require(
                operation.attributes().get(PAIRS) instanceof Attribute.Dense dense
                    && dense.type().element() == ElementType.I64
                    && dense.type().rank() == 2
                    && (dense.type().dim(1) == 2 || dense.type().dim(0) == 0),
                "it has no " + PAIRS + " of two numbers each",
                "Give it a matrix of i64: in each row a source and a target")) {
      return;
    }
    long[] pairs = pairs(operation);
    Set<Long> sources = new HashSet<>();
    Set<Long> targets = new HashSet<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      long source = pairs[i];
      long target = pairs[i + 1];
      if (!check
              .constraint("C4")
              .require(
                  Math.min(source, target) >= 0 && Math.max(source, target) <= Integer.MAX_VALUE,
                  () -> "the pair [" + source + ", " + target + "] names no process",
                  "Name processes from 0 on")
          || !check
              .constraint("C2, C3")
              .require(
                  sources.add(source) && targets.add(target),
                  () -> "the pair [" + source + ", " + target + "] repeats a source or a target",
                  "Every device sends at most once and receives at most once")) {
        return;
      }
    }
    check.constraint("C5");
    check.result(0, operation.operand(0).type());
  }

  /** Returns who sends to whom: pairs of source and target. */
  public static long[] pairs(Operation operation) {
    return operation.attributes().integers(PAIRS);
  }

  @Override
  public ProcessGroups groups(Operation operation) {
    return ProcessGroups.ofReplicasOrPartitions(operation);
  }

  /** Runs the operation: all processes that a pair names meet. */
  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    Process process = evaluation.process();
    ProcessGroups groups = groups(operation);
    long[] pairs = pairs(operation);
    int numbers = groups.numbers(process.grid());
    boolean[] named = new boolean[numbers];
    for (long number : pairs) {
      if (number < 0 || number >= numbers) {
        throw groups.outside(operation, number, process.grid());
      }
      named[(int) number] = true;
    }
    if (!named[groups.numberOf(process.number(), process.grid())]) {
      return List.of(HostArray.zeros(operands.get(0).type()));
    }
    int[] row = members(named);
    return meet(
        operation, operands, groups.group(row, process.number(), process.grid()), evaluation);
  }

  private static int[] members(boolean[] named) {
    int[] row = new int[named.length];
    int count = 0;
    for (int i = 0; i < named.length; i++) {
      if (named[i]) {
        row[count++] = i;
      }
    }
    return Arrays.copyOf(row, count);
  }

  @Override
  public List<HostArray> exchange(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    long[] pairs = pairs(operation);
    int[] members =
        Arrays.stream(pairs).mapToInt(number -> (int) number).sorted().distinct().toArray();
    List<HostArray> results = new ArrayList<>();
    for (HostArray operand : operands) {
      results.add(HostArray.zeros(operand.type()));
    }
    for (int i = 0; i < pairs.length; i += 2) {
      results.set(
          Arrays.binarySearch(members, (int) pairs[i + 1]),
          operands.get(Arrays.binarySearch(members, (int) pairs[i])));
    }
    return results;
  }
}
