package dev.partir.examples.models;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Intermediate;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Schedule;
import dev.partir.annotations.StateOf;
import dev.partir.annotations.Tactic;
import dev.partir.dsl.Tensor;

/**
 * The class of Gemini, from Nano-1 to Ultra, and the same in small: the sizes and schedules of
 * {@link MultimodalDecoder}.
 */
@Partitioned(sizes = MultimodalDecoder.Sizes.class)
@Tactic(
    name = "MP",
    dims = {"heads", "hidden", "vocab"},
    axis = "model")
@Tactic(
    name = "pods",
    dims = {"batch"},
    axis = "pod")
@Schedule(
    name = "nano1",
    mesh = @Mesh({@Axis(name = "data", size = 16), @Axis(name = "model", size = 4)}),
    tactics = {"BP", "MP", "SP", "Z3"},
    profile = "tpu-v4")
@Schedule(
    name = "nano2",
    mesh = @Mesh({@Axis(name = "data", size = 16), @Axis(name = "model", size = 4)}),
    tactics = {"BP", "MP", "SP", "Z3"},
    sizes = "layers=28, embed=2560, heads=20, hidden=10240",
    profile = "tpu-v4")
@Schedule(
    name = "pro",
    mesh =
        @Mesh({
          @Axis(name = "pod", size = 2),
          @Axis(name = "data", size = 256),
          @Axis(name = "model", size = 16)
        }),
    tactics = {"pods", "BP", "MP", "SP", "Z3"},
    sizes = "batch=512, layers=64, embed=8192, heads=64, hidden=32768",
    profile = "tpu-v4")
@Schedule(
    name = "ultra",
    mesh =
        @Mesh({
          @Axis(name = "pod", size = 4),
          @Axis(name = "data", size = 256),
          @Axis(name = "model", size = 16)
        }),
    tactics = {"pods", "BP", "MP", "SP", "Z3"},
    sizes = "batch=1024, layers=96, embed=16384, heads=128, hidden=65536",
    profile = "tpu-v4")
@Schedule(
    name = "tiny",
    mesh =
        @Mesh({
          @Axis(name = "pod", size = 2),
          @Axis(name = "data", size = 2),
          @Axis(name = "model", size = 2)
        }),
    tactics = {"pods", "BP", "MP", "SP", "Z3"},
    sizes =
        "batch=8, text=8, images=1, height=8, width=8, colours=1, pixels=16, sounds=2, waves=4,"
            + " films=1, seq=18, layers=3, embed=16, heads=4, head=4, hidden=32, vocab=32, edge=4,"
            + " bits=32")
public final class Gemini {
  private Gemini() {}

  /** See {@link MultimodalDecoder#train}. */
  @Intermediate(name = "between", dims = @Dims("batch, seq, embed"))
  public static MultimodalDecoder.Step train(
      MultimodalDecoder.Params params,
      @StateOf("params") MultimodalDecoder.Params mean,
      @StateOf("params") MultimodalDecoder.Params square,
      @Dims("") Tensor step,
      @Dims(value = "batch, text", element = "i32") Tensor text,
      @Dims("batch, images, height, width, colours") Tensor images,
      @Dims("batch, films, height, width, colours") Tensor films,
      @Dims("batch, sounds, waves") Tensor sounds,
      @Dims(value = "seq", element = "i32") Tensor order,
      @Dims(value = "batch, seq", element = "i32") Tensor targets,
      @Dims("batch, seq") Tensor counts,
      MultimodalDecoder.Sizes sizes) {
    return MultimodalDecoder.train(
        params, mean, square, step, text, images, films, sounds, order, targets, counts, sizes);
  }
}
