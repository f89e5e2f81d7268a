package dev.partir.grad;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.array.SpecialFunctions;
import dev.partir.interp.Interpreter;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.text.MlirParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives of forms that random instances have not, and which operations they are made of. */
final class DerivativeFormsTest {
  private static Function pullback(String text) {
    Function function = MlirParser.parse("p.mlir", "func.func @main" + text).main();
    Function pullback = Derivatives.pullback(function, i -> true);
    assertThat(Derivatives.findings(pullback)).isEmpty();
    return pullback;
  }

  /** Returns the names of the operations that a derivative of one operation adds, in order. */
  private static List<String> added(String text) {
    return pullback(text).body().operations().stream()
        .map(Operation::name)
        .filter(name -> !name.endsWith(".constant") && !name.equals("func.return"))
        .skip(1)
        .map(name -> name.substring(name.indexOf('.') + 1))
        .toList();
  }

  private static void law(String text) {
    Function function = MlirParser.parse("p.mlir", "func.func @main" + text).main();
    SplittableRandom random = new SplittableRandom(1);
    List<HostArray> arguments = new ArrayList<>();
    for (Value argument : function.arguments()) {
      arguments.add(
          Derivatives.isDifferentiable(argument)
              ? Derivatives.random(argument.tensor(), random)
              : Derivatives.integers(argument.tensor(), random));
    }
    assertThat(Derivatives.broken(function, pullback(text), i -> true, arguments, random)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sdy.sharding_constraint %x <@mesh, [{}, {}]> : tensor<2x3xf64>",
        "sdy.propagation_barrier %x allowed_direction=NONE : tensor<2x3xf64>",
        "stablehlo.optimization_barrier %x : tensor<2x3xf64>",
        "stablehlo.custom_call @Sharding(%x) : (tensor<2x3xf64>) -> tensor<2x3xf64>"
      })
  void theIdentityHandsOn(String operation) {
    String text =
        "(%x: tensor<2x3xf64>) -> tensor<2x3xf64> {\n %r = "
            + operation
            + "\n return %r : tensor<2x3xf64>\n}";
    Function function =
        MlirParser.parse("p.mlir", "sdy.mesh @mesh = <[\"a\"=1]>\nfunc.func @main" + text).main();
    Function pullback = Derivatives.pullback(function, i -> true);
    boolean again = operation.contains("sharding") || operation.contains("Sharding");
    assertThat(pullback.body().operations()).hasSize(again ? 3 : 2);
    if (!again) {
      assertThat(pullback.results().get(0)).isEqualTo(pullback.arguments().get(1));
    } else {
      Operation added = pullback.body().operations().get(1);
      assertThat(added.attributes()).isEqualTo(pullback.body().operations().get(0).attributes());
      assertThat(added.operand(0)).isEqualTo(pullback.arguments().get(1));
    }
  }

  @Test
  void roundedNumbersHandOn() {
    Function pullback =
        pullback(
            """
            (%x: tensor<2xf64>) -> tensor<2xf64> {
              %r = stablehlo.reduce_precision %x, format = e5m10 : tensor<2xf64>
              return %r : tensor<2xf64>
            }""");
    assertThat(pullback.results().get(0)).isEqualTo(pullback.arguments().get(1));
  }

  @Test
  void conversionsConvertBack() {
    for (String types :
        List.of(
            "tensor<2xf64>) -> tensor<2xcomplex<f64>>",
            "tensor<2xcomplex<f64>>) -> tensor<2xf64>",
            "tensor<2xcomplex<f64>>) -> tensor<2xcomplex<f64>>")) {
      String result = types.substring(types.indexOf("-> ") + 3);
      law(
          "(%x: "
              + types
              + " {\n %r = stablehlo.convert %x : ("
              + types
              + "\n return %r : "
              + result
              + "\n}");
    }
    assertThat(
            added(
                """
                (%x: tensor<2xbf16>) -> tensor<2xf32> {
                  %r = stablehlo.convert %x : (tensor<2xbf16>) -> tensor<2xf32>
                  return %r : tensor<2xf32>
                }"""))
        .containsExactly("convert");
  }

  @Test
  void productsOfOtherTypesSumInTheWiderOne() {
    Function pullback =
        pullback(
            """
            (%x: tensor<4x3xbf16>, %w: tensor<3x2xbf16>) -> tensor<4x2xf32> {
              %r = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x3xbf16>, tensor<3x2xbf16>) -> tensor<4x2xf32>
              return %r : tensor<4x2xf32>
            }""");
    for (Value gradient : pullback.results()) {
      Operation convert = Objects.requireNonNull(gradient.definition());
      assertThat(convert.name()).isEqualTo("stablehlo.convert");
      Operation product = Objects.requireNonNull(convert.operand(0).definition());
      assertThat(product.name()).isEqualTo("stablehlo.dot_general");
      assertThat(product.attributes().has("precision_config")).isTrue();
    }
  }

  @Test
  void ofRaggedProductsOfComplexNumbersThereAreNone() {
    PartirException e =
        assertThrows(
            PartirException.class,
            () ->
                pullback(
                    """
                    (%x: tensor<4x3xcomplex<f32>>, %w: tensor<2x3x5xcomplex<f32>>, %g: tensor<2xi32>) -> tensor<4x5xcomplex<f32>> {
                      %r = "chlo.ragged_dot"(%x, %w, %g) {ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1], lhs_ragged_dimensions = [0], rhs_group_dimensions = [0]>} : (tensor<4x3xcomplex<f32>>, tensor<2x3x5xcomplex<f32>>, tensor<2xi32>) -> tensor<4x5xcomplex<f32>>
                      return %r : tensor<4x5xcomplex<f32>>
                    }"""));
    assertThat(e).hasMessageThat().contains("[partir:no-derivative]");
    assertThat(e).hasMessageThat().contains("it sums real numbers only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"f64", "f32"})
  void besselFunctionsHaveTheirSlopeEverywhere(String element) {
    double[] places = {0, -0.0, 1e-9, 0.5, -1.5, 3, 7.999, 8, -8, 8.001, 40, -1e5, 1e20};
    Function pullback =
        pullback(
            """
            (%x: tensor<13xEL>) -> tensor<13xEL> {
              %r = chlo.bessel_i1e %x : tensor<13xEL> -> tensor<13xEL>
              return %r : tensor<13xEL>
            }"""
                .replace("EL", element));
    TensorType type = pullback.arguments().get(0).tensor();
    HostArray x = HostArray.zeros(type);
    HostArray ones = HostArray.zeros(type);
    for (int i = 0; i < places.length; i++) {
      x.set(i, places[i]);
      ones.set(i, 1);
    }
    HostArray slopes = Interpreter.run(pullback, List.of(x, ones)).get(0);
    double unit = element.equals("f64") ? Math.ulp(1.0) : Math.ulp(1f);
    for (int i = 0; i < places.length; i++) {
      double expected = SpecialFunctions.besselI1eSlope(x.get(i));
      // Near 0 the slope goes from 1/2 to below 0, and terms are of the order of 1/2.
      double scale = Math.abs(x.get(i)) <= 8 ? 0.5 : Math.abs(expected);
      assertWithMessage("at %s", x.get(i))
          .that(slopes.get(i))
          .isWithin(16 * unit * scale)
          .of(expected);
    }
  }

  @Test
  void whatTheyAreMadeOf() {
    assertThat(
            added(
                """
                (%x: tensor<2x3xf64>) -> tensor<6xf64> {
                  %r = stablehlo.reshape %x : (tensor<2x3xf64>) -> tensor<6xf64>
                  return %r : tensor<6xf64>
                }"""))
        .containsExactly("reshape");
    assertThat(
            added(
                """
                (%x: tensor<8x6xf64>, %z: tensor<f64>) -> tensor<4x3xf64> {
                  %r = "stablehlo.reduce_window"(%x, %z) ({
                    ^bb0(%a: tensor<f64>, %b: tensor<f64>):
                    %s = stablehlo.add %a, %b : tensor<f64>
                    stablehlo.return %s : tensor<f64>
                  }) {window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>} : (tensor<8x6xf64>, tensor<f64>) -> tensor<4x3xf64>
                  return %r : tensor<4x3xf64>
                }"""
                    .replace("%z: tensor<f64>", "%i: tensor<i32>")
                    .replace(
                        "{\n  %r", "{\n  %z = stablehlo.constant dense<0.0> : tensor<f64>\n  %r")))
        .containsExactly("reduce_window");
    assertThat(
            added(
                """
                (%x: tensor<8x6xf64>) -> tensor<4x3xf64> {
                  %z = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
                  %r = "stablehlo.reduce_window"(%x, %z) ({
                    ^bb0(%a: tensor<f64>, %b: tensor<f64>):
                    %s = stablehlo.maximum %a, %b : tensor<f64>
                    stablehlo.return %s : tensor<f64>
                  }) {window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>} : (tensor<8x6xf64>, tensor<f64>) -> tensor<4x3xf64>
                  return %r : tensor<4x3xf64>
                }"""))
        .containsExactly("select_and_scatter");
    assertThat(
            added(
                """
                (%x: tensor<1x8x8x4xf64>, %k: tensor<3x3x4x5xf64>) -> tensor<1x6x6x5xf64> {
                  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x8x8x4xf64>, tensor<3x3x4x5xf64>) -> tensor<1x6x6x5xf64>
                  return %r : tensor<1x6x6x5xf64>
                }"""))
        .containsExactly("convolution", "convolution");
  }

  @Test
  void elementsThatShareAnExtremeShareItsCotangent() {
    Function pullback =
        pullback(
            """
            (%x: tensor<4xf64>) -> tensor<f64> {
              %z = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
              %r = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [0] : (tensor<4xf64>, tensor<f64>) -> tensor<f64>
              return %r : tensor<f64>
            }""");
    HostArray x = HostArray.of(pullback.arguments().get(0).tensor(), new double[] {2, 1, 2, 0});
    HostArray one = HostArray.of(pullback.arguments().get(1).tensor(), new double[] {1});
    assertWithMessage("as jax.grad(jnp.max) gives")
        .that(Interpreter.run(pullback, List.of(x, one)).get(0).doubles())
        .isEqualTo(new double[] {0.5, 0, 0.5, 0});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stablehlo.dot_general %x, %y, contracting_dims = [0, 2] x [2, 1] : (tensor<2x4x3xf64>, tensor<5x3x2xf64>) -> tensor<4x5xf64>",
        "stablehlo.dot_general %x, %z, batching_dims = [2] x [1], contracting_dims = [0] x [2] : (tensor<2x4x3xf64>, tensor<6x3x2xf64>) -> tensor<3x4x6xf64>",
        "stablehlo.broadcast_in_dim %x, dims = [3, 0, 2] : (tensor<2x4x3xf64>) -> tensor<4x7x3x2xf64>",
        "stablehlo.fft %c, type = IRFFT, length = [5] : (tensor<4x3xcomplex<f64>>) -> tensor<4x5xf64>",
        "stablehlo.fft %c, type = IRFFT, length = [4, 4] : (tensor<4x3xcomplex<f64>>) -> tensor<4x4xf64>",
        "stablehlo.fft %x, type = RFFT, length = [4, 3] : (tensor<2x4x3xf64>) -> tensor<2x4x2xcomplex<f64>>",
        "stablehlo.fft %c, type = IFFT, length = [4, 3] : (tensor<4x3xcomplex<f64>>) -> tensor<4x3xcomplex<f64>>"
      })
  void formsThatAreRare(String operation) {
    String result = operation.substring(operation.lastIndexOf("-> ") + 3);
    law(
        "(%x: tensor<2x4x3xf64>, %y: tensor<5x3x2xf64>, %z: tensor<6x3x2xf64>, %c: tensor<4x3xcomplex<f64>>) -> "
            + result
            + " {\n %r = "
            + operation
            + "\n return %r : "
            + result
            + "\n}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "maximum", "minimum", "multiply"})
  void windowsFromTheNeutralElement(String monoid) {
    String start =
        switch (monoid) {
          case "add" -> "0.0";
          case "multiply" -> "1.0";
          case "maximum" -> "0xFFF0000000000000";
          default -> "0x7FF0000000000000";
        };
    for (String window :
        List.of(
            "window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 1>, padding = dense<[[1, 2], [0, 1]]> : tensor<2x2xi64>|4x5",
            "window_dimensions = array<i64: 3, 1>, window_strides = array<i64: 1, 2>, base_dilations = array<i64: 2, 1>, padding = dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>|11x3")) {
      String result = "tensor<" + window.substring(window.indexOf('|') + 1) + "xf64>";
      law(
          """
          (%x: tensor<6x6xf64>) -> RESULT {
            %z = stablehlo.constant dense<START> : tensor<f64>
            %r = "stablehlo.reduce_window"(%x, %z) ({
              ^bb0(%a: tensor<f64>, %b: tensor<f64>):
              %s = stablehlo.MONOID %a, %b : tensor<f64>
              stablehlo.return %s : tensor<f64>
            }) {WINDOW} : (tensor<6x6xf64>, tensor<f64>) -> RESULT
            return %r : RESULT
          }"""
              .replace("RESULT", result)
              .replace("START", start)
              .replace("MONOID", monoid)
              .replace("WINDOW", window.substring(0, window.indexOf('|'))));
    }
  }

  @Test
  void ofUpdatesThatReplaceOneElementTheLastCounts() {
    law(
        """
        (%x: tensor<4xf64>, %u: tensor<5xf64>) -> tensor<4xf64> {
          %i = stablehlo.constant dense<[[1], [3], [1], [9], [3]]> : tensor<5x1xi32>
          %r = "stablehlo.scatter"(%x, %i, %u) ({
            ^bb0(%a: tensor<f64>, %b: tensor<f64>):
            stablehlo.return %b : tensor<f64>
          }) {scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, indices_are_sorted = false, unique_indices = false} : (tensor<4xf64>, tensor<5x1xi32>, tensor<5xf64>) -> tensor<4xf64>
          return %r : tensor<4xf64>
        }""");
  }
}
