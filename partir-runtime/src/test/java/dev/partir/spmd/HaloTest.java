package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/** What reaches over the edges of blocks gets the edges of its neighbours, not the whole. */
final class HaloTest {
  private static Partitioning oneOperation(String operation, int size, int devices) {
    return Partitioned.of(
            """
            func.func public @main(%x: tensor<SIZEx3xf32>, %p: tensor<f32>) -> RESULT {
              %0 = OPERATION
              return %0 : RESULT
            }
            """
                .replace("OPERATION", operation)
                .replace("SIZE", Integer.toString(size))
                .replace("RESULT", operation.substring(operation.lastIndexOf("tensor<"))))
        .on("a", devices)
        .tile("x", 0, "a")
        .proved();
  }

  private static void halo(String operation, int size, int devices, int permutations) {
    Partitioning partitioning = oneOperation(operation, size, devices);
    assertThat(Partitioned.collectives(partitioning))
        .containsExactly("collective_permute", (long) permutations);
    assertThat(partitioning.result().outputShardings().get(0).dim(0)).isNotEmpty();
  }

  @Test
  void aSliceMovesEdges() {
    halo("stablehlo.slice %x [1:16, 0:3] : (tensor<16x3xf32>) -> tensor<15x3xf32>", 16, 4, 1);
    halo("stablehlo.slice %x [2:14, 0:3] : (tensor<16x3xf32>) -> tensor<12x3xf32>", 16, 4, 2);
    halo("stablehlo.slice %x [1:20:2, 0:3] : (tensor<20x3xf32>) -> tensor<10x3xf32>", 20, 4, 1);
  }

  @Test
  void aPaddingMovesEdges() {
    halo(
        "stablehlo.pad %x, %p, low = [1, 0], high = [0, 0], interior = [0, 0] : (tensor<15x3xf32>, tensor<f32>) -> tensor<16x3xf32>",
        15, 4, 1);
    halo(
        "stablehlo.pad %x, %p, low = [1, 0], high = [1, 2], interior = [0, 0] : (tensor<16x3xf32>, tensor<f32>) -> tensor<18x5xf32>",
        16, 4, 1);
    halo(
        "stablehlo.pad %x, %p, low = [-1, 0], high = [3, 0], interior = [0, 0] : (tensor<16x3xf32>, tensor<f32>) -> tensor<18x3xf32>",
        16, 4, 1);
  }

  @Test
  void aReversalExchangesBlocks() {
    halo("stablehlo.reverse %x, dims = [0] : tensor<16x3xf32>", 16, 4, 1);
    halo("stablehlo.reverse %x, dims = [0, 1] : tensor<14x3xf32>", 14, 4, 2);
  }

  @Test
  void aConcatenationMovesEdges() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func public @main(%x: tensor<14x3xf32>, %y: tensor<2x3xf32>) -> tensor<16x3xf32> {
                  %0 = stablehlo.concatenate %x, %y, dim = 0 : (tensor<14x3xf32>, tensor<2x3xf32>) -> tensor<16x3xf32>
                  return %0 : tensor<16x3xf32>
                }
                """)
            .on("a", 2)
            .tile("x", 0, "a")
            .proved();
    assertThat(partitioning.result().outputShardings().get(0).dim(0)).isNotEmpty();
    // Of x an edge of one row moves; of y, which follows x, all two rows, for that is less.
    for (SpmdProgram.CollectiveUse use : partitioning.result().collectives()) {
      long rows = use.step().kind() == Reshard.ALL_GATHER ? 2 : 1;
      assertThat(use.bytes()).isEqualTo(rows * 3 * Float.BYTES);
    }
    assertThat(Partitioned.collectives(partitioning))
        .containsExactly("collective_permute", 1L, "all_gather", 1L);
  }

  @Test
  void severalAxesTileOneDimension() {
    Partitioned.of(
            """
            func.func public @main(%x: tensor<24x3xf32>) -> tensor<24x3xf32> {
              %p = stablehlo.constant dense<2.0> : tensor<f32>
              %0 = stablehlo.slice %x [3:24, 0:3] : (tensor<24x3xf32>) -> tensor<21x3xf32>
              %1 = stablehlo.pad %0, %p, low = [1, 0], high = [2, 0], interior = [0, 0] : (tensor<21x3xf32>, tensor<f32>) -> tensor<24x3xf32>
              %2 = stablehlo.reverse %1, dims = [0] : tensor<24x3xf32>
              return %2 : tensor<24x3xf32>
            }
            """)
        .on("a", 2)
        .on("b", 3)
        .tile("x", 0, "a")
        .tile("x", 0, "b")
        .proved();
  }
}
