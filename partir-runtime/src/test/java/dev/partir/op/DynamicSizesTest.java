package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

/** Programs whose types leave sizes open, and operations whose sizes are computed. */
final class DynamicSizesTest {
  private static HostArray f32(float... values) {
    return HostArray.of(TensorType.of(ElementType.F32, values.length), values);
  }

  private static HostArray i32(int... values) {
    return HostArray.of(TensorType.of(ElementType.I32, values.length), values);
  }

  @Test
  void elementwiseOperationsTakeTheSizesThatCome() {
    String text =
        """
        %s = stablehlo.add %a, %a : tensor<?xf32>
        %p = stablehlo.compare GT, %s, %a : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
        %n = stablehlo.negate %a : tensor<?xf32>
        %r = stablehlo.select %p, %s, %n : tensor<?xi1>, tensor<?xf32>
        return %r : tensor<?xf32>""";
    assertThat(
            Run.function("%a: tensor<?xf32>", "tensor<?xf32>", text, f32(1, -2, 3)).get(0).floats())
        .isEqualTo(new float[] {2, 2, 6});
  }

  @Test
  void shapesFollowThroughOperationsThatChangeThem() {
    String text =
        """
        %z = stablehlo.constant dense<0.0> : tensor<f32>
        %c = stablehlo.concatenate %a, %a, dim = 0 : (tensor<?x2xf32>, tensor<?x2xf32>)
          -> tensor<?x2xf32>
        %p = stablehlo.pad %c, %z, low = [1, 0], high = [0, 0], interior = [0, 0]
          : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xf32>
        %t = stablehlo.transpose %p, dims = [1, 0] : (tensor<?x2xf32>) -> tensor<2x?xf32>
        %s = stablehlo.reduce(%t init: %z) applies stablehlo.add across dimensions = [0]
          : (tensor<2x?xf32>, tensor<f32>) -> tensor<?xf32>
        %n = stablehlo.get_dimension_size %s, dim = 0 : (tensor<?xf32>) -> tensor<i32>
        return %s, %n : tensor<?xf32>, tensor<i32>""";
    var results =
        Run.function(
            "%a: tensor<?x2xf32>",
            "tensor<?xf32>, tensor<i32>",
            text,
            HostArray.of(TensorType.of(ElementType.F32, 1, 2), 3f, 4f));
    assertThat(results.get(0).floats()).isEqualTo(new float[] {0, 7, 7});
    assertThat(results.get(1).ints()[0]).isEqualTo(3);
  }

  @Test
  void sizesThatDoNotFitAtRunTimeAreTold() {
    assertThat(
            Run.error(
                "%a: tensor<?xf32>, %b: tensor<?xf32>",
                "tensor<?xf32>",
                "%r = stablehlo.concatenate %a, %b, dim = 0"
                    + " : (tensor<?xf32>, tensor<?xf32>) -> tensor<3xf32>\n"
                    + "%c = stablehlo.slice %r [0:1] : (tensor<3xf32>) -> tensor<1xf32>\n"
                    + "return %a : tensor<?xf32>",
                f32(1),
                f32(2, 3, 4)))
        .contains("result 0 is declared as tensor<3xf32>, but the operands make it tensor<4xf32>");
  }

  @Test
  void aLoopMayGrowWhatItCarries() {
    String text =
        """
        %r = stablehlo.while(%x = %a) : tensor<?xf32>
        cond {
          %n = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?xf32>) -> tensor<i32>
          %m = stablehlo.constant dense<6> : tensor<i32>
          %p = stablehlo.compare LT, %n, %m : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %p : tensor<i1>
        } do {
          %d = stablehlo.concatenate %x, %x, dim = 0
            : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
          stablehlo.return %d : tensor<?xf32>
        }
        return %r : tensor<?xf32>""";
    assertThat(Run.function("%a: tensor<?xf32>", "tensor<?xf32>", text, f32(1, 2)).get(0).floats())
        .isEqualTo(new float[] {1, 2, 1, 2, 1, 2, 1, 2});
  }

  @Test
  void reshapesAndBroadcastsToComputedSizes() {
    String text =
        """
        %r = stablehlo.dynamic_reshape %a, %n : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
        %b = stablehlo.dynamic_broadcast_in_dim %r, %m, dims = [1, 2]
          : (tensor<?x?xf32>, tensor<3xi32>) -> tensor<?x?x?xf32>
        return %b : tensor<?x?x?xf32>""";
    HostArray result =
        Run.function(
                "%a: tensor<?xf32>, %n: tensor<2xi32>, %m: tensor<3xi32>",
                "tensor<?x?x?xf32>", text, f32(1, 2), i32(1, 2), i32(2, 1, 2))
            .get(0);
    assertThat(result.type()).isEqualTo(TensorType.of(ElementType.F32, 2, 1, 2));
    assertThat(result.floats()).isEqualTo(new float[] {1, 2, 1, 2});
    assertThat(
            Run.error(
                "%a: tensor<?xf32>, %n: tensor<2xi32>, %m: tensor<3xi32>",
                "tensor<?x?x?xf32>", text, f32(1, 2), i32(3, 2), i32(2, 1, 2)))
        .contains("it is to make a tensor<3x2xf32> of a tensor<2xf32>");
  }

  @Test
  void countsPadsAndSlicesByComputedSizes() {
    String text =
        """
        %i = stablehlo.dynamic_iota %n, dim = 0 : (tensor<1xi32>) -> tensor<?xf32>
        %z = stablehlo.constant dense<9.0> : tensor<f32>
        %p = stablehlo.dynamic_pad %i, %z, %n, %one, %one
          : (tensor<?xf32>, tensor<f32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>)
          -> tensor<?xf32>
        %s = stablehlo.real_dynamic_slice %p, %one, %m, %n
          : (tensor<?xf32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<?xf32>
        return %p, %s : tensor<?xf32>, tensor<?xf32>""";
    var results =
        Run.function(
            "%n: tensor<1xi32>, %one: tensor<1xi32>, %m: tensor<1xi32>",
            "tensor<?xf32>, tensor<?xf32>", text, i32(2), i32(1), i32(6));
    assertThat(results.get(0).floats()).isEqualTo(new float[] {9, 9, 0, 9, 1, 9});
    assertThat(results.get(1).floats()).isEqualTo(new float[] {9, 9, 9});
  }

  @Test
  void gathersSlicesOfComputedSizes() {
    String text =
        """
        %r = "stablehlo.dynamic_gather"(%a, %i, %n) {dimension_numbers =
          #stablehlo.gather<offset_dims = [0], start_index_map = [0]>}
          : (tensor<?xf32>, tensor<1xi32>, tensor<1xi32>) -> tensor<?xf32>
        return %r : tensor<?xf32>""";
    assertThat(
            Run.function(
                    "%a: tensor<?xf32>, %i: tensor<1xi32>, %n: tensor<1xi32>",
                    "tensor<?xf32>", text, f32(1, 2, 3, 4), i32(1), i32(2))
                .get(0)
                .floats())
        .isEqualTo(new float[] {2, 3});
  }

  @Test
  void aDimensionIsCutToASize() {
    String text =
        """
        %r = stablehlo.set_dimension_size %a, %n, dim = 0
          : (tensor<4xf32>, tensor<i32>) -> tensor<?xf32>
        return %r : tensor<?xf32>""";
    HostArray two = HostArray.of(TensorType.of(ElementType.I32), 2);
    assertThat(
            Run.function(
                    "%a: tensor<4xf32>, %n: tensor<i32>",
                    "tensor<?xf32>", text, f32(1, 2, 3, 4), two)
                .get(0)
                .floats())
        .isEqualTo(new float[] {1, 2});
  }

  @Test
  void aBoxIsMovedToLieWithinTheOperand() {
    String text =
        """
        %s = stablehlo.dynamic_slice %a, %i, sizes = [2]
          : (tensor<?xf32>, tensor<ui8>) -> tensor<2xf32>
        %u = stablehlo.dynamic_update_slice %a, %s, %i
          : (tensor<?xf32>, tensor<2xf32>, tensor<ui8>) -> tensor<?xf32>
        return %s, %u : tensor<2xf32>, tensor<?xf32>""";
    HostArray far = HostArray.of(TensorType.of(ElementType.UI8), 200);
    var results =
        Run.function(
            "%a: tensor<?xf32>, %i: tensor<ui8>",
            "tensor<2xf32>, tensor<?xf32>", text, f32(1, 2, 3, 4), far);
    assertThat(results.get(0).floats()).isEqualTo(new float[] {3, 4});
    assertThat(results.get(1).floats()).isEqualTo(new float[] {1, 2, 3, 4});
  }

  @Test
  void anAssertionOnShapesTellsItsMessage() {
    String text =
        """
        %n = stablehlo.get_dimension_size %a, dim = 0 : (tensor<?xf32>) -> tensor<i32>
        %c = stablehlo.constant dense<3> : tensor<i32>
        %p = stablehlo.compare GE, %n, %c : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.custom_call @shape_assertion(%p, %n) {error_message = "a is {0}, not 3 or more.",
          has_side_effect = true} : (tensor<i1>, tensor<i32>) -> ()
        return""";
    assertThat(Run.function("%a: tensor<?xf32>", "", text, f32(1, 2, 3))).isEmpty();
    assertThat(Run.error("%a: tensor<?xf32>", "", text, f32(1, 2)))
        .contains("[partir:check-failed] a is 2, not 3 or more. See");
  }
}
