package dev.partir.examples.models;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Intermediate;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Schedule;
import dev.partir.dsl.Tensor;

/**
 * IT32, with a head of keys and values for each of queries and with one for all, and both in small:
 * the sizes and schedules of {@link ServedTransformer}.
 */
@Partitioned(sizes = ServedTransformer.Sizes.class)
@Schedule(
    name = "multiHead",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 8)}),
    tactics = {"BP", "MP"},
    profile = "tpu-v3")
@Schedule(
    name = "multiQuery",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 8)}),
    tactics = {"BP", "MQ", "MP"},
    sizes = "groups=1",
    profile = "tpu-v3")
@Schedule(
    name = "tiny",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MP"},
    sizes =
        "batch=8, prompt=3, answer=4, length=6, layers=2, embed=16, heads=4, groups=4, head=4,"
            + " hidden=32, vocab=32")
@Schedule(
    name = "tinyMultiQuery",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MQ", "MP"},
    sizes =
        "batch=8, prompt=3, answer=4, length=6, layers=2, embed=16, heads=4, groups=1, head=4,"
            + " hidden=32, vocab=32")
public final class It32 {
  private It32() {}

  /** See {@link ServedTransformer#serve}. */
  @Intermediate(name = "prompt/input/whole", dims = @Dims("batch, prompt, embed"))
  @Intermediate(name = "prompt/keys/whole", dims = @Dims("batch, prompt, groups, head"))
  @Intermediate(name = "prompt/values/whole", dims = @Dims("batch, prompt, groups, head"))
  @Intermediate(name = "prompt/query/heads", dims = @Dims("batch, prompt, heads, head"))
  @Intermediate(name = "prompt/mixed/heads", dims = @Dims("batch, prompt, heads, head"))
  @Intermediate(name = "decode/input/whole", dims = @Dims("batch, one=1, embed"))
  @Intermediate(name = "decode/query/heads", dims = @Dims("batch, one=1, heads, head"))
  @Intermediate(name = "decode/query/batch", dims = @Dims("batch, one=1, heads, head"))
  @Intermediate(name = "decode/mixed/batch", dims = @Dims("batch, one=1, heads, head"))
  @Intermediate(name = "decode/mixed/heads", dims = @Dims("batch, one=1, heads, head"))
  public static Tensor serve(
      ServedTransformer.Params params,
      ServedTransformer.Caches caches,
      @Dims(value = "batch, prompt", element = "i32") Tensor prompts,
      ServedTransformer.Sizes sizes) {
    return ServedTransformer.serve(params, caches, prompts, sizes);
  }
}
