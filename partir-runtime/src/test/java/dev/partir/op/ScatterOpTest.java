package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code stablehlo.scatter}, against the formula of the specification where numbers are many. */
final class ScatterOpTest {
  /** Input [4, 5, 3], indices [2, 3, 2], updates [2, 2, 3, 2]: windows and indices take turns. */
  private static final String NUMBERS =
      "#stablehlo.scatter<update_window_dims = [0, 3], inserted_window_dims = [1],"
          + " scatter_dims_to_operand_dims = [1, 2], index_vector_dim = 1>";

  private static String interleaved(String before, String body) {
    return """
    func.func @main(%%x: tensor<4x5x3xi32>, %%i: tensor<2x2x3xi32>, %%u: tensor<2x2x3x2xi32>)
        -> tensor<4x5x3xi32> {
      %s
      %%r = "stablehlo.scatter"(%%x, %%i, %%u) ({
      ^bb0(%%a: tensor<i32>, %%b: tensor<i32>):
        %s
        stablehlo.return %%c : tensor<i32>
      }) {scatter_dimension_numbers = %s}
        : (tensor<4x5x3xi32>, tensor<2x2x3xi32>, tensor<2x2x3x2xi32>) -> tensor<4x5x3xi32>
      return %%r : tensor<4x5x3xi32>
    }
    """
        .formatted(before, body, NUMBERS);
  }

  private interface Body {
    int apply(int old, int update);
  }

  /** Updates one by one in row-major order of the updates. */
  private static void interleaved(int[] x, int[] index, int[] update, Body body) {
    int at = 0;
    for (int w0 = 0; w0 < 2; w0++) {
      for (int s0 = 0; s0 < 2; s0++) {
        for (int s1 = 0; s1 < 3; s1++) {
          for (int w1 = 0; w1 < 2; w1++, at++) {
            int j = index[(s0 * 2) * 3 + s1];
            int k = index[(s0 * 2 + 1) * 3 + s1] + w1;
            if (j >= 0 && j < 5 && k >= 0 && k < 3) {
              int place = (w0 * 5 + j) * 3 + k;
              x[place] = body.apply(x[place], update[at]);
            }
          }
        }
      }
    }
  }

  private static void compare(String before, String text, Body body) {
    Random random = new Random(7);
    for (int round = 0; round < 5; round++) {
      int[] x = random.ints(60, -9, 10).toArray();
      int[] index = random.ints(12, -1, 4).toArray();
      int[] update = random.ints(24, -9, 10).toArray();
      HostArray result =
          Snippets.run(
                  interleaved(before, text),
                  HostArray.of(TensorType.of(ElementType.I32, 4, 5, 3), x.clone()),
                  HostArray.of(TensorType.of(ElementType.I32, 2, 2, 3), index),
                  HostArray.of(TensorType.of(ElementType.I32, 2, 2, 3, 2), update))
              .get(0);
      interleaved(x, index, update, body);
      assertWithMessage(text).that(result.ints()).isEqualTo(x);
    }
  }

  @Test
  void updatesAreCombinedInTheirOrder() {
    compare("", "%c = stablehlo.add %a, %b : tensor<i32>", Integer::sum);
    compare("", "%c = stablehlo.maximum %b, %a : tensor<i32>", Math::max);
    compare("", "%c = stablehlo.subtract %a, %b : tensor<i32>", (a, b) -> a - b);
    compare(
        "",
        "%three = stablehlo.constant dense<3> : tensor<i32>\n"
            + "%t = stablehlo.multiply %a, %three : tensor<i32>\n"
            + "%c = stablehlo.subtract %b, %t : tensor<i32>",
        (a, b) -> b - 3 * a);
  }

  @Test
  void aBodyMayUseWhatStandsOutside() {
    compare(
        "%seven = stablehlo.constant dense<7> : tensor<i32>",
        "%t = stablehlo.multiply %a, %seven : tensor<i32>\n"
            + "%c = stablehlo.add %t, %b : tensor<i32>",
        (a, b) -> 7 * a + b);
  }

  @Test
  void aBodyMayReturnAnArgument() {
    String text = interleaved("", "").replace("return %c", "return %b");
    assertThat(text).contains("return %b");
    int[] x = new int[60];
    int[] index = {0, 4, 0, 1, 0, 1, 4, 0, 3, 2, 2, 0};
    int[] update = new Random(3).ints(24, 1, 100).toArray();
    int[] result =
        Snippets.run(
                text,
                HostArray.of(TensorType.of(ElementType.I32, 4, 5, 3), x.clone()),
                HostArray.of(TensorType.of(ElementType.I32, 2, 2, 3), index),
                HostArray.of(TensorType.of(ElementType.I32, 2, 2, 3, 2), update))
            .get(0)
            .ints();
    interleaved(x, index, update, (a, b) -> b);
    assertThat(result).isEqualTo(x);
  }

  @Test
  void batchingDimensionsPairTheInputWithTheIndices() {
    // out[b, i[b, k]] += u[k, b], the batch second in the updates.
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<2x4xi32> {
                  %x = stablehlo.constant dense<[[0, 0, 0, 0], [100, 100, 100, 100]]>
                    : tensor<2x4xi32>
                  %i = stablehlo.constant dense<[[0, 3], [3, 4], [0, 1]]> : tensor<3x2xi32>
                  %u = stablehlo.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
                  %r = "stablehlo.scatter"(%x, %i, %u) ({
                  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
                    %c = stablehlo.add %a, %b : tensor<i32>
                    stablehlo.return %c : tensor<i32>
                  }) {scatter_dimension_numbers = #stablehlo.scatter<
                        inserted_window_dims = [1], input_batching_dims = [0],
                        scatter_indices_batching_dims = [1], scatter_dims_to_operand_dims = [1],
                        index_vector_dim = 2>}
                    : (tensor<2x4xi32>, tensor<3x2xi32>, tensor<3x2xi32>) -> tensor<2x4xi32>
                  return %r : tensor<2x4xi32>
                }
                """))
        .isEqualTo("6 0 0 3 100 106 100 102");
  }

  @Test
  void severalArraysAreUpdatedTogetherAndMayWiden() {
    assertThat(
            Snippets.run(
                    """
                    func.func @main() -> (tensor<3xi32>, tensor<3xf64>) {
                      %x = stablehlo.constant dense<[1, 2, 3]> : tensor<3xi16>
                      %y = stablehlo.constant dense<[0.5, 1.5, 2.5]> : tensor<3xf32>
                      %i = stablehlo.constant dense<[2, 0, 2]> : tensor<3xi64>
                      %u = stablehlo.constant dense<[30000, 1, 30000]> : tensor<3xi16>
                      %v = stablehlo.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
                      %r:2 = "stablehlo.scatter"(%x, %y, %i, %u, %v) ({
                      ^bb0(%a: tensor<i32>, %b: tensor<f64>, %c: tensor<i32>, %d: tensor<f64>):
                        %e = stablehlo.add %a, %c : tensor<i32>
                        %f = stablehlo.subtract %d, %b : tensor<f64>
                        stablehlo.return %e, %f : tensor<i32>, tensor<f64>
                      }) {scatter_dimension_numbers = #stablehlo.scatter<
                            inserted_window_dims = [0], scatter_dims_to_operand_dims = [0],
                            index_vector_dim = 1>}
                        : (tensor<3xi16>, tensor<3xf32>, tensor<3xi64>, tensor<3xi16>,
                           tensor<3xf32>) -> (tensor<3xi32>, tensor<3xf64>)
                      return %r#0, %r#1 : tensor<3xi32>, tensor<3xf64>
                    }
                    """)
                .stream()
                .map(Snippets::text)
                .toList())
        .containsExactly("2 2 60003", "19.5 1.5 22.5")
        .inOrder();
  }

  private static String refusal(String numbers) {
    return Snippets.refusal(
        """
        func.func @main(%x: tensor<4x5xf32>, %i: tensor<3x1xi32>, %u: tensor<3x5xf32>) {
          %r = "stablehlo.scatter"(%x, %i, %u) ({
          ^bb0(%a: tensor<f32>, %b: tensor<f32>):
            stablehlo.return %b : tensor<f32>
          }) {scatter_dimension_numbers = NUMBERS}
            : (tensor<4x5xf32>, tensor<3x1xi32>, tensor<3x5xf32>) -> tensor<4x5xf32>
          return
        }
        """
            .replace("NUMBERS", numbers));
  }

  @Test
  void wrongNumbersAreToldByTheConstraint() {
    assertThat(refusal("1 : i64"))
        .isEqualTo(
            "it has no scatter_dimension_numbers of the form #stablehlo.scatter<...>"
                + " (constraint I4-I9)");
    assertThat(
            refusal(
                "#stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0],"
                    + " scatter_dims_to_operand_dims = [0], index_vector_dim = 3>"))
        .isEqualTo("index_vector_dim is 3 for indices of rank 2 (constraint C22)");
    assertThat(
            refusal(
                "#stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0],"
                    + " scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>"))
        .isEqualTo(
            "an index vector has 1 numbers for 2 scatter_dims_to_operand_dims (constraint C19)");
    assertThat(
            refusal(
                "#stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [1],"
                    + " scatter_dims_to_operand_dims = [1], index_vector_dim = 1>"))
        .isEqualTo("a window of size 5 in dimension 0 of size 4 (constraint C4)");
    assertThat(
            refusal(
                "#stablehlo.scatter<update_window_dims = [99999999999], inserted_window_dims = [0],"
                    + " scatter_dims_to_operand_dims = [0], index_vector_dim = 1>"))
        .contains("(constraint C7, C8)");
  }
}
