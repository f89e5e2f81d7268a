package dev.partir.examples.models;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Budget;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Intermediate;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Schedule;
import dev.partir.annotations.StateOf;
import dev.partir.dsl.Tensor;

/**
 * T32 and T48, and the same in small: the sizes and schedules of {@link TrainedTransformer}. T48 is
 * there as its table counts it, with all that layers compute kept, and as its devices hold it.
 */
@Partitioned(sizes = TrainedTransformer.Sizes.class)
@Schedule(
    name = "real",
    mesh = @Mesh({@Axis(name = "batch", size = 16), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MP", "Z3", "EMB"},
    profile = "tpu-v3")
@Schedule(
    name = "deep",
    mesh = @Mesh({@Axis(name = "batch", size = 32), @Axis(name = "model", size = 4)}),
    tactics = {"BP", "MP", "Z3", "EMB"},
    sizes = "batch=32, seq=512, layers=48, embed=8192, heads=64, hidden=24576",
    profile = "tpu-v3")
@Schedule(
    name = "lean",
    mesh = @Mesh({@Axis(name = "batch", size = 32), @Axis(name = "model", size = 4)}),
    tactics = {"BP", "MP", "Z3", "EMB"},
    sizes = "batch=32, seq=512, layers=48, embed=8192, heads=64, hidden=24576, runs=2",
    profile = "tpu-v3",
    budget = @Budget(memory = "16 GiB"))
@Schedule(
    name = "tiny",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MP", "Z3", "EMB"},
    sizes = "batch=8, seq=8, layers=2, embed=16, heads=4, head=4, hidden=32, vocab=32")
public final class T32 {
  private T32() {}

  /** See {@link TrainedTransformer#train}. */
  @Intermediate(name = "attended", dims = @Dims("batch, seq, embed"))
  public static TrainedTransformer.Step train(
      TrainedTransformer.Params params,
      @StateOf("params") TrainedTransformer.Params mean,
      @StateOf("params") TrainedTransformer.Params square,
      @Dims("") Tensor step,
      @Dims(value = "batch, seq", element = "i32") Tensor tokens,
      @Dims(value = "batch, seq", element = "i32") Tensor targets,
      TrainedTransformer.Sizes sizes) {
    return TrainedTransformer.train(params, mean, square, step, tokens, targets, sizes);
  }
}
