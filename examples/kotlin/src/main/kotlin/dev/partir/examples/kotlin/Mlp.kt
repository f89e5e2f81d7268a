package dev.partir.examples.kotlin

import dev.partir.annotations.Axis
import dev.partir.annotations.Dims
import dev.partir.annotations.Mesh
import dev.partir.annotations.Partitioned
import dev.partir.annotations.Shard
import dev.partir.dsl.Tensor

/** A perceptron with one hidden layer: the same model as the Java example of that name. */
@Partitioned(
  mesh = Mesh(Axis(name = "batch", size = 4), Axis(name = "model", size = 2)),
  tactics = ["BP", "MP", "Z3"],
  profile = "tpu-v3",
)
object Mlp {
  @JvmStatic
  fun forward(
    @Dims("rows=1024, embed=512") @Shard(tactic = "BP", dim = "rows", axis = "batch") x: Tensor,
    @Dims("embed=512, hidden=2048")
    @Shard(tactic = "MP", dim = "hidden", axis = "model")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    up: Tensor,
    @Dims("hidden=2048, embed=512")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    down: Tensor,
  ): Tensor = x.matmul(up).relu().matmul(down) // `down` follows MP by propagation
}
