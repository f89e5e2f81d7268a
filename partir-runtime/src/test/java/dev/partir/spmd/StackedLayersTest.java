package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.dsl.Gradients;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Sharding;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that are stacked, and a loop over them. */
final class StackedLayersTest {
  /** A step of training with momentum of four layers of 8 by 8, in a batch of 8. */
  private static Partitioned layers() {
    TensorType matrix = TensorType.of(ElementType.F32, 8, 8);
    TensorType stack = TensorType.of(ElementType.F32, 4, 8, 8);
    return Partitioned.of(
            Tracer.trace(
                "layers",
                List.of(
                    new Tracer.Input("x", matrix),
                    new Tracer.Input("weights", stack),
                    new Tracer.Input("momentum", stack)),
                in -> step(in.get(0), in.get(1), in.get(2))))
        .on("a", 2)
        .tile("x", 0, "a");
  }

  private static List<Tensor> step(Tensor x, Tensor weights, Tensor momentum) {
    Tensor loss = Loops.scan(x, weights, (y, layer) -> y.plus(y.matmul(layer).tanh())).sum();
    Tensor gradient = Gradients.of(loss, List.of(weights)).get(0);
    Tensor next = momentum.times(0.5).plus(gradient);
    return List.of(weights.minus(next), next);
  }

  @Test
  void theFirstDivisibleDimensionIsNotTheOneThatALoopTakesSlicesOf() {
    Partitioning sharded =
        layers()
            .tactic(
                Action.tileWherePossible("weights", Dim.firstDivisible(), "a"),
                Action.tileWherePossible("momentum", Dim.firstDivisible(), "a"))
            .proved();
    for (int argument = 1; argument < 3; argument++) {
      Sharding sharding = sharded.result().inputShardings().get(argument);
      assertThat(sharding.dim(0)).isEmpty();
      assertThat(sharding.dim(1)).asList().containsExactly(0);
    }
    assertThat(Partitioned.collectives(sharded)).doesNotContainKey("all_reduce");
  }

  @Test
  void itIsWhereNoOtherDivides() {
    TensorType stack = TensorType.of(ElementType.F32, 4, 3);
    Partitioning sharded =
        Partitioned.of(
                Tracer.trace(
                    "sums",
                    List.of(new Tracer.Input("stack", stack)),
                    in -> List.of(Loops.scan(in.get(0).sum(0), in.get(0), Tensor::times))))
            .on("a", 2)
            .tactic(Action.tileWherePossible("stack", Dim.firstDivisible(), "a"))
            .proved();
    assertThat(sharded.result().inputShardings().get(0).dim(0)).asList().containsExactly(0);
  }
}
