package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The gradients of convolutions and poolings over images that are cut along their rows: edges move,
 * images do not.
 */
final class GradientHaloTest {
  private static final String CONVOLUTION =
      """
      func.func public @main(%x: tensor<1x16x6x2xf32>, %w: tensor<KERNELx3xf32>) -> tensor<RESULTxf32> {
        %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {WINDOW} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x16x6x2xf32>, tensor<KERNELx3xf32>) -> tensor<RESULTxf32>
        return %0 : tensor<RESULTxf32>
      }
      """;

  private static Partitioned convolution(String window, String kernel, String result) {
    return Partitioned.of(
        CONVOLUTION.replace("WINDOW", window).replace("KERNEL", kernel).replace("RESULT", result));
  }

  @Test
  void ofTheInputOfAStridedConvolution() {
    // The gradient of a convolution with stride 2 slides over what has holes between its rows.
    Partitioning partitioning =
        convolution("pad = [[1, 2], [1, 1]], lhs_dilate = [2, 1]", "3x3x2", "1x32x6x3")
            .on("a", 4)
            .tile("x", 1, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("collective_permute", 1L);
    assertThat(partitioning.result().outputShardings().get(0).dim(1)).isNotEmpty();
  }

  @Test
  void ofTheKernelOfAConvolution() {
    // The gradient that comes in is the kernel, and its rows are summed over.
    Partitioning partitioning =
        convolution("pad = [[1, 1], [1, 1]]", "16x6x2", "1x3x3x3")
            .on("a", 4)
            .tile("x", 1, "a")
            .tile("w", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning))
        .containsExactly("collective_permute", 2L, "all_reduce", 1L);
  }

  @Test
  void ofTheKernelOfAStridedConvolution() {
    // Stride 2 makes a kernel with holes.
    Partitioning partitioning =
        convolution("pad = [[1, 0], [1, 1]], rhs_dilate = [2, 1]", "8x6x2", "1x3x3x3")
            .on("a", 4)
            .tile("w", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsEntry("all_reduce", 1L);
    assertThat(Partitioned.collectives(partitioning)).doesNotContainKey("all_gather");
  }

  @Test
  void rowsOfAKernelThatDoNotDivideAreNotSummedInParts() {
    // A device would multiply rows of the input with padding.
    Partitioning partitioning =
        convolution("pad = [[1, 0], [1, 1]]", "15x6x2", "1x3x3x3")
            .on("a", 4)
            .tile("w", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_gather", 1L);
  }

  @Test
  void aKernelThatIsTurnedOverIsNotSummedInParts() {
    Partitioning partitioning =
        convolution("pad = [[1, 1], [1, 1]], reverse = [true, false]", "16x6x2", "1x3x3x3")
            .on("a", 4)
            .tile("w", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_gather", 1L);
  }

  private static Partitioning maximumPooling(int window, int stride, int rows, int places) {
    return Partitioned.of(
            """
            func.func public @main(%x: tensor<ROWSx4xf32>, %g: tensor<PLACESx4xf32>) -> tensor<ROWSx4xf32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %0 = "stablehlo.select_and_scatter"(%x, %g, %zero) ({
              ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                %c = stablehlo.compare GE, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
                stablehlo.return %c : tensor<i1>
              }, {
              ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                %s = stablehlo.add %a, %b : tensor<f32>
                stablehlo.return %s : tensor<f32>
              }) {window_dimensions = array<i64: WINDOW, 1>, window_strides = array<i64: STRIDE, 1>} : (tensor<ROWSx4xf32>, tensor<PLACESx4xf32>, tensor<f32>) -> tensor<ROWSx4xf32>
              return %0 : tensor<ROWSx4xf32>
            }
            """
                .replace("ROWS", "" + rows)
                .replace("PLACES", "" + places)
                .replace("WINDOW", "" + window)
                .replace("STRIDE", "" + stride))
        .on("a", 4)
        .tile("x", 0, "a")
        .tile("g", 0, "a")
        .proved();
  }

  @Test
  void ofAPoolingWhoseWindowsDoNotOverlap() {
    assertThat(Partitioned.collectives(maximumPooling(2, 2, 16, 8))).isEmpty();
  }

  @Test
  void ofAPoolingWhoseWindowsOverlap() {
    Partitioning partitioning = maximumPooling(3, 2, 17, 8);
    assertThat(Partitioned.collectives(maximumPooling(3, 1, 18, 16)).keySet())
        .containsExactly("collective_permute");
    // Blocks of 5 rows are no whole number of strides.
    assertThat(Partitioned.collectives(partitioning)).containsKey("all_gather");
    assertThat(Partitioned.collectives(maximumPooling(3, 2, 16, 7)).keySet())
        .containsExactly("collective_permute");
  }

  @Test
  void ofAPoolingWithGapsBetweenItsWindows() {
    assertThat(Partitioned.collectives(maximumPooling(1, 2, 16, 8))).isEmpty();
  }

  @Test
  void ofASliceWithAStride() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func public @main(%x: tensor<8x3xf32>, %p: tensor<f32>) -> tensor<16x3xf32> {
                  %0 = stablehlo.pad %x, %p, low = [1, 0], high = [0, 0], interior = [1, 0] : (tensor<8x3xf32>, tensor<f32>) -> tensor<16x3xf32>
                  return %0 : tensor<16x3xf32>
                }
                """)
            .on("a", 4)
            .tile("x", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
    assertThat(partitioning.result().outputShardings().get(0).dim(0)).isNotEmpty();
  }
}
