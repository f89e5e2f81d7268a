package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.interp.FirstDifference;
import dev.partir.interp.SeededArrays;
import dev.partir.mesh.Sharding;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Layouts flow through loops and branches, and what the devices compute is what the program does.
 */
final class ControlFlowPartitioningTest {
  /** Five steps of x = x * w, where w comes from outside the loop. */
  private static final String LOOP =
      """
      func.func public @main(%x: tensor<8x6xf32>, %w: tensor<6x6xf32>) -> tensor<8x6xf32> {
        %zero = stablehlo.constant dense<0> : tensor<i32>
        %0:2 = stablehlo.while(%i = %zero, %y = %x) : tensor<i32>, tensor<8x6xf32>
        cond {
          %n = stablehlo.constant dense<5> : tensor<i32>
          %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %c : tensor<i1>
        } do {
          %one = stablehlo.constant dense<1> : tensor<i32>
          %j = stablehlo.add %i, %one : tensor<i32>
          %z = stablehlo.dot_general %y, %w, contracting_dims = [1] x [0] : (tensor<8x6xf32>, tensor<6x6xf32>) -> tensor<8x6xf32>
          stablehlo.return %j, %z : tensor<i32>, tensor<8x6xf32>
        }
        return %0#1 : tensor<8x6xf32>
      }
      """;

  @Test
  void whatALoopCarriesIsTiledThroughout() {
    Partitioning partitioning = Partitioned.of(LOOP).on("a", 4).tile("x", 0, "a").proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
    Sharding result = partitioning.result().outputShardings().get(0);
    assertThat(result.dim(0)).asList().containsExactly(0);
  }

  @Test
  void aCollectiveInALoopCountsOncePerTrip() {
    // w is cut along what is contracted, so that every step is a partial sum.
    Partitioning partitioning = Partitioned.of(LOOP).on("a", 3).tile("w", 0, "a").proved();
    Map<String, Long> counts = Partitioned.collectives(partitioning);
    assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(5);
  }

  @Test
  void whatALoopNeedsOfOutsideIsGatheredOnceBeforeIt() {
    Partitioning partitioning =
        Partitioned.of(LOOP).on("a", 2).tile("x", 0, "a").tile("w", 0, "a").proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_gather", 1L);
    // What is brought before a loop is made while the loop is: ids are in another order in a copy.
    List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), 1);
    assertThat(FirstDifference.find(partitioning.result(), arguments)).isNull();
  }

  @Test
  void unevenRowsAreCarried() {
    Partitioned.of(LOOP).on("a", 3).on("b", 4).tile("x", 0, "a").tile("w", 1, "b").proved();
  }

  @Test
  void aLoopThatStopsWhenItsValuesSaySoStopsOnAllDevicesAtOnce() {
    Partitioned.of(
            """
            func.func public @main(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<i32>) {
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %0:2 = stablehlo.while(%i = %zero, %y = %x) : tensor<i32>, tensor<8xf32>
              cond {
                %init = stablehlo.constant dense<0.0> : tensor<f32>
                %a = stablehlo.abs %y : tensor<8xf32>
                %m = stablehlo.reduce(%a init: %init) applies stablehlo.maximum across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
                %limit = stablehlo.constant dense<100.0> : tensor<f32>
                %c = stablehlo.compare LT, %m, %limit : (tensor<f32>, tensor<f32>) -> tensor<i1>
                stablehlo.return %c : tensor<i1>
              } do {
                %one = stablehlo.constant dense<1> : tensor<i32>
                %j = stablehlo.add %i, %one : tensor<i32>
                %z = stablehlo.add %y, %y : tensor<8xf32>
                stablehlo.return %j, %z : tensor<i32>, tensor<8xf32>
              }
              return %0#1, %0#0 : tensor<8xf32>, tensor<i32>
            }
            """)
        .on("a", 4)
        .tile("x", 0, "a")
        .proved();
  }

  @Test
  void branchesAgreeOnTheLayoutOfTheirResult() {
    for (int dim = 0; dim < 2; dim++) {
      Partitioned.of(
              """
              func.func public @main(%x: tensor<8x6xf32>, %w: tensor<6x6xf32>, %k: tensor<i32>) -> tensor<8x6xf32> {
                %0 = "stablehlo.case"(%k) ({
                  %a = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x6xf32>, tensor<6x6xf32>) -> tensor<8x6xf32>
                  stablehlo.return %a : tensor<8x6xf32>
                }, {
                  %b = stablehlo.tanh %x : tensor<8x6xf32>
                  stablehlo.return %b : tensor<8x6xf32>
                }, {
                  stablehlo.return %x : tensor<8x6xf32>
                }) : (tensor<i32>) -> tensor<8x6xf32>
                return %0 : tensor<8x6xf32>
              }
              """)
          .on("a", 2)
          .on("b", 3)
          .tactic(Action.tile("x", Dim.index(dim), "a"), Action.tile("w", Dim.index(1), "b"))
          .proved();
    }
  }

  @Test
  void aReductionWhoseBodyUsesAValueFromOutsideHasItWhole() {
    Partitioned.of(
            """
            func.func public @main(%x: tensor<8x6xf32>, %v: tensor<8xf32>) -> tensor<6xf32> {
              %init = stablehlo.constant dense<0.0> : tensor<f32>
              %s = stablehlo.reduce(%v init: %init) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
              %0 = stablehlo.reduce(%x init: %init) across dimensions = [0] : (tensor<8x6xf32>, tensor<f32>) -> tensor<6xf32>
               reducer(%a: tensor<f32>, %b: tensor<f32>) {
                %p = stablehlo.multiply %b, %s : tensor<f32>
                %q = stablehlo.add %a, %p : tensor<f32>
                stablehlo.return %q : tensor<f32>
              }
              return %0 : tensor<6xf32>
            }
            """)
        .on("a", 2)
        .tactic(Action.tile("x", Dim.index(1), "a"), Action.tile("v", Dim.index(0), "a"))
        .proved();
  }

  @Test
  void aTiledCarriedValueCanBeNamed() {
    Partitioning partitioning = Partitioned.of(LOOP).on("a", 2).tile("%z", 0, "a").proved();
    assertThat(partitioning.result().outputShardings().get(0).dim(0)).isNotEmpty();
    assertThat(List.copyOf(Partitioned.collectives(partitioning).keySet())).isEmpty();
  }
}
