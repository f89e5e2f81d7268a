package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.Gathers;
import dev.partir.schedule.LoopSums;
import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** What needs fewer collectives than its operations one by one, and still computes the same. */
final class FusionTest {
  /** Two products over the rows of a batch, one transposed before they are added. */
  private static final String TIED =
      """
      func.func public @main(%x: tensor<8x4xf32>, %y: tensor<8x6xf32>, %z: tensor<8x6xf32>) -> tensor<6x4xf32> {
        %0 = stablehlo.dot_general %x, %y, contracting_dims = [0] x [0] : (tensor<8x4xf32>, tensor<8x6xf32>) -> tensor<4x6xf32>
        %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<4x6xf32>) -> tensor<6x4xf32>
        %2 = stablehlo.dot_general %z, %x, contracting_dims = [0] x [0] : (tensor<8x6xf32>, tensor<8x4xf32>) -> tensor<6x4xf32>
        %3 = stablehlo.add %1, %2 : tensor<6x4xf32>
        return %3 : tensor<6x4xf32>
      }
      """;

  @Test
  void partialSumsStayPendingBehindATransposition() {
    Partitioned tied = Partitioned.of(TIED).on("a", 4).on("b", 2).tile("x", 0, "a");
    assertThat(Partitioned.collectives(tied.tile("y", 1, "b").tile("z", 1, "b").proved()))
        .containsExactly("all_reduce", 1L);
  }

  @Test
  void theirSumIsScatteredOnce() {
    Partitioned tied = Partitioned.of(TIED).on("a", 2).tile("x", 0, "a").tile("y", 0, "a");
    assertThat(Partitioned.collectives(tied.tile("result", 1, "a").proved()))
        .containsExactly("reduce_scatter", 1L);
  }

  @Test
  void whatIsNotAddedIsCombinedFirst() {
    Partitioned seen =
        Partitioned.of(TIED.replace("stablehlo.add %1, %2", "stablehlo.multiply %1, %2"))
            .on("a", 4)
            .tile("x", 0, "a");
    assertThat(Partitioned.collectives(seen.proved())).containsExactly("all_reduce", 2L);
  }

  private static final String MOVED =
      """
      func.func public @main(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
        %0 = stablehlo.sine %x : tensor<8x4xf32>
        %1 = stablehlo.optimization_barrier %0 : tensor<8x4xf32> loc("before")
        %2 = stablehlo.optimization_barrier %1 : tensor<8x4xf32> loc("behind")
        %3 = stablehlo.cosine %2 : tensor<8x4xf32>
        return %3 : tensor<8x4xf32>
      }
      """;

  @Test
  void twoNamesInARowMoveAValueFromOneLayoutToAnother() {
    Partitioning moved =
        Partitioned.of(MOVED)
            .on("a", 2)
            .tactic(
                Action.tile("before", Dim.index(0), "a"), Action.tile("behind", Dim.index(1), "a"))
            .proved();
    assertThat(moved.core().conflicts()).isEmpty();
    assertThat(Partitioned.collectives(moved)).containsExactly("all_to_all", 1L);
  }

  @Test
  void whatPassesABarrierTogetherIsLaidOutApart() {
    Partitioning apart =
        Partitioned.of(
                """
                func.func public @main(%x: tensor<8x4xf32>, %w: tensor<4x8xf32>) -> tensor<8x8xf32> {
                  %0:2 = stablehlo.optimization_barrier %x, %w : tensor<8x4xf32>, tensor<4x8xf32>
                  %1 = stablehlo.dot_general %0#0, %0#1, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
                  return %1 : tensor<8x8xf32>
                }
                """)
            .on("a", 2)
            .tactic(Action.tile("x", Dim.index(1), "a"), Action.tile("w", Dim.index(0), "a"))
            .proved();
    assertThat(apart.core().conflicts()).isEmpty();
    assertThat(Partitioned.collectives(apart)).containsExactly("all_reduce", 1L);
  }

  private static final String SHARED =
      """
      func.func public @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
        %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
        %1 = stablehlo.tanh %0 : tensor<8x4xf32>
        %2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [1] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
        return %2 : tensor<8x4xf32>
      }
      """;

  @Test
  void usesShareAGatherUnlessEachIsToHaveItsOwn() {
    Partitioned twice = Partitioned.of(SHARED).on("a", 2).tile("x", 0, "a").tile("w", 0, "a");
    assertThat(Partitioned.collectives(twice.proved())).containsExactly("all_gather", 1L);
    assertThat(Partitioned.collectives(twice.with(Gathers.PER_USE).proved()))
        .containsExactly("all_gather", 2L);
  }

  /** Adds up the products of three pairs of matrices, over their rows. */
  private static Partitioned summed(BinaryOperator<Tensor> body, boolean fromZero) {
    List<Tracer.Input> inputs =
        List.of(
            new Tracer.Input("x", TensorType.of(ElementType.F32, 3, 8, 4)),
            new Tracer.Input("y", TensorType.of(ElementType.F32, 3, 8, 6)),
            new Tracer.Input("start", TensorType.of(ElementType.F32, 4, 6)));
    return Partitioned.of(
            Tracer.trace(
                "summed",
                inputs,
                in ->
                    List.of(
                        Loops.scan(
                            fromZero ? in.get(2).scalar(0).broadcastTo(4, 6) : in.get(2),
                            List.of(in.get(0), in.get(1)),
                            (sum, pair) -> body.apply(sum, product(pair.get(0), pair.get(1)))))))
        .on("a", 2)
        .on("b", 2)
        .tactic(
            Action.tile("x", Dim.index(1), "a"),
            Action.tile("y", Dim.index(1), "a"),
            Action.tile("y", Dim.index(2), "b"));
  }

  private static Tensor product(Tensor x, Tensor y) {
    int[] none = {};
    int[] rows = {0};
    return x.contract(y, none, none, rows, rows);
  }

  @Test
  void whatALoopAddsUpIsCombinedOnceBehindIt() {
    for (boolean fromZero : new boolean[] {true, false}) {
      Partitioned summed = summed(Tensor::plus, fromZero);
      assertThat(Partitioned.collectives(summed.proved())).containsExactly("all_reduce", 1L);
      assertThat(Partitioned.collectives(summed.with(LoopSums.PER_TRIP).proved()))
          .containsExactly("all_reduce", 3L);
    }
  }

  @Test
  void itIsScatteredOnce() {
    Partitioned scattered = summed(Tensor::plus, true).tile("result", 0, "a");
    assertThat(Partitioned.collectives(scattered.proved())).containsExactly("reduce_scatter", 1L);
    assertThat(Partitioned.collectives(scattered.with(LoopSums.PER_TRIP).proved()))
        .containsExactly("reduce_scatter", 3L);
  }

  @Test
  void anAddendMayBeTransposedOnItsWay() {
    Partitioned summed =
        summed((sum, part) -> sum.plus(part.transpose(1, 0).transpose(1, 0)), true);
    assertThat(Partitioned.collectives(summed.proved())).containsExactly("all_reduce", 1L);
  }

  @Test
  void whatALoopDoesMoreWithThanAddIsCombinedInEveryTrip() {
    for (BinaryOperator<Tensor> body :
        List.<BinaryOperator<Tensor>>of(
            (sum, part) -> sum.plus(part).times(2),
            (sum, part) -> sum.plus(part.times(sum)),
            (sum, part) -> sum.plus(part).plus(1),
            (sum, part) -> sum.max(part))) {
      assertThat(Partitioned.collectives(summed(body, true).proved()))
          .containsExactly("all_reduce", 3L);
    }
  }

  @Test
  void aSumThatTripsLookAtIsCombinedInEveryTripAndNotBehindThemToo() {
    List<Tracer.Input> inputs =
        List.of(
            new Tracer.Input("x", TensorType.of(ElementType.F32, 3, 8, 4)),
            new Tracer.Input("y", TensorType.of(ElementType.F32, 3, 8, 6)));
    Partitioned largest =
        Partitioned.of(
                Tracer.trace(
                    "largest",
                    inputs,
                    in -> {
                      Tensor zeros = in.get(0).scalar(0).broadcastTo(4, 6);
                      return Loops.scan(
                          List.of(zeros, zeros),
                          List.of(in.get(0), in.get(1)),
                          (before, pair) ->
                              List.of(
                                  before.get(0).plus(product(pair.get(0), pair.get(1))),
                                  before.get(1).max(before.get(0))));
                    }))
            .on("a", 2)
            .tactic(Action.tile("x", Dim.index(1), "a"), Action.tile("y", Dim.index(1), "a"));
    assertThat(Partitioned.collectives(largest.proved())).containsExactly("all_reduce", 3L);
  }

  @Test
  void whatALoopInALoopAddsUpIsCombinedBehindBothWithOtherAddends() {
    List<Tracer.Input> inputs =
        List.of(
            new Tracer.Input("x", TensorType.of(ElementType.F32, 2, 3, 8, 4)),
            new Tracer.Input("y", TensorType.of(ElementType.F32, 8, 6)));
    Partitioned nested =
        Partitioned.of(
                Tracer.trace(
                    "nested",
                    inputs,
                    in -> {
                      Tensor zeros = in.get(0).scalar(0).broadcastTo(4, 6);
                      Tensor all =
                          Loops.scan(
                              zeros,
                              in.get(0),
                              (sum, xs) ->
                                  sum.plus(
                                          Loops.scan(
                                              zeros,
                                              xs,
                                              (inner, x) -> inner.plus(product(x, in.get(1)))))
                                      .plus(product(xs.slice(0, 0, 1).reshape(8, 4), in.get(1))));
                      return List.of(all);
                    }))
            .on("a", 2)
            .tactic(Action.tile("x", Dim.index(2), "a"), Action.tile("y", Dim.index(0), "a"));
    assertThat(Partitioned.collectives(nested.proved())).containsExactly("all_reduce", 1L);
    assertThat(Partitioned.collectives(nested.with(LoopSums.PER_TRIP).proved()))
        .containsExactly("all_reduce", 8L);
  }
}
