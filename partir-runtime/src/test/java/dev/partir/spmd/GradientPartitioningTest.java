package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.grad.Derivatives;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.text.MlirParser;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The law of the compiler on derivatives: what the devices compute together is what they are. */
final class GradientPartitioningTest {
  private static void check(long first, int count) {
    int checked = 0;
    for (long seed = first; seed < first + count; seed++) {
      RandomPrograms.Case random = RandomPrograms.of(seed, ElementType.F32);
      try {
        Partitioning partitioning = partition(random, seed);
        List<HostArray> arguments = RandomPrograms.wholeNumbers(partitioning, seed);
        assertWithMessage("seed %s, %s", seed, random.schedule())
            .that(EquivalenceCheck.verify(partitioning, arguments).mismatches())
            .isEmpty();
        checked++;
      } catch (PartirException e) {
        throw new AssertionError("seed " + seed + ", " + random.schedule(), e);
      }
    }
    assertWithMessage("derivatives of %s programs", count).that(checked).isGreaterThan(count / 2);
  }

  private static Partitioning partition(RandomPrograms.Case random, long seed) {
    Function pullback = Derivatives.pullback(random.module().main(), i -> true);
    Module module = Module.of("gradient", Attributes.EMPTY, List.of(pullback));
    return Partitioner.partition(module, random.schedule(), RandomPrograms.options(seed));
  }

  @Test
  void ofThreeHundredRandomPrograms() {
    check(0, 300);
  }

  @Tag("nightly")
  @Test
  void ofTwentyThousandRandomPrograms() {
    check(1_000_000, 20_000);
  }

  /** Five layers of two products each, whose weights are stacked. */
  private static final String LAYERS =
      """
      func.func public @main(%x: tensor<8x6xf32>, %up: tensor<5x6x12xf32>, %down: tensor<5x12x6xf32>) -> tensor<8x6xf32> {
        %zero = stablehlo.constant dense<0> : tensor<i32>
        %0:2 = stablehlo.while(%i = %zero, %y = %x) : tensor<i32>, tensor<8x6xf32>
        cond {
          %n = stablehlo.constant dense<5> : tensor<i32>
          %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %c : tensor<i1>
        } do {
          %one = stablehlo.constant dense<1> : tensor<i32>
          %j = stablehlo.add %i, %one : tensor<i32>
          %u = stablehlo.dynamic_slice %up, %i, %zero, %zero, sizes = [1, 6, 12] : (tensor<5x6x12xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x6x12xf32>
          %v = stablehlo.reshape %u : (tensor<1x6x12xf32>) -> tensor<6x12xf32>
          %d = stablehlo.dynamic_slice %down, %i, %zero, %zero, sizes = [1, 12, 6] : (tensor<5x12x6xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x12x6xf32>
          %e = stablehlo.reshape %d : (tensor<1x12x6xf32>) -> tensor<12x6xf32>
          %h = stablehlo.dot_general %y, %v, contracting_dims = [1] x [0] : (tensor<8x6xf32>, tensor<6x12xf32>) -> tensor<8x12xf32>
          %t = stablehlo.tanh %h : tensor<8x12xf32>
          %o = stablehlo.dot_general %t, %e, contracting_dims = [1] x [0] : (tensor<8x12xf32>, tensor<12x6xf32>) -> tensor<8x6xf32>
          %z = stablehlo.add %y, %o : tensor<8x6xf32>
          stablehlo.return %j, %z : tensor<i32>, tensor<8x6xf32>
        }
        return %0#1 : tensor<8x6xf32>
      }
      """;

  /** Two products of every row with the matrices of the expert that it belongs to. */
  private static final String EXPERTS =
      """
      func.func public @main(%x: tensor<24x6xf32>, %up: tensor<3x6x8xf32>, %down: tensor<3x8x6xf32>, %rows: tensor<3xi32>) -> tensor<24x6xf32> {
        %h = "chlo.ragged_dot"(%x, %up, %rows) {ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1], lhs_ragged_dimensions = [0], rhs_group_dimensions = [0]>} : (tensor<24x6xf32>, tensor<3x6x8xf32>, tensor<3xi32>) -> tensor<24x8xf32>
        %t = stablehlo.tanh %h : tensor<24x8xf32>
        %y = "chlo.ragged_dot"(%t, %down, %rows) {ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1], lhs_ragged_dimensions = [0], rhs_group_dimensions = [0]>} : (tensor<24x8xf32>, tensor<3x8x6xf32>, tensor<3xi32>) -> tensor<24x6xf32>
        return %y : tensor<24x6xf32>
      }
      """;

  private static Partitioned gradients(String text) {
    Function pullback =
        Derivatives.pullback(MlirParser.parse("layers.mlir", text).main(), i -> true);
    return Partitioned.of(Module.of("gradients", Attributes.EMPTY, List.of(pullback)));
  }

  @Test
  void weightsOfEveryTripAreReducedOverTheBatch() {
    Partitioning partitioning = gradients(LAYERS).on("a", 4).tile("x", 0, "a").proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 10L);
  }

  @Test
  void layersThatAreCutReduceOnceOnTheWayAndOnceBack() {
    Partitioning partitioning = gradients(LAYERS).on("m", 2).tile("up", 2, "m").proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 10L);
  }

  @Test
  void bothAtOnce() {
    Partitioning partitioning =
        gradients(LAYERS).on("a", 2).on("m", 2).tile("x", 0, "a").tile("up", 2, "m").proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 20L);
  }

  /** What the experts give is not needed for derivatives; what they take is changed by all. */
  @Test
  void expertsThatAreCutReduceOnceBack() {
    Partitioning partitioning = gradients(EXPERTS).on("m", 2).tile("up", 2, "m").proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 1L);
  }

  @Test
  void aTripMayBeRunAgain() {
    Module module =
        Tracer.trace(
            "checkpoint",
            List.of(
                new Tracer.Input("x", TensorType.of(ElementType.F32, 8, 6)),
                new Tracer.Input("up", TensorType.of(ElementType.F32, 6, 12)),
                new Tracer.Input("down", TensorType.of(ElementType.F32, 12, 6))),
            in -> {
              Tensor h = in.get(0);
              for (int layer = 0; layer < 3; layer++) {
                h =
                    Gradients.checkpoint(
                            List.of(h),
                            x ->
                                List.of(
                                    x.get(0)
                                        .plus(x.get(0).matmul(in.get(1)).gelu().matmul(in.get(2)))))
                        .get(0);
              }
              return Gradients.of(h.times(h).sum(), in);
            });
    Partitioning partitioning =
        Partitioned.of(module).on("a", 2).on("m", 2).tile("x", 0, "a").tile("up", 1, "m").proved();
    // Per layer forwards and backwards, but not where a layer is run again: its sum is not needed.
    // The two weights are reduced once, for their layers' gradients are added before.
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 8L);
  }
}
