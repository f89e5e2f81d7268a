package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

/** Sorting by comparators of every kind. */
final class SortOpTest {
  private static final float NAN = Float.NaN;

  private static String sort(String type, String scalar, String compare) {
    return """
    %%r = "stablehlo.sort"(%%a) ({
    ^bb0(%%x: %2$s, %%y: %2$s):
      %%p = stablehlo.compare %3$s : (%2$s, %2$s) -> tensor<i1>
      stablehlo.return %%p : tensor<i1>
    }) {dimension = 0 : i64} : (%1$s) -> %1$s
    return %%r : %1$s\
    """
        .formatted(type, scalar, compare);
  }

  private static float[] floats(String compare, float... values) {
    String type = "tensor<" + values.length + "xf32>";
    return Run.function(
            "%a: " + type,
            type,
            sort(type, "tensor<f32>", compare),
            HostArray.of(TensorType.of(ElementType.F32, values.length), values))
        .get(0)
        .floats();
  }

  @Test
  void ascendsAndDescends() {
    assertThat(floats("LT, %x, %y, FLOAT", 3, -1, 2, 0)).isEqualTo(new float[] {-1, 0, 2, 3});
    assertThat(floats("GT, %x, %y, FLOAT", 3, -1, 2, 0)).isEqualTo(new float[] {3, 2, 0, -1});
    assertThat(floats("LT, %y, %x, FLOAT", 3, -1, 2, 0)).isEqualTo(new float[] {3, 2, 0, -1});
  }

  @Test
  void theTotalOrderPutsNanOutsideAndNegativeZeroFirst() {
    assertThat(floats("LT, %x, %y, TOTALORDER", NAN, 0f, 1, -0f, Float.NEGATIVE_INFINITY))
        .isEqualTo(new float[] {Float.NEGATIVE_INFINITY, -0f, 0f, 1, NAN});
    float negative = Float.intBitsToFloat(0xFFC00000);
    float[] sorted = floats("LT, %x, %y, TOTALORDER", 1, negative, NAN);
    assertThat(Float.floatToRawIntBits(sorted[0])).isEqualTo(0xFFC00000);
  }

  @Test
  void plainComparisonKeepsBothZerosInPlace() {
    assertThat(floats("LT, %x, %y, FLOAT", 1, 0f, -0f, -1)).isEqualTo(new float[] {-1, 0f, -0f, 1});
  }

  @Test
  void aComparatorThatContradictsItselfGivesAllElements() {
    float[] values = new float[100];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    float[] sorted = floats("NE, %x, %y, FLOAT", values);
    java.util.Arrays.sort(sorted);
    assertThat(sorted).isEqualTo(values);
  }

  @Test
  void unsignedNumbersAreSortedAsSuch() {
    HostArray sorted =
        Run.function(
                "%a: tensor<3xui64>",
                "tensor<3xui64>",
                sort("tensor<3xui64>", "tensor<ui64>", "LT, %x, %y, UNSIGNED"),
                HostArray.of(TensorType.of(ElementType.UI64, 3), -1L, 5L, Long.MIN_VALUE))
            .get(0);
    assertThat(sorted.longs()).isEqualTo(new long[] {5, Long.MIN_VALUE, -1});
  }

  @Test
  void sortsAlongADimensionByTwoKeysAndCarriesTheRest() {
    // By the first array, and where it is equal by the second; columns of a 3x2 array.
    String text =
        """
        %r:2 = "stablehlo.sort"(%a, %b) ({
        ^bb0(%x: tensor<i32>, %y: tensor<i32>, %u: tensor<f32>, %v: tensor<f32>):
          %less = stablehlo.compare LT, %x, %y : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %same = stablehlo.compare EQ, %x, %y : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %then = stablehlo.compare LT, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %both = stablehlo.and %same, %then : tensor<i1>
          %p = stablehlo.or %less, %both : tensor<i1>
          stablehlo.return %p : tensor<i1>
        }) {dimension = 0 : i64, is_stable = true}
          : (tensor<3x2xi32>, tensor<3x2xf32>) -> (tensor<3x2xi32>, tensor<3x2xf32>)
        return %r#0, %r#1 : tensor<3x2xi32>, tensor<3x2xf32>\
        """;
    var results =
        Run.function(
            "%a: tensor<3x2xi32>, %b: tensor<3x2xf32>",
            "tensor<3x2xi32>, tensor<3x2xf32>",
            text,
            HostArray.of(TensorType.of(ElementType.I32, 3, 2), 2, 1, 1, 1, 2, 0),
            HostArray.of(TensorType.of(ElementType.F32, 3, 2), 9f, 3f, 5f, 2f, 8f, 7f));
    assertThat(results.get(0).ints()).isEqualTo(new int[] {1, 0, 2, 1, 2, 1});
    assertThat(results.get(1).floats()).isEqualTo(new float[] {5, 7, 8, 2, 9, 3});
  }

  @Test
  void equalElementsKeepTheirOrder() {
    int n = 1000;
    int[] keys = new int[n];
    int[] places = new int[n];
    for (int i = 0; i < n; i++) {
      keys[i] = i * 7919 % 13;
      places[i] = i;
    }
    String text =
        """
        %r:2 = "stablehlo.sort"(%a, %b) ({
        ^bb0(%x: tensor<i32>, %y: tensor<i32>, %u: tensor<i32>, %v: tensor<i32>):
          %p = stablehlo.compare LT, %x, %y : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %p : tensor<i1>
        }) {is_stable = true}
          : (tensor<1000xi32>, tensor<1000xi32>) -> (tensor<1000xi32>, tensor<1000xi32>)
        return %r#0, %r#1 : tensor<1000xi32>, tensor<1000xi32>\
        """;
    TensorType type = TensorType.of(ElementType.I32, n);
    var results =
        Run.function(
            "%a: tensor<1000xi32>, %b: tensor<1000xi32>",
            "tensor<1000xi32>, tensor<1000xi32>",
            text,
            HostArray.of(type, keys),
            HostArray.of(type, places));
    for (int i = 1; i < n; i++) {
      int key = results.get(0).ints()[i];
      int before = results.get(0).ints()[i - 1];
      assertThat(before).isAtMost(key);
      if (before == key) {
        assertThat(results.get(1).ints()[i - 1]).isLessThan(results.get(1).ints()[i]);
      }
    }
  }

  @Test
  void aDimensionOutsideIsTold() {
    String type = "tensor<4xf32>";
    assertThat(
            Run.error(
                "%a: " + type,
                type,
                sort(type, "tensor<f32>", "LT, %x, %y").replace("dimension = 0", "dimension = 1")))
        .contains("dimension is 1 for arrays of rank 1 (constraint C4)");
  }

  @Test
  void aComparatorOfOtherTypesIsTold() {
    String type = "tensor<4xf32>";
    assertThat(Run.error("%a: " + type, type, sort(type, "tensor<i32>", "LT, %x, %y")))
        .contains("comparator takes (tensor<i32>, tensor<i32>) (constraint C5)");
  }

  private static String approxTopK(String dimension, String results) {
    return """
    func.func @main() -> (%2$s) {
      %%x = stablehlo.constant dense<[[1.0, 7.0, 3.0, 5.0], [8.0, 2.0, 6.0, 4.0]]>
        : tensor<2x4xf32>
      %%i = stablehlo.iota dim = 1 : tensor<2x4xi32>
      %%low = stablehlo.constant dense<0xFF800000> : tensor<f32>
      %%none = stablehlo.constant dense<-1> : tensor<i32>
      %%r:2 = stablehlo.custom_call @ApproxTopK(%%x, %%i, %%low, %%none)
        {called_computations = [@greater], mhlo.backend_config = {aggregate_to_topk = true,
         recall_target = 0.9 : f32, reduction_dim = %1$s : i64, top_k = 2 : i64}}
        : (tensor<2x4xf32>, tensor<2x4xi32>, tensor<f32>, tensor<i32>) -> (%2$s)
      return %%r#0, %%r#1 : %2$s
    }
    func.func @greater(%%a: tensor<f32>, %%b: tensor<f32>, %%c: tensor<i32>, %%d: tensor<i32>)
        -> tensor<i1> {
      %%g = stablehlo.compare GT, %%a, %%b : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %%g : tensor<i1>
    }
    """
        .formatted(dimension, results);
  }

  @Test
  void anApproximateTopKMissesNothing() {
    var results = Snippets.run(approxTopK("1", "tensor<2x2xf32>, tensor<2x2xi32>"));
    assertThat(Snippets.text(results.get(0))).isEqualTo("7 5 8 6");
    assertThat(Snippets.text(results.get(1))).isEqualTo("1 3 0 2");
  }

  @Test
  void anApproximateTopKIsChecked() {
    assertThat(Snippets.refusal(approxTopK("2", "tensor<2x2xf32>, tensor<2x2xi32>")))
        .isEqualTo("it chooses along dimension 2 of a tensor<2x4xf32>");
    assertThat(Snippets.refusal(approxTopK("1", "tensor<2x5xf32>, tensor<2x5xi32>")))
        .isEqualTo("it chooses 5 of 4 elements");
  }
}
