package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

/**
 * Operations on whole arrays; expected numbers are those of JAX 0.10.2 where nothing else is said.
 */
final class WholeArrayOpsTest {
  private static HostArray f32(long[] dims, float... values) {
    return HostArray.of(TensorType.of(ElementType.F32, dims), values);
  }

  private static float[] count(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i + 1f;
    }
    return values;
  }

  @Test
  void theTopOfALineIsInTheTotalOrder() {
    float nan = Float.NaN;
    float negativeNan = Float.intBitsToFloat(0xFFC00000);
    var results =
        Run.function(
            "%a: tensor<8xf32>",
            "tensor<8xf32>, tensor<8xi32>",
            "%v, %i = chlo.top_k(%a, k = 8) : tensor<8xf32> -> (tensor<8xf32>, tensor<8xi32>)\n"
                + "return %v, %i : tensor<8xf32>, tensor<8xi32>",
            f32(new long[] {8}, 1, nan, -0f, 0, negativeNan, Float.POSITIVE_INFINITY, 3, 3));
    assertThat(results.get(1).ints()).isEqualTo(new int[] {1, 5, 6, 7, 0, 3, 2, 4});
    assertThat(results.get(0).floats()[1]).isPositiveInfinity();
  }

  @Test
  void aTopOfMoreThanThereAreIsTold() {
    assertThat(
            Run.error(
                "%a: tensor<2xf32>",
                "tensor<3xf32>",
                "%v, %i = chlo.top_k(%a, k = 3)"
                    + " : tensor<2xf32> -> (tensor<3xf32>, tensor<3xi32>)\n"
                    + "return %v : tensor<3xf32>"))
        .contains("k is 3 for lines of 2 elements");
  }

  @Test
  void raggedRowsAreMultipliedGroupByGroup() {
    float[] product =
        Run.function(
                "%a: tensor<4x3xf32>, %b: tensor<2x3x2xf32>, %g: tensor<2xi32>",
                "tensor<4x2xf32>",
                """
                %r = "chlo.ragged_dot"(%a, %b, %g) {ragged_dot_dimension_numbers =
                  #chlo.ragged_dot<lhs_contracting_dimensions = [1],
                    rhs_contracting_dimensions = [1], lhs_ragged_dimensions = [0],
                    rhs_group_dimensions = [0]>}
                  : (tensor<4x3xf32>, tensor<2x3x2xf32>, tensor<2xi32>) -> tensor<4x2xf32>
                return %r : tensor<4x2xf32>""",
                f32(new long[] {4, 3}, count(12)),
                f32(new long[] {2, 3, 2}, count(12)),
                HostArray.of(TensorType.of(ElementType.I32, 2), 1, 2))
            .get(0)
            .floats();
    assertThat(product).isEqualTo(new float[] {22, 28, 139, 154, 220, 244, 0, 0});
  }

  @Test
  void raggedSumsGiveAResultPerGroup() {
    float[] product =
        Run.function(
                "%a: tensor<4x3xf32>, %b: tensor<4x2xf32>, %g: tensor<2xi32>",
                "tensor<2x3x2xf32>",
                """
                %r = "chlo.ragged_dot"(%a, %b, %g) {ragged_dot_dimension_numbers =
                  #chlo.ragged_dot<lhs_contracting_dimensions = [0],
                    rhs_contracting_dimensions = [0], lhs_ragged_dimensions = [0]>}
                  : (tensor<4x3xf32>, tensor<4x2xf32>, tensor<2xi32>) -> tensor<2x3x2xf32>
                return %r : tensor<2x3x2xf32>""",
                f32(new long[] {4, 3}, count(12)),
                f32(new long[] {4, 2}, count(8)),
                HostArray.of(TensorType.of(ElementType.I32, 2), 1, 2))
            .get(0)
            .floats();
    assertThat(product).isEqualTo(new float[] {1, 2, 2, 4, 3, 6, 47, 58, 55, 68, 63, 78});
  }

  private static String scan(String attributes) {
    return """
    %%r:2 = chlo.scan(%%a) inits (%%i) dimension=1 %s {
    ^bb0(%%x: tensor<2xf32>, %%c: tensor<2xf32>):
      %%s = stablehlo.add %%x, %%c : tensor<2xf32>
      stablehlo.return %%s, %%s : tensor<2xf32>, tensor<2xf32>
    } : (tensor<2x3xf32>, tensor<2xf32>) -> (tensor<2x3xf32>, tensor<2xf32>)
    return %%r#0, %%r#1 : tensor<2x3xf32>, tensor<2xf32>"""
        .formatted(attributes);
  }

  @Test
  void aScanCarriesAlongADimension() {
    HostArray a = f32(new long[] {2, 3}, count(6));
    HostArray initial = f32(new long[] {2}, 10, 20);
    String arguments = "%a: tensor<2x3xf32>, %i: tensor<2xf32>";
    String types = "tensor<2x3xf32>, tensor<2xf32>";
    var forward = Run.function(arguments, types, scan(""), a, initial);
    assertThat(forward.get(0).floats()).isEqualTo(new float[] {11, 13, 16, 24, 29, 35});
    assertThat(forward.get(1).floats()).isEqualTo(new float[] {16, 35});
    var backward =
        Run.function(arguments, types, scan("attributes {is_reverse = true}"), a, initial);
    assertThat(backward.get(0).floats()).isEqualTo(new float[] {16, 15, 13, 35, 31, 26});
  }

  @Test
  void aMapRunsItsRegionPerElement() {
    String map =
        """
        %r = "stablehlo.map"(%a, %b) ({
        ^bb0(%x: tensor<f32>, %y: tensor<f32>):
          %d = stablehlo.subtract %x, %y : tensor<f32>
          %s = stablehlo.multiply %d, %d : tensor<f32>
          stablehlo.return %s : tensor<f32>
        }) {dimensions = array<i64: 0>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
        return %r : tensor<3xf32>""";
    String arguments = "%a: tensor<3xf32>, %b: tensor<3xf32>";
    HostArray a = f32(new long[] {3}, 1, 5, 9);
    HostArray b = f32(new long[] {3}, 4, 4, 4);
    assertThat(Run.function(arguments, "tensor<3xf32>", map, a, b).get(0).floats())
        .isEqualTo(new float[] {9, 1, 25});
    assertThat(Run.error(arguments, "tensor<3xf32>", map.replace("i64: 0", "i64: 1")))
        .contains("dimensions are [1] (constraint C3)");
  }

  @Test
  void aCompositeRunsItsDecompositionAndKeepsItsAttributes() {
    String text =
        """
        func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
          %0 = stablehlo.composite "my.double" %a {composite_attributes = {n = 1 : i64}, \
        decomposition = @f, version = 1 : i32} : (tensor<2xf32>) -> tensor<2xf32>
          return %0 : tensor<2xf32>
        }
        func.func private @f(%x: tensor<2xf32>) -> tensor<2xf32> {
          %0 = stablehlo.add %x, %x : tensor<2xf32>
          return %0 : tensor<2xf32>
        }
        """;
    assertThat(Run.module(text, f32(new long[] {2}, 1, 2)).get(0).floats())
        .isEqualTo(new float[] {2, 4});
    assertThat(dev.partir.text.MlirPrinter.print(dev.partir.text.MlirParser.parse("t.mlir", text)))
        .contains("composite_attributes = {n = 1 : i64}");
    assertThat(
            Run.error(
                "", "", "stablehlo.composite \"plain\" {decomposition = @main} : () -> ()\nreturn"))
        .contains("its name is \"plain\" (constraint C1)");
  }
}
