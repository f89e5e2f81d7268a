package dev.partir.examples.models;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Schedule;
import dev.partir.annotations.StateOf;
import dev.partir.dsl.Tensor;

/** UNet, and the same in small: the sizes and schedules of {@link DiffusionUnet}. */
@Partitioned(sizes = DiffusionUnet.Sizes.class)
@Schedule(
    name = "real",
    mesh = @Mesh(@Axis(name = "batch", size = 8)),
    tactics = {"BP", "Z3"},
    profile = "tpu-v3")
@Schedule(
    name = "tiny",
    mesh = @Mesh(@Axis(name = "batch", size = 8)),
    tactics = {"BP", "Z3"},
    sizes =
        "batch=8, height=8, width=8, colours=1, channels=8, from=8, wide=16, heads=2, head=4, time=8,"
            + " timed=8, higher=1, down=1, up=2")
public final class Unet {
  private Unet() {}

  /** See {@link DiffusionUnet#train}. */
  public static DiffusionUnet.Step train(
      DiffusionUnet.Params params,
      @StateOf("params") DiffusionUnet.Params mean,
      @StateOf("params") DiffusionUnet.Params square,
      @Dims("") Tensor step,
      @Dims("batch, height, width, colours") Tensor noisy,
      @Dims("batch") Tensor times,
      @Dims("batch, height, width, colours") Tensor noise) {
    return DiffusionUnet.train(params, mean, square, step, noisy, times, noise);
  }
}
