package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
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
        || !Collective.check(operation, check)
        || !check.result(0, operation.operand(0).type())) {
      return;
    }
    long[] pairs = pairs(operation);
    Set<Long> sources = new HashSet<>();
    Set<Long> targets = new HashSet<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      if (!sources.add(pairs[i]) || !targets.add(pairs[i + 1])) {
        check.require(
            false,
            "the pair [" + pairs[i] + ", " + pairs[i + 1] + "] repeats a source or a target",
            "Every device sends at most once and receives at most once");
        return;
      }
    }
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
