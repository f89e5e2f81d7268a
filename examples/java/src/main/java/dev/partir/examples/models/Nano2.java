package dev.partir.examples.models;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Intermediate;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Schedule;
import dev.partir.dsl.Tensor;

/**
 * Nano-2 with weights of 4 bits, and the same in small: the sizes and schedules of {@link
 * QuantizedDecoder}.
 */
@Partitioned(sizes = QuantizedDecoder.Sizes.class)
@Schedule(
    name = "real",
    mesh = @Mesh({@Axis(name = "batch", size = 2), @Axis(name = "model", size = 4)}),
    tactics = {"BP", "MQ", "MP"},
    profile = "tpu-v4")
@Schedule(
    name = "tiny",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MQ", "MP"},
    sizes =
        "batch=8, prompt=3, answer=4, length=6, layers=3, embed=16, heads=4, head=4, hidden=32,"
            + " vocab=32")
public final class Nano2 {
  private Nano2() {}

  /** See {@link QuantizedDecoder#serve}. */
  @Intermediate(
      name = "prompt/input/whole",
      dims = @Dims(value = "batch, prompt, embed", element = "bf16"))
  @Intermediate(
      name = "prompt/keys/whole",
      dims = @Dims(value = "batch, prompt, head", element = "bf16"))
  @Intermediate(
      name = "prompt/values/whole",
      dims = @Dims(value = "batch, prompt, head", element = "bf16"))
  @Intermediate(
      name = "prompt/query/heads",
      dims = @Dims(value = "batch, prompt, heads, head", element = "bf16"))
  @Intermediate(
      name = "prompt/mixed/heads",
      dims = @Dims(value = "batch, prompt, heads, head", element = "bf16"))
  @Intermediate(
      name = "decode/input/whole",
      dims = @Dims(value = "batch, one=1, embed", element = "bf16"))
  @Intermediate(
      name = "decode/query/heads",
      dims = @Dims(value = "batch, one=1, heads, head", element = "bf16"))
  @Intermediate(
      name = "decode/query/batch",
      dims = @Dims(value = "batch, one=1, heads, head", element = "bf16"))
  @Intermediate(
      name = "decode/mixed/batch",
      dims = @Dims(value = "batch, one=1, heads, head", element = "bf16"))
  @Intermediate(
      name = "decode/mixed/heads",
      dims = @Dims(value = "batch, one=1, heads, head", element = "bf16"))
  public static Tensor serve(
      QuantizedDecoder.Params params,
      QuantizedDecoder.Caches caches,
      @Dims(value = "batch, prompt", element = "i32") Tensor prompts,
      QuantizedDecoder.Sizes sizes) {
    return QuantizedDecoder.serve(params, caches, prompts, sizes);
  }
}
