package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/** Where a reshape cuts a dimension into parts that an axis does not fit, parts of the axis do. */
final class SubAxisTest {
  private static final String SPLIT =
      """
      func.func public @main(%x: tensor<24x5xf32>) -> tensor<2x12x5xf32> {
        %0 = stablehlo.reshape %x : (tensor<24x5xf32>) -> tensor<2x12x5xf32>
        %1 = stablehlo.tanh %0 : tensor<2x12x5xf32>
        return %1 : tensor<2x12x5xf32>
      }
      """;

  @Test
  void anAxisGoesOnOverTheNextDimension() {
    Partitioning partitioning = Partitioned.of(SPLIT).on("a", 8).tile("x", 0, "a").proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
    assertThat(partitioning.result().outputShardings().get(0).text(partitioning.result().mesh()))
        .isEqualTo("[{a:(1)2}, {a:(2)4}, {}]");
    assertThat(partitioning.result().inputShardings().get(0).text(partitioning.result().mesh()))
        .isEqualTo("[{a}, {}]");
  }

  @Test
  void aPartOfAnAxisThatFitsNowhereIsGathered() {
    // 2 of the 4 devices tile the first dimension, and 12 / 2 rows go no further in twos... they
    // do.
    Partitioning partitioning = Partitioned.of(SPLIT).on("a", 4).tile("x", 0, "a").proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
  }

  @Test
  void mergingDimensionsKeepsTheMajorPart() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func public @main(%x: tensor<2x12xf32>) -> tensor<24xf32> {
                  %0 = stablehlo.reshape %x : (tensor<2x12xf32>) -> tensor<24xf32>
                  %1 = stablehlo.negate %0 : tensor<24xf32>
                  return %1 : tensor<24xf32>
                }
                """)
            .on("a", 2)
            .on("b", 6)
            .tile("x", 0, "a")
            .tile("x", 1, "b")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
  }

  @Test
  void backwardsThroughAReshapeAnAxisIsSplitToo() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func public @main(%x: tensor<2x12xf32>, %y: tensor<24xf32>) -> tensor<24xf32> {
                  %0 = stablehlo.reshape %x : (tensor<2x12xf32>) -> tensor<24xf32>
                  %1 = stablehlo.add %0, %y : tensor<24xf32>
                  return %1 : tensor<24xf32>
                }
                """)
            .on("a", 8)
            .tile("y", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
  }

  /**
   * In one round the windowed sum of nine takes all of the axis, in padded blocks, and the reshape
   * asks for its half: the blocks would change under the sum.
   */
  @Test
  void anAxisAlongWhichSomethingIsPaddedStaysWhole() {
    Partitioned.of(
            """
            func.func public @main(%x: tensor<8xf32>) -> (tensor<9xf32>, tensor<2x4xf32>) {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %0 = stablehlo.pad %x, %zero, low = [0], high = [1], interior = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<9xf32>
              %1 = stablehlo.reshape %x : (tensor<8xf32>) -> tensor<2x4xf32>
              return %0, %1 : tensor<9xf32>, tensor<2x4xf32>
            }
            """)
        .on("a", 4)
        .tile("x", 0, "a")
        .proved();
  }
}
