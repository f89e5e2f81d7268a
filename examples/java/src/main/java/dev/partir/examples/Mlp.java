package dev.partir.examples;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Shard;
import dev.partir.dsl.Tensor;

/**
 * A perceptron with one hidden layer, on 4 x 2 devices: by batch, by hidden unit, and with weights
 * that are gathered before use.
 */
@Partitioned(
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MP", "Z3"},
    profile = "tpu-v3")
final class Mlp {
  private Mlp() {}

  static Tensor forward(
      @Dims("rows=1024, embed=512") @Shard(tactic = "BP", dim = "rows", axis = "batch") Tensor x,
      @Dims("embed=512, hidden=2048")
          @Shard(tactic = "MP", dim = "hidden", axis = "model")
          @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor up,
      @Dims("hidden=2048, embed=512") @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor down) {
    return x.matmul(up).relu().matmul(down); // `down` follows MP by propagation
  }
}
