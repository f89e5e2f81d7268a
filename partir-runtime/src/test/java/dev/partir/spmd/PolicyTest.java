package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.Policy;
import org.junit.jupiter.api.Test;

/** Two wishes along one axis: strictly a conflict, greedily the wish of the larger tensor. */
final class PolicyTest {
  /** Both are tiled along what the product has as rows and as columns. */
  private static Partitioned product(int rows, int columns) {
    return Partitioned.of(
            """
            func.func public @main(%x: tensor<ROWSx4xf32>, %w: tensor<4xCOLSxf32>) -> tensor<ROWSxCOLSxf32> {
              %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<ROWSx4xf32>, tensor<4xCOLSxf32>) -> tensor<ROWSxCOLSxf32>
              return %0 : tensor<ROWSxCOLSxf32>
            }
            """
                .replace("ROWS", Integer.toString(rows))
                .replace("COLS", Integer.toString(columns)))
        .on("a", 2)
        .tactic(Action.tile("x", Dim.index(0), "a"), Action.tile("w", Dim.index(1), "a"));
  }

  @Test
  void strictlyNothingIsDecided() {
    Partitioning partitioning = product(16, 8).proved();
    assertThat(partitioning.core().conflicts()).hasSize(1);
    assertThat(partitioning.core().conflicts().get(0).text()).contains("asks for factor");
    assertThat(partitioning.result().outputShardings().get(0).isReplicated()).isTrue();
  }

  @Test
  void greedilyTheLargerTensorDecides() {
    Partitioning rows = product(16, 8).with(Policy.GREEDY).proved();
    assertThat(rows.core().conflicts()).isEmpty();
    assertThat(rows.result().outputShardings().get(0).dim(0)).isNotEmpty();
    Partitioning columns = product(8, 16).with(Policy.GREEDY).proved();
    assertThat(columns.result().outputShardings().get(0).dim(1)).isNotEmpty();
  }
}
