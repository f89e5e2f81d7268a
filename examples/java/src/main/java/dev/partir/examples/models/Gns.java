package dev.partir.examples.models;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Schedule;
import dev.partir.annotations.StateOf;
import dev.partir.dsl.Tensor;

/** GNS, and the same in small: the sizes and schedules of {@link GraphSimulator}. */
@Partitioned(sizes = GraphSimulator.Sizes.class)
@Schedule(
    name = "real",
    mesh = @Mesh(@Axis(name = "batch", size = 8)),
    tactics = "ES",
    profile = "tpu-v3")
@Schedule(
    name = "tiny",
    mesh = @Mesh(@Axis(name = "batch", size = 8)),
    tactics = "ES",
    sizes =
        "nodes=34, edges=160, nodeFeatures=1, edgeFeatures=1, width=8, units=8, triple=24, steps=2,"
            + " layers=2, targets=2")
public final class Gns {
  private Gns() {}

  /** See {@link GraphSimulator#train}. */
  public static GraphSimulator.Step train(
      GraphSimulator.Params params,
      @StateOf("params") GraphSimulator.Params mean,
      @StateOf("params") GraphSimulator.Params square,
      @Dims("") Tensor step,
      @Dims("nodes, nodeFeatures") Tensor nodes,
      @Dims("edges, edgeFeatures") Tensor edges,
      @Dims(value = "edges", element = "i32") Tensor senders,
      @Dims(value = "edges", element = "i32") Tensor receivers,
      @Dims("nodes, targets") Tensor accelerations) {
    return GraphSimulator.train(
        params, mean, square, step, nodes, edges, senders, receivers, accelerations);
  }
}
