package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on whole arrays compute the same when their arguments are tiled, evenly or not. */
final class WholeArrayPartitioningTest {
  private static final String SORT =
      """
      %r:2 = "stablehlo.sort"(%x, %y) ({
      ^bb0(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<f32>, %d: tensor<f32>):
        %p = stablehlo.compare LT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
        stablehlo.return %p : tensor<i1>
      }) {dimension = 1 : i64, is_stable = true}
        : (tensor<4x4xf32>, tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>)
      %s = stablehlo.add %r#0, %r#1 : tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  private static final String MAP =
      """
      %k = stablehlo.slice %y [1:2, 1:2] : (tensor<4x4xf32>) -> tensor<1x1xf32>
      %e = stablehlo.reshape %k : (tensor<1x1xf32>) -> tensor<f32>
      %s = "stablehlo.map"(%x) ({
      ^bb0(%a: tensor<f32>):
        %p = stablehlo.multiply %a, %e : tensor<f32>
        stablehlo.return %p : tensor<f32>
      }) {dimensions = array<i64: 0, 1>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  private static final String TOP =
      """
      %v, %i = chlo.top_k(%x, k = 3) : tensor<4x4xf32> -> (tensor<4x3xf32>, tensor<4x3xi32>)
      %f = stablehlo.convert %i : (tensor<4x3xi32>) -> tensor<4x3xf32>
      %s = stablehlo.add %v, %f : tensor<4x3xf32>
      return %s : tensor<4x3xf32>""";

  private static final String FFT =
      """
      %c = stablehlo.fft %x, type = RFFT, length = [4]
        : (tensor<4x4xf32>) -> tensor<4x3xcomplex<f32>>
      %s = stablehlo.fft %c, type = IRFFT, length = [4]
        : (tensor<4x3xcomplex<f32>>) -> tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  private static final String SOLVE =
      """
      %s = "stablehlo.triangular_solve"(%x, %y) {left_side = true, lower = true,
        unit_diagonal = true, transpose_a = #stablehlo<transpose TRANSPOSE>}
        : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  private static final String BROADCAST =
      """
      %b = stablehlo.broadcast %x, sizes = [6] : (tensor<4x4xf32>) -> tensor<6x4x4xf32>
      %t = stablehlo.transpose %b, dims = [1, 0, 2] : (tensor<6x4x4xf32>) -> tensor<4x6x4xf32>
      %z = stablehlo.constant dense<0.0> : tensor<f32>
      %s = stablehlo.reduce(%t init: %z) applies stablehlo.add across dimensions = [1]
        : (tensor<4x6x4xf32>, tensor<f32>) -> tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  private static final String DOT =
      """
      %s = stablehlo.dot %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  private static final String DRAW =
      """
      %z = stablehlo.constant dense<0.0> : tensor<f32>
      %o = stablehlo.constant dense<1.0> : tensor<f32>
      %n = stablehlo.constant dense<4> : tensor<2xi64>
      %d = stablehlo.rng %z, %o, %n, distribution = NORMAL
        : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<4x4xf32>
      %s = stablehlo.multiply %x, %d : tensor<4x4xf32>
      return %s : tensor<4x4xf32>""";

  @ParameterizedTest
  @ValueSource(strings = {SORT, MAP, TOP, FFT, SOLVE, BROADCAST, DOT, DRAW})
  void tiledAsWhole(String body) {
    String columns = body.equals(TOP) ? "3" : "4";
    String text =
        "func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x"
            + columns
            + "xf32> {\n"
            + body
            + "\n}";
    for (int size : new int[] {2, 3}) {
      for (int dim : new int[] {0, 1}) {
        Partitioned.of(text).on("a", size).tile("x", dim, "a").proved();
        Partitioned.of(text).on("a", size).tile("y", dim, "a").proved();
        Partitioned.of(text).on("a", size).tile("result", dim, "a").proved();
      }
    }
  }

  @Test
  void batchesOfALineAreSortedWithoutCollectives() {
    String text =
        "func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {\n"
            + SORT
            + "\n}";
    Partitioning rows = Partitioned.of(text).on("a", 2).tile("x", 0, "a").proved();
    assertThat(Partitioned.collectives(rows)).isEmpty();
    Partitioning columns = Partitioned.of(text).on("a", 2).tile("x", 1, "a").proved();
    assertThat(Partitioned.collectives(columns)).containsKey("all_gather");
  }

  @Test
  void tokensAndTuplesPassThroughAPartitionedProgram() {
    Partitioned.of(
            """
            func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
              %n = stablehlo.after_all : !stablehlo.token
              %o, %b = stablehlo.optimization_barrier %n, %x : !stablehlo.token, tensor<4x4xf32>
              %t = stablehlo.tuple %b, %o : tuple<tensor<4x4xf32>, !stablehlo.token>
              %e = stablehlo.get_tuple_element %t[0]
                : (tuple<tensor<4x4xf32>, !stablehlo.token>) -> tensor<4x4xf32>
              %s = stablehlo.add %e, %x : tensor<4x4xf32>
              return %s : tensor<4x4xf32>
            }
            """)
        .on("a", 2)
        .tile("x", 0, "a")
        .proved();
  }

  @Test
  void compositesArePartitionedAsWhatTheyAreMadeOf() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
                  %s = stablehlo.composite "my.twice" %x {decomposition = @f}
                    : (tensor<4x4xf32>) -> tensor<4x4xf32>
                  return %s : tensor<4x4xf32>
                }
                func.func private @f(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
                  %s = stablehlo.add %a, %a : tensor<4x4xf32>
                  return %s : tensor<4x4xf32>
                }
                """)
            .on("a", 2)
            .tile("x", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
  }

  @Test
  void aCustomCallIsPartitionedByTheRuleThatItGives() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%x: tensor<8x16xf32>) -> tensor<8x4xf32> {
                  %0:2 = stablehlo.custom_call @mhlo.topk(%x) {mhlo.attributes = {k = 4 : i64, largest = true}, partir.sharding_rule = "([i, j])->([i, k], [i, k]) {i=8, j=16, k=4} need_replication={j, k}"} : (tensor<8x16xf32>) -> (tensor<8x4xf32>, tensor<8x4xi32>)
                  return %0#0 : tensor<8x4xf32>
                }
                """)
            .on("a", 2)
            .tile("x", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
    assertThat(partitioning.local().main().results().get(0).type().toString())
        .isEqualTo("tensor<4x4xf32>");
  }

  @Test
  void aLookupInATableThatIsTiledByRowsTakesOneAllReduce() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%table: tensor<10x4xf32>, %at: tensor<3xi32>) -> tensor<3x4xf32> {
                  %0 = "stablehlo.gather"(%table, %at) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 4>, indices_are_sorted = false} : (tensor<10x4xf32>, tensor<3xi32>) -> tensor<3x4xf32>
                  return %0 : tensor<3x4xf32>
                }
                """)
            .on("a", 4)
            .tile("table", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 1L);
  }

  @Test
  void addingRowsToATableThatIsTiledByRowsTakesNoCollective() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%table: tensor<10x4xf32>, %at: tensor<3xi32>, %rows: tensor<3x4xf32>) -> tensor<10x4xf32> {
                  %0 = "stablehlo.scatter"(%table, %at, %rows) ({
                  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
                    %1 = stablehlo.add %a, %b : tensor<f32>
                    stablehlo.return %1 : tensor<f32>
                  }) {scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, indices_are_sorted = false, unique_indices = false} : (tensor<10x4xf32>, tensor<3xi32>, tensor<3x4xf32>) -> tensor<10x4xf32>
                  return %0 : tensor<10x4xf32>
                }
                """)
            .on("a", 4)
            .tile("table", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).isEmpty();
  }

  @Test
  void aConvolutionOverRowsExchangesEdges() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%x: tensor<1x16x16x2xf32>, %k: tensor<3x3x2x4xf32>) -> tensor<1x16x16x4xf32> {
                  %0 = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {pad = [[1, 1], [1, 1]]} {feature_group_count = 1 : i64, batch_group_count = 1 : i64} : (tensor<1x16x16x2xf32>, tensor<3x3x2x4xf32>) -> tensor<1x16x16x4xf32>
                  return %0 : tensor<1x16x16x4xf32>
                }
                """)
            .on("a", 4)
            .tile("x", 1, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("collective_permute", 2L);
  }

  @Test
  void batchNormalizationAddsUpItsMeanAndItsVariance() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%x: tensor<6x5x3xf32>, %scale: tensor<3xf32>, %offset: tensor<3xf32>) -> (tensor<6x5x3xf32>, tensor<3xf32>) {
                  %y, %mean, %variance = "stablehlo.batch_norm_training"(%x, %scale, %offset) {epsilon = 1.0e-3 : f32, feature_index = 2 : i64} : (tensor<6x5x3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<6x5x3xf32>, tensor<3xf32>, tensor<3xf32>)
                  return %y, %variance : tensor<6x5x3xf32>, tensor<3xf32>
                }
                """)
            .on("a", 4)
            .tile("x", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 2L);
  }

  @Test
  void gradientsOfBatchNormalizationAddUpWhatAFeatureHas() {
    Partitioning partitioning =
        Partitioned.of(
                """
                func.func @main(%x: tensor<6x5x3xf32>, %scale: tensor<3xf32>, %mean: tensor<3xf32>, %g: tensor<6x5x3xf32>) -> (tensor<6x5x3xf32>, tensor<3xf32>, tensor<3xf32>) {
                  %0 = stablehlo.multiply %mean, %mean : tensor<3xf32>
                  %1:3 = "stablehlo.batch_norm_grad"(%x, %scale, %mean, %0, %g) {epsilon = 1.0e-1 : f32, feature_index = 2 : i64} : (tensor<6x5x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<6x5x3xf32>) -> (tensor<6x5x3xf32>, tensor<3xf32>, tensor<3xf32>)
                  return %1#0, %1#1, %1#2 : tensor<6x5x3xf32>, tensor<3xf32>, tensor<3xf32>
                }
                """)
            .on("a", 2)
            .tile("x", 0, "a")
            .proved();
    assertThat(Partitioned.collectives(partitioning)).containsExactly("all_reduce", 3L);
  }
}
