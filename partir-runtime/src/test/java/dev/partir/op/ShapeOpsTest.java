package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operations that move elements: sizes at their limits, and what they refuse. */
final class ShapeOpsTest {
  private static String run(String constant, String operation, String result) {
    return Snippets.elements(
        "func.func @main() -> "
            + result
            + " {\n%z = stablehlo.constant dense<0> : tensor<i32>\n%x = stablehlo.constant "
            + constant
            + "\n%r = "
            + operation
            + "\nreturn %r : "
            + result
            + "\n}\n");
  }

  private static final String LINE = "dense<[1, 2, 3, 4, 5]> : tensor<5xi32>";

  @Test
  void paddingMayCutAndSpread() {
    assertThat(
            run(
                LINE,
                "stablehlo.pad %x, %z, low = [-3], high = [1], interior = [1]"
                    + " : (tensor<5xi32>, tensor<i32>) -> tensor<7xi32>",
                "tensor<7xi32>"))
        .isEqualTo("0 3 0 4 0 5 0");
    assertThat(
            run(
                LINE,
                "stablehlo.pad %x, %z, low = [-7], high = [4], interior = [0]"
                    + " : (tensor<5xi32>, tensor<i32>) -> tensor<2xi32>",
                "tensor<2xi32>"))
        .isEqualTo("0 0");
  }

  @Test
  void slicesMayBeEmptyAndStridesLong() {
    assertThat(
            run(
                LINE,
                "stablehlo.slice %x [1:5:9223372036854775807] : (tensor<5xi32>) -> tensor<1xi32>",
                "tensor<1xi32>"))
        .isEqualTo("2");
    assertThat(
            run(
                LINE,
                "stablehlo.slice %x [3:3] : (tensor<5xi32>) -> tensor<0xi32>",
                "tensor<0xi32>"))
        .isEmpty();
  }

  @Test
  void startsAreMovedSoThatSlicesFitUnsignedOnesToo() {
    String slice =
        "stablehlo.dynamic_slice %x, %s, sizes = [2] : (tensor<5xi32>, TYPE) -> tensor<2xi32>";
    String far = "stablehlo.constant dense<18446744073709551615> : tensor<ui64>\n%r = ";
    String before = "stablehlo.constant dense<-7> : tensor<i64>\n%r = ";
    assertThat(
            Snippets.elements(
                program(far + slice.replace("TYPE", "tensor<ui64>"), "tensor<2xi32>")))
        .isEqualTo("4 5");
    assertThat(
            Snippets.elements(
                program(before + slice.replace("TYPE", "tensor<i64>"), "tensor<2xi32>")))
        .isEqualTo("1 2");
  }

  private static String program(String operations, String result) {
    return "func.func @main() -> "
        + result
        + " {\n%x = stablehlo.constant "
        + LINE
        + "\n%s = "
        + operations
        + "\nreturn %r : "
        + result
        + "\n}\n";
  }

  @Test
  void arraysWithoutElementsAreConcatenated() {
    assertThat(
            run(
                "dense<> : tensor<0x2xi32>",
                "stablehlo.concatenate %x, %x, dim = 0"
                    + " : (tensor<0x2xi32>, tensor<0x2xi32>) -> tensor<0x2xi32>",
                "tensor<0x2xi32>"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "stablehlo.slice"(%x) {start_indices = array<i64: 0>, limit_indices = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<1x1xf32> | it has no strides (constraint I4)
          stablehlo.slice %x [0:3, 0:1] : (tensor<2x3xf32>) -> tensor<3x1xf32> | dimension 0 of size 2 is sliced [0:3:1] (constraint C3, C4)
          "stablehlo.slice"(%x) {start_indices = true, limit_indices = array<i64: 1>, strides = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<1x1xf32> | start_indices is not a list of integers (constraint I2)
          stablehlo.transpose %x, dims = [0, 0] : (tensor<2x3xf32>) -> tensor<2x2xf32> | permutation has 0 twice (constraint C2)
          stablehlo.reverse %x, dims = [2] : tensor<2x3xf32> | dimensions has 2 for a tensor of rank 2 (constraint C2, C3)
          stablehlo.reshape %x : (tensor<2x3xf32>) -> tensor<5xf32> | it makes a tensor<5xf32> of a tensor<2x3xf32> (constraint C2)
          stablehlo.broadcast_in_dim %x, dims = [1, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32> | broadcast_dimensions has 1 twice (constraint C3, C4)
          stablehlo.broadcast_in_dim %x, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<4x3xf32> | operand dimension 0 of size 2 becomes result dimension 0 of size 4 (constraint C5)
          stablehlo.concatenate %x, %x, dim = 2 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32> | dimension is 2 for operands of rank 2 (constraint C4)
          stablehlo.iota dim = 4294967296 : tensor<2xi32> | iota_dimension is 2147483647 for a result of rank 1 (constraint C1)
          stablehlo.pad %x, %f, low = [0, -9], high = [0, 0], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x0xf32> | dimension 1 of size 3 is padded by -9 and 0 with interior 0 (constraint C3, C4)
          stablehlo.dynamic_slice %x, %i, %j, sizes = [1, 1] : (tensor<2x3xf32>, tensor<i32>, tensor<i64>) -> tensor<1x1xf32> | start 1 is a tensor<i64> beside a tensor<i32> (constraint C3)
          stablehlo.dynamic_update_slice %x, %x, %i : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32> | it writes a tensor<2x3xf32> with 1 starts into a tensor<2x3xf32> (constraint C2, C3, C4)
          "stablehlo.all_gather"(%x) {all_gather_dim = 2 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>} : (tensor<2x3xf32>) -> tensor<4x3xf32> | all_gather_dim is 2 for an operand of rank 2 (constraint C1)
          "stablehlo.all_gather"(%x) {all_gather_dim = 0 : i64, replica_groups = dense<[[0, 0]]> : tensor<1x2xi64>} : (tensor<2x3xf32>) -> tensor<4x3xf32> | replica_groups has 0 twice (constraint C2)
          "stablehlo.all_to_all"(%x) {split_dimension = 1 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>} : (tensor<2x3xf32>) -> tensor<4x1xf32> | a dimension of size 3 is split into 2 (constraint C2)
          "stablehlo.collective_permute"(%x) {source_target_pairs = dense<[[0, 1], [2, 1]]> : tensor<2x2xi64>} : (tensor<2x3xf32>) -> tensor<2x3xf32> | the pair [2, 1] repeats a source or a target (constraint C2, C3)
          "stablehlo.collective_permute"(%x) {source_target_pairs = dense<[[0, 1, 2]]> : tensor<1x3xi64>} : (tensor<2x3xf32>) -> tensor<2x3xf32> | it has no source_target_pairs of two numbers each (constraint C1)
          "stablehlo.gather"(%x, %i) {slice_sizes = array<i64: 1, 3>} : (tensor<2x3xf32>, tensor<i32>) -> tensor<3xf32> | it has no dimension_numbers of the form #stablehlo.gather<...> (constraint I3-I8)
          "stablehlo.gather"(%x, %i) {slice_sizes = array<i64: 1, 4>, dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [0], start_index_map = [0]>} : (tensor<2x3xf32>, tensor<i32>) -> tensor<4xf32> | slice size 4 in dimension 1 of size 3 (constraint C21)
          "stablehlo.gather"(%x, %i) {slice_sizes = array<i64: 2, 3>, dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [0], start_index_map = [0]>} : (tensor<2x3xf32>, tensor<i32>) -> tensor<3xf32> | slice size 2 in dimension 0, which is left out (constraint C9, C12)
          """)
  void whatDoesNotFitIsToldByTheConstraint(String operation, String problem) {
    assertThat(
            Snippets.refusal(
                "func.func @main(%x: tensor<2x3xf32>, %f: tensor<f32>, %i: tensor<i32>,"
                    + " %j: tensor<i64>) {\n%r = "
                    + operation
                    + "\nreturn\n}\n"))
        .isEqualTo(problem);
  }
}
