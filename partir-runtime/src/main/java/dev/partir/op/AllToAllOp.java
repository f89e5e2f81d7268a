package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stablehlo.all_to_all}: every device gives each of its blocks along one dimension away and
 * puts what it gets along another.
 */
public enum AllToAllOp implements Collective {
  INSTANCE;

  private static final String SPLIT = "split_dimension";
  private static final String CONCAT = "concat_dimension";
  private static final String COUNT = "split_count";

  @Override
  public String opName() {
    return "stablehlo.all_to_all";
  }

  /** Adds the collective, which splits along one dimension and concatenates along another. */
  public static Value build(
      BlockBuilder block, Value operand, int split, int concat, int[][] groups, Location location) {
    TensorType type = operand.tensor();
    int count = groups[0].length;
    TensorType half = ShapeOps.withDim(type, split, type.dim(split) / count);
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Collective.attributes(groups)
                .put(SPLIT, split)
                .put(CONCAT, concat)
                .put(COUNT, count)
                .build(),
            List.of(),
            List.of(ShapeOps.withDim(half, concat, half.dim(concat) * count)),
            List.of(),
            location)
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (Collective.check(operation, check, 0, new ProcessGroups.Constraints("C5", "C7", ""))
        && Collective.dimension(operation, check, "C1", SPLIT)
        && Collective.dimension(operation, check, "C3", CONCAT)
        && IntegerAttributes.requiredScalar(
            check.constraint("I4"), operation.attributes(), COUNT)) {
      int split = (int) operation.attributes().integer(SPLIT, 0);
      int concat = (int) operation.attributes().integer(CONCAT, 0);
      long count = operation.attributes().integer(COUNT, 0);
      int group = Collective.groupSize(operation);
      if (!check
              .constraint("C4")
              .require(
                  count > 0,
                  () -> COUNT + " is " + count,
                  "Split into as many parts as a group has processes")
          || !check
              .constraint("C8")
              .require(
                  group == 0 || count == group,
                  () -> COUNT + " is " + count + " for groups of " + group,
                  "Split into as many parts as a group has processes")) {
        return;
      }
      for (int i = 0; i < operation.operands().size(); i++) {
        TensorType type = operation.operand(i).tensor();
        long size = type.dim(split);
        if (size == TensorType.DYNAMIC || type.dim(concat) == TensorType.DYNAMIC) {
          continue;
        }
        if (check
            .constraint("C2")
            .require(
                size % count == 0,
                () -> "a dimension of size " + size + " is split into " + count,
                "The size must divide by split_count")) {
          check.constraint("C9");
          TensorType part = ShapeOps.withDim(type, split, size / count);
          check.result(i, ShapeOps.withDim(part, concat, part.dim(concat) * count));
        }
      }
    }
  }

  @Override
  public ProcessGroups groups(Operation operation) {
    return ProcessGroups.ofReplicasOrPartitions(operation);
  }

  @Override
  public List<HostArray> exchange(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int split = (int) operation.attributes().integer(SPLIT, 0);
    int concat = (int) operation.attributes().integer(CONCAT, 0);
    int count = operands.size();
    List<List<HostArray>> blocks = new ArrayList<>();
    for (HostArray operand : operands) {
      blocks.add(AllGatherOp.split(operand, split, count));
    }
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<HostArray> received = new ArrayList<>();
      for (List<HostArray> sent : blocks) {
        received.add(sent.get(i));
      }
      results.add(AllGatherOp.concatenate(received, concat));
    }
    return results;
  }
}
