package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.Monoid;
import dev.partir.op.ReduceOp;
import dev.partir.op.ReturnOp;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MlirPrinterTest {
  private static final TensorType TYPE = TensorType.of(ElementType.F32, 2);

  @ParameterizedTest
  @ValueSource(strings = {"", "public ", "private ", "nested "})
  void visibilityIsPrintedAsItWasWritten(String word) {
    String text = "func.func " + word + "@f() {\n  return\n}\n";
    Module module = MlirParser.parse("a.mlir", text);
    assertThat(MlirPrinter.print(module)).contains("func.func " + word + "@f() {");
    Module again = MlirParser.parse("b.mlir", MlirPrinter.print(module, PrintOptions.GENERIC));
    assertThat(MlirPrinter.print(again)).contains("func.func " + word + "@f() {");
    assertThat(again.functions().get(0).isPublic())
        .isEqualTo(word.isEmpty() || word.equals("public "));
  }

  @Test
  void prettyForm() {
    String text =
        """
        module @m attributes {a.x = 1 : i32, a.y} {
          func.func public @main(%arg0: tensor<2x3xf32> {a.b = "c"}, %arg1: tensor<f32>) -> (tensor<2xf32> {d.e}, tensor<2x3xf32>) attributes {f.g = 1.0 : f64} {
            %0:2 = call @two(%arg0) : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
            %sum = stablehlo.reduce(%0#0 init: %arg1) across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32> reducer(%x: tensor<f32>, %y: tensor<f32>) {
              %2 = stablehlo.add %x, %y : tensor<f32>
              %3 = stablehlo.negate %2 : tensor<f32>
              stablehlo.return %3 : tensor<f32>
            }
            return %sum, %0#1 : tensor<2xf32>, tensor<2x3xf32>
          }
          func.func private @two(%arg0: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
            return %arg0, %arg0 : tensor<2x3xf32>, tensor<2x3xf32>
          }
        }
        """;
    assertThat(MlirPrinter.print(Programs.parse(text))).isEqualTo(text);
  }

  @Test
  void genericForm() {
    String text =
        """
        "builtin.module"() ({
          "func.func"() ({
          ^bb0(%x: tensor<2xf32>, %z: tensor<f32>):
            %0 = "stablehlo.reduce"(%x, %z) ({
            ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
              %1 = "stablehlo.add"(%arg2, %arg3) : (tensor<f32>, tensor<f32>) -> tensor<f32>
              "stablehlo.return"(%1) : (tensor<f32>) -> ()
            }) {dimensions = array<i64: 0>} : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
            "func.return"(%0) : (tensor<f32>) -> ()
          }) {sym_name = "f", function_type = (tensor<2xf32>, tensor<f32>) -> tensor<f32>, sym_visibility = "public"} : () -> ()
        }) {a.x = 1 : i64, sym_name = "m"} : () -> ()
        """;
    Module module = Programs.parse(text);
    assertThat(MlirPrinter.print(module, PrintOptions.GENERIC)).isEqualTo(text);
  }

  @Test
  void callsWithinRegionsNameTheirDialect() {
    String text =
        """
        func.func public @f(%arg0: tensor<2xf32>, %arg1: tensor<f32>) -> tensor<f32> {
          %0 = stablehlo.reduce(%arg0 init: %arg1) across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32> reducer(%x: tensor<f32>, %y: tensor<f32>) {
            %1 = func.call @g(%x, %y) : (tensor<f32>, tensor<f32>) -> tensor<f32>
            stablehlo.return %1 : tensor<f32>
          }
          return %0 : tensor<f32>
        }
        func.func private @g(%arg0: tensor<f32>, %arg1: tensor<f32>) -> tensor<f32> {
          return %arg0 : tensor<f32>
        }
        """;
    Module module = Programs.parse(text);
    assertThat(
            MlirPrinter.print(module.functions().get(0))
                + MlirPrinter.print(module.functions().get(1)))
        .isEqualTo(text);
  }

  @Test
  void symbolsThatAreNoWordsAreQuoted() {
    String text =
        """
        module @"my module" {
          func.func public @"f-1"() {
            call @"f-1"() : () -> ()
            return
          }
        }
        """;
    assertThat(MlirPrinter.print(Programs.parse(text))).isEqualTo(text);
  }

  /** Returns the text of a function that adds its argument to itself, twice. */
  private static String named(@Nullable String argument, @Nullable String... sums) {
    var function = new FunctionBuilder("f");
    Value value = function.argument(TYPE, argument);
    for (String name : sums) {
      value =
          function
              .body()
              .add(
                  BinaryOp.ADD,
                  List.of(value, value),
                  Attributes.EMPTY,
                  List.of(),
                  List.of(TYPE),
                  name == null ? List.of() : List.of(name),
                  dev.partir.ir.Location.UNKNOWN)
              .result();
    }
    ReturnOp.FUNCTION.build(function.body(), List.of(value));
    String text = MlirPrinter.print(function.build());
    Programs.parse(text);
    return text.lines()
        .filter(line -> line.contains(" = "))
        .map(line -> line.strip().replaceAll(" = .*", ""))
        .toList()
        .toString();
  }

  @Test
  void namesAreThoseOfTheSourceWhereTheyAreFree() {
    assertThat(named(null, (String) null, null)).isEqualTo("[%0, %1]");
    assertThat(named("x", "sum", null)).isEqualTo("[%sum, %0]");
    assertThat(named("x", "x", "x")).isEqualTo("[%x_0, %x_1]");
    assertThat(named("x", null, "0")).isEqualTo("[%1, %0]");
    assertThat(named("x", "0", "0")).isEqualTo("[%0, %_0_0]");
    assertThat(named("x", "params['w'][0]", "1a")).isEqualTo("[%params__w___0_, %_1a]");
    assertThat(named("x", "", "\u00E9")).isEqualTo("[%_, %__0]");
  }

  @Test
  void unnamedArgumentsAreNumbered() {
    var function = new FunctionBuilder("f");
    function.argument(TYPE, null);
    Value second = function.argument(TYPE, null);
    Value zero = function.argument(TensorType.of(ElementType.F32), "z");
    ReduceOp.build(function.body(), second, Monoid.ADD, 0);
    ReturnOp.FUNCTION.build(function.body(), List.of(zero));
    assertThat(MlirPrinter.print(function.build()))
        .startsWith(
            "func.func public @f(%arg0: tensor<2xf32>, %arg1: tensor<2xf32>, %z: tensor<f32>)");
  }

  @Test
  void attributesAreWrittenAsTheyAreRead() {
    String entries =
        "a.a = 1 : i64, a.b = -1 : i8, a.c = [1, 2 : i32], a.d = true, a.e = 1.5 : bf16, a.f ="
            + " 0x7F800000 : f32, a.g = \"s\", a.h, a.i = {b, c = [unit]}, a.j = @x::@\"y z\", a.k ="
            + " array<i1: true>, a.l = tensor<2xf32>, a.m = #stablehlo<precision HIGH>, a.n ="
            + " #stablehlo.gather<offset_dims = [0, 1], index_vector_dim = 2>, \"a o\" = 18446744073709551615"
            + " : ui64, a.p = dense_resource<w> : tensor<2xf32>, a.q = array<i64>";
    Module module = Programs.parse("module attributes {" + entries + "} {}");
    assertThat(MlirPrinter.print(module)).isEqualTo("module attributes {" + entries + "} {\n}\n");
    assertThat(module.attributes().get("a.h")).isEqualTo(new Attribute.Unit());
  }
}
