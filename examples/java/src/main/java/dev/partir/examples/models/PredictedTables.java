package dev.partir.examples.models;

import dev.partir.build.CollectiveTable;
import dev.partir.schedule.Plan;
import java.util.List;

/**
 * What the rows of T32 say of T48, by formulas in the number of layers.
 *
 * <p>A layer has nine parameters, four of them matrices; with the embedding that makes as many
 * gradients, and there is the loss. Batch parallelism reduces each. Megatron reduces twice forward
 * and twice backward in every layer. ZeRO scatters the reduced gradients of matrices; its second
 * stage gathers what becomes of each, its third gathers each for the forward and for the backward
 * pass, and the embedding once more, which is used twice. To shard the embedding's width makes the
 * four reductions of a layer scatter and gathers for its eight products; each of three norms then
 * reduces once forward and once backward, and the logits are reduced.
 */
public final class PredictedTables implements CollectiveTable {
  private static final long LAYERS = T32Plan.Deep.SIZES.layers();
  private static final long MATRICES = 4 * LAYERS + 1;
  private static final long GRADIENTS = 9 * LAYERS + 1;
  private static final long MEGATRON = 4 * LAYERS;

  /** Made by the command line, which finds it as a service. */
  public PredictedTables() {}

  @Override
  public String source() {
    return "T48, predicted from the rows of T32";
  }

  @Override
  public List<Row> rows() {
    long zero = GRADIENTS + 1 - MATRICES + MEGATRON;
    long wide = 6 * LAYERS + 1;
    return List.of(
        row("BP", 0, GRADIENTS + 1, 0),
        row("MP", 0, MEGATRON, 0),
        row("BP+MP", 0, GRADIENTS + 1 + MEGATRON, 0),
        row("BP+MP+Z2", MATRICES, zero, MATRICES),
        row("BP+MP+Z3", 2 * MATRICES + 1, zero, MATRICES),
        row(
            "BP+MP+Z3+EMB",
            2 * MATRICES + 1 + 8 * LAYERS,
            zero - MEGATRON + wide,
            MATRICES + MEGATRON),
        row("MP+EMB", 8 * LAYERS, wide, MEGATRON));
  }

  private static Row row(String schedule, long allGather, long allReduce, long reduceScatter) {
    Plan plan =
        PublishedTables.scheduled(T32Plan.Deep.plan(), schedule, PublishedTables.Zero.MATRICES);
    return new Row("T48", schedule, plan, new Counts(allGather, allReduce, reduceScatter, 0), "");
  }
}
