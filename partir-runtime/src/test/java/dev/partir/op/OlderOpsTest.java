package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

/** Operations that only older files have, and custom calls that stand for operations. */
final class OlderOpsTest {
  private static HostArray f32(long[] dims, float... values) {
    return HostArray.of(TensorType.of(ElementType.F32, dims), values);
  }

  private static final HostArray A = f32(new long[] {2, 3}, 1, 2, 3, 4, 5, 6);

  private static float[] ofA(String result, String operation) {
    return Run.function(
            "%a: tensor<2x3xf32>", result, "%r = " + operation + "\nreturn %r : " + result, A)
        .get(0)
        .floats();
  }

  @Test
  void broadcastAddsDimensionsBefore() {
    assertThat(
            ofA(
                "tensor<2x2x3xf32>",
                "stablehlo.broadcast %a, sizes = [2] : (tensor<2x3xf32>) -> tensor<2x2x3xf32>"))
        .isEqualTo(new float[] {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
  }

  @Test
  void dotMultipliesVectorsAndMatrices() {
    String text =
        "%r = stablehlo.dot %a, %b, precision = [DEFAULT, HIGHEST]"
            + " : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>\nreturn %r : tensor<2xf32>";
    assertThat(
            Run.function(
                    "%a: tensor<2x3xf32>, %b: tensor<3xf32>",
                    "tensor<2xf32>", text, A, f32(new long[] {3}, 1, 10, 100))
                .get(0)
                .floats())
        .isEqualTo(new float[] {321, 654});
    assertThat(
            Run.error(
                "%a: tensor<2x3xf32>",
                "tensor<2x3xf32>",
                "%r = stablehlo.dot %a, %a : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>\n"
                    + "return %r : tensor<2x3xf32>"))
        .contains("it multiplies a tensor<2x3xf32> with a tensor<2x3xf32>");
  }

  @Test
  void einsumSumsOverLettersThatTheResultLacks() {
    // sum over j of a[i, j] b[k, j], for k before i; and l is in b alone.
    String text =
        "%r = stablehlo.einsum %a, %b, config = \"ij,kjl->ki\""
            + " : (tensor<2x3xf32>, tensor<1x3x2xf32>) -> tensor<1x2xf32>\n"
            + "return %r : tensor<1x2xf32>";
    assertThat(
            Run.function(
                    "%a: tensor<2x3xf32>, %b: tensor<1x3x2xf32>",
                    "tensor<1x2xf32>", text, A, f32(new long[] {1, 3, 2}, 1, 0, 5, 5, 50, 50))
                .get(0)
                .floats())
        .isEqualTo(new float[] {321, 654});
    assertThat(
            ofA(
                "tensor<3xf32>",
                "stablehlo.unary_einsum %a, config = \"ij->j\" : (tensor<2x3xf32>) -> tensor<3xf32>"))
        .isEqualTo(new float[] {5, 7, 9});
    assertThat(
            ofA(
                "tensor<3x2xf32>",
                "stablehlo.unary_einsum %a, config = \"ij->ji\""
                    + " : (tensor<2x3xf32>) -> tensor<3x2xf32>"))
        .isEqualTo(new float[] {1, 4, 2, 5, 3, 6});
  }

  @Test
  void anEinsumThatMakesNoSenseIsTold() {
    String wrong =
        "%r = stablehlo.unary_einsum %a, config = \"ij->k\" : (tensor<2x3xf32>) -> tensor<2xf32>\n"
            + "return %r : tensor<2xf32>";
    assertThat(Run.error("%a: tensor<2x3xf32>", "tensor<2xf32>", wrong))
        .contains("the result has k, which no operand has");
    assertThat(Run.error("%a: tensor<2x3xf32>", "tensor<2xf32>", wrong.replace("ij->k", "...->i")))
        .contains("einsum_config is \"...->i\"");
  }

  @Test
  void torchIndexSelectTakesSlicesPerBatch() {
    String text =
        """
        %r = "stablehlo.torch_index_select"(%a, %i) {dim = 1 : i64, batch_dims = 1 : i64}
          : (tensor<2x3xf32>, tensor<2x2xi32>) -> tensor<2x2xf32>
        return %r : tensor<2x2xf32>""";
    assertThat(
            Run.function(
                    "%a: tensor<2x3xf32>, %i: tensor<2x2xi32>",
                    "tensor<2x2xf32>",
                    text,
                    A,
                    HostArray.of(TensorType.of(ElementType.I32, 2, 2), 2, 0, 1, 1))
                .get(0)
                .floats())
        .isEqualTo(new float[] {3, 1, 5, 5});
  }

  @Test
  void crossReplicaSumAddsUpItsGroup() {
    String text =
        """
        func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
          %r:2 = "interpreter.run_parallel"(%a, %b) {programs = [[@f], [@f]]}
            : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
          return %r#1 : tensor<2xf32>
        }
        func.func private @f(%a: tensor<2xf32>) -> tensor<2xf32> {
          %r = "stablehlo.cross-replica-sum"(%a) {replica_groups = dense<[[0, 1]]> :
            tensor<1x2xi64>} : (tensor<2xf32>) -> tensor<2xf32>
          return %r : tensor<2xf32>
        }
        """;
    assertThat(
            Run.module(text, f32(new long[] {2}, 1, 2), f32(new long[] {2}, 10, 20))
                .get(0)
                .floats())
        .isEqualTo(new float[] {11, 22});
  }

  @Test
  void shardingAnnotationsAreTheIdentity() {
    String text =
        "stablehlo.custom_call @Sharding(%a) {mhlo.sharding = \"{replicated}\"}"
            + " : (tensor<2x3xf32>) -> tensor<2x3xf32>";
    assertThat(ofA("tensor<2x3xf32>", text)).isEqualTo(A.floats());
  }

  @Test
  void aTargetThatNamesAnOperationIsThat() {
    assertThat(
            ofA(
                "tensor<2x3xf32>",
                "stablehlo.custom_call @mhlo.negate(%a) {mhlo.version = 1 : i64}"
                    + " : (tensor<2x3xf32>) -> tensor<2x3xf32>"))
        .isEqualTo(new float[] {-1, -2, -3, -4, -5, -6});
    assertThat(
            Run.function(
                    "%a: tensor<2x3xf32>",
                    "tensor<2x2xi32>",
                    "%v, %i = stablehlo.custom_call @mhlo.topk(%a)"
                        + " {mhlo.attributes = {k = 2 : i64, largest = true}}"
                        + " : (tensor<2x3xf32>) -> (tensor<2x2xf32>, tensor<2x2xi32>)\n"
                        + "return %i : tensor<2x2xi32>",
                    A)
                .get(0)
                .ints())
        .isEqualTo(new int[] {2, 1, 2, 1});
  }

  @Test
  void aRoutineOfALibraryIsRefusedByName() {
    assertThat(
            Run.error(
                "%a: tensor<2x3xf32>",
                "tensor<2x3xf32>",
                "%r = stablehlo.custom_call @lapack_sgetrf_ffi(%a)"
                    + " : (tensor<2x3xf32>) -> tensor<2x3xf32>\nreturn %r : tensor<2x3xf32>",
                A))
        .contains("custom_call @lapack_sgetrf_ffi cannot be run. It is a routine of LAPACK");
  }
}
