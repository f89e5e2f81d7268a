package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/** {@code stablehlo.dot_general}: its forms, its types and what it refuses. */
final class DotGeneralOpTest {
  @Test
  void narrowOperandsAreMultipliedInTheTypeOfTheResult() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<i32> {
                  %a = stablehlo.constant dense<[100, 100]> : tensor<2xi8>
                  %b = stablehlo.constant dense<[100, -3]> : tensor<2xi8>
                  %r = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0]
                    : (tensor<2xi8>, tensor<2xi8>) -> tensor<i32>
                  return %r : tensor<i32>
                }
                """))
        .isEqualTo("9700");
  }

  @Test
  void operandsMayDifferWhereTheResultIncludesBoth() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<f32> {
                  %a = stablehlo.constant dense<[3.0, 2.0]> : tensor<2xbf16>
                  %b = stablehlo.constant dense<[0.1, 0.25]> : tensor<2xf32>
                  %r = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0]
                    : (tensor<2xbf16>, tensor<2xf32>) -> tensor<f32>
                  return %r : tensor<f32>
                }
                """))
        .isEqualTo(Double.toString(3 * 0.1f + 0.5f));
  }

  @Test
  void bothSpellingsOfTheAlgorithmAreRead() {
    String fields =
        "<lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32,"
            + " lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 3,"
            + " allow_imprecise_accumulation = false>";
    for (String operation :
        new String[] {
          "stablehlo.dot_general %a, %b, batching_dims = [0] x [1], contracting_dims = [1] x [0],"
              + " precision = [DEFAULT, DEFAULT], algorithm = "
              + fields,
          "\"stablehlo.dot_general\"(%a, %b) {dot_dimension_numbers = #stablehlo.dot<"
              + "lhs_batching_dimensions = [0], rhs_batching_dimensions = [1],"
              + " lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>,"
              + " algorithm = #stablehlo.dot_algorithm"
              + fields
              + "}"
        }) {
      assertThat(
              Snippets.elements(
                  """
                  func.func @main() -> tensor<2xf32> {
                    %%a = stablehlo.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
                    %%b = stablehlo.constant dense<[[1.0, 10.0], [100.0, 1000.0]]> : tensor<2x2xf32>
                    %%r = %s : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
                    return %%r : tensor<2xf32>
                  }
                  """
                      .formatted(operation)))
          .isEqualTo("201 4030");
    }
  }

  private static String refusal(String form, String result) {
    return Snippets.refusal(
        """
        func.func @main(%%a: tensor<2x3xf32>, %%b: tensor<3x4xf32>) {
          %%r = stablehlo.dot_general %%a, %%b, %s : (tensor<2x3xf32>, tensor<3x4xf32>) -> %s
          return
        }
        """
            .formatted(form, result));
  }

  @Test
  void wrongDimensionsAreToldByTheConstraint() {
    assertThat(refusal("contracting_dims = [1] x [1]", "tensor<2x3xf32>"))
        .isEqualTo(
            "dimension 1 of tensor<2x3xf32> (lhs_contracting_dimensions) and dimension 1 of"
                + " tensor<3x4xf32> (rhs_contracting_dimensions) have sizes 3 and 4"
                + " (constraint C10)");
    assertThat(refusal("contracting_dims = [1, 0] x [0]", "tensor<4xf32>"))
        .isEqualTo(
            "it has 2 lhs_contracting_dimensions and 1 rhs_contracting_dimensions (constraint C2)");
    assertThat(refusal("contracting_dims = [2] x [0]", "tensor<2x4xf32>"))
        .isEqualTo("lhs_contracting_dimensions has 2 for a tensor of rank 2 (constraint C3, C6)");
    assertThat(refusal("contracting_dims = [1] x [0], precision = [FAST]", "tensor<2x4xf32>"))
        .isEqualTo("its precision_config is not a list of two (constraint C11)");
    assertThat(refusal("contracting_dims = [1] x [0]", "tensor<4x2xf32>"))
        .contains("the operands make it tensor<2x4xf32> (constraint C12)");
  }

  @Test
  void integersAreSummedAsTheNumbersOfAWiderResult() {
    for (String result : new String[] {"f32", "i32", "f64"}) {
      assertThat(
              Snippets.elements(
                  """
                  func.func @main() -> tensor<%1$s> {
                    %%x = stablehlo.constant dense<100> : tensor<3xi8>
                    %%r = stablehlo.dot_general %%x, %%x, contracting_dims = [0] x [0]
                      : (tensor<3xi8>, tensor<3xi8>) -> tensor<%1$s>
                    return %%r : tensor<%1$s>
                  }
                  """
                      .formatted(result)))
          .isEqualTo("30000");
    }
  }

  /** Contracts [1 + 2^-9, 2^-9] with ones by an algorithm. */
  private static String algorithm(String precision, String accumulation, int primitives) {
    return Snippets.elements(
        """
        func.func @main() -> tensor<f32> {
          %%a = stablehlo.constant dense<[1.001953125, 0.001953125]> : tensor<2xf32>
          %%b = stablehlo.constant dense<1.0> : tensor<2xf32>
          %%r = stablehlo.dot_general %%a, %%b, contracting_dims = [0] x [0], algorithm = <
            lhs_precision_type = %1$s, rhs_precision_type = %1$s, accumulation_type = %2$s,
            lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = %3$d,
            allow_imprecise_accumulation = false> : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
          return %%r : tensor<f32>
        }
        """
            .formatted(precision, accumulation, primitives));
  }

  @Test
  void anAlgorithmRoundsOperandsAndSums() {
    assertThat(algorithm("f32", "f32", 1)).isEqualTo("1.00390625");
    // bf16 has 8 bits: 1 + 2^-9 is rounded to 1; tf32 has 11.
    assertThat(algorithm("bf16", "f32", 1)).isEqualTo("1.001953125");
    assertThat(algorithm("bf16", "bf16", 1)).isEqualTo("1");
    assertThat(algorithm("tf32", "f32", 1)).isEqualTo("1.00390625");
    // What one number of bf16 leaves of an operand is a second one.
    assertThat(algorithm("bf16", "f32", 3)).isEqualTo("1.00390625");
  }

  @Test
  void anAlgorithmIsChecked() {
    String form =
        "contracting_dims = [1] x [0], algorithm = <lhs_precision_type = %s, rhs_precision_type ="
            + " f32, accumulation_type = %s, lhs_component_count = 1, rhs_component_count = 1,"
            + " num_primitive_operations = 1, allow_imprecise_accumulation = false>";
    assertThat(refusal(form.formatted("i8", "f32"), "tensor<2x4xf32>"))
        .isEqualTo("the lhs_precision_type of its algorithm is i8 (constraint I8)");
    assertThat(refusal(form.formatted("tf32", "tf32"), "tensor<2x4xf32>"))
        .isEqualTo("the accumulation_type of its algorithm is tf32 (constraint I10)");
  }
}
