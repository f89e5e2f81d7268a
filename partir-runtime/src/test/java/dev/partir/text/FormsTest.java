package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.Module;
import org.junit.jupiter.api.Test;

/** The same program in the spellings that there are. */
final class FormsTest {
  private static void assertSame(String a, String b) {
    Module first = Programs.parse(a);
    assertThat(SameProgram.difference(first, Programs.parse(b))).isEmpty();
    Programs.assertRoundTrip("t", first);
  }

  private static String function(String... lines) {
    return "func.func @f(%a: tensor<4x2xf32>, %b: tensor<4x2xf32>, %z: tensor<f32>) {\n"
        + String.join("\n", lines)
        + "\nreturn\n}\n";
  }

  @Test
  void propertiesOrOneDictionaryBeforeOrBehindTheRegions() {
    String body =
        "({^bb0(%x: tensor<f32>, %y: tensor<f32>):"
            + " %1 = stablehlo.add %x, %y : tensor<f32> stablehlo.return %1 : tensor<f32>})";
    String type = " : (tensor<4x2xf32>, tensor<f32>) -> tensor<2xf32>";
    String expected =
        function(
            "%0 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] :"
                + " (tensor<4x2xf32>, tensor<f32>) -> tensor<2xf32>");
    assertSame(
        expected,
        function(
            "%0 = \"stablehlo.reduce\"(%a, %z) <{dimensions = array<i64: 0>}> " + body + type));
    assertSame(
        expected,
        function(
            "%0 = \"stablehlo.reduce\"(%a, %z) " + body + " {dimensions = array<i64: 0>}" + type));
    assertSame(
        expected,
        function(
            "%0 = \"stablehlo.reduce\"(%a, %z) "
                + body
                + " {dimensions = dense<0> : tensor<1xi64>}"
                + type));
  }

  /** As MLIR has it: the only operation of its kind whose attributes stand before its operands. */
  @Test
  void attributesOfABarrierStandBeforeItsOperands() {
    String barrier = "%0 = stablehlo.optimization_barrier {mark = 1 : i32} %a : tensor<4x2xf32>";
    assertSame(
        function(
            "%0 = \"stablehlo.optimization_barrier\"(%a) {mark = 1 : i32} : (tensor<4x2xf32>) -> tensor<4x2xf32>"),
        function(barrier));
    assertThat(MlirPrinter.print(Programs.parse(function(barrier)))).contains(barrier);
    assertSame(
        function("stablehlo.optimization_barrier ()"),
        function("\"stablehlo.optimization_barrier\"() : () -> ()"));
  }

  @Test
  void aReducerThatIsNoPlainOperationKeepsItsBody() {
    String swapped =
        function(
            "%0 = stablehlo.reduce(%a init: %z) across dimensions = [0] :"
                + " (tensor<4x2xf32>, tensor<f32>) -> tensor<2xf32>",
            " reducer(%x: tensor<f32>, %y: tensor<f32>) {",
            "  %1 = stablehlo.add %y, %x : tensor<f32>",
            "  stablehlo.return %1 : tensor<f32>",
            "}");
    assertThat(MlirPrinter.print(Programs.parse(swapped))).contains("stablehlo.add %y, %x");
    Programs.assertRoundTrip("t", Programs.parse(swapped));
  }

  @Test
  void dotGeneralInBothSpellings() {
    assertSame(
        function(
            "%0 = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [1] x"
                + " [1], precision = [DEFAULT, HIGHEST] : (tensor<4x2xf32>, tensor<4x2xf32>) ->"
                + " tensor<4xf32>"),
        function(
            "%0 = \"stablehlo.dot_general\"(%a, %b) <{dot_dimension_numbers ="
                + " #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0],"
                + " lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>,"
                + " precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision"
                + " HIGHEST>]}> : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4xf32>"));
  }

  @Test
  void dotGeneralWithoutContractedDimensions() {
    Programs.assertRoundTrip(
        "t",
        Programs.parse(
            function(
                "%0 = stablehlo.dot_general %a, %z, contracting_dims = [] x [] :"
                    + " (tensor<4x2xf32>, tensor<f32>) -> tensor<4x2xf32>",
                "%1 = \"stablehlo.dot_general\"(%a, %z) <{dot_dimension_numbers ="
                    + " #stablehlo.dot<>, precision_config = []}> :"
                    + " (tensor<4x2xf32>, tensor<f32>) -> tensor<4x2xf32>")));
  }

  @Test
  void oneTypeOrAllTypes() {
    assertSame(
        function("%0 = stablehlo.add %a, %b : tensor<4x2xf32>"),
        function(
            "%0 = stablehlo.add %a, %b : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>"));
    assertSame(
        function(
            "%0 = stablehlo.compare LT, %a, %b, FLOAT : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xi1>"),
        function(
            "%0 = \"stablehlo.compare\"(%a, %b) {comparison_direction = #stablehlo<comparison_direction"
                + " LT>, compare_type = #stablehlo<comparison_type FLOAT>} :"
                + " (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xi1>"));
  }

  @Test
  void callsInBothNamesAndForms() {
    String callee =
        "func.func private @g(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>)"
            + " { return %x, %x : tensor<f32>, tensor<f32> }\n";
    String type = "(tensor<f32>) -> (tensor<f32>, tensor<f32>)";
    String expected = function("%0:2 = call @g(%z) : " + type) + callee;
    assertSame(expected, function("%0:2 = func.call @g(%z) : " + type) + callee);
    assertSame(expected, function("%0:2 = \"func.call\"(%z) <{callee = @g}> : " + type) + callee);
    assertSame(expected, function("%p, %q = call @g(%z) : " + type) + callee);
  }

  @Test
  void modulesWithAndWithoutHeaderAndInGenericForm() {
    String function =
        "func.func private @f(%x: tensor<f32> {a.b = 1 : i32}) -> (tensor<f32> {c.d}) {"
            + " return %x : tensor<f32> }";
    assertSame(function, "module { " + function + "}");
    assertSame(
        "module @m attributes {a.x = 1} { " + function + "}",
        """
        "builtin.module"() <{sym_name = "m"}> ({
          "func.func"() <{arg_attrs = [{a.b = 1 : i32}], function_type = (tensor<f32>) -> tensor<f32>,
                          res_attrs = [{c.d}], sym_name = "f", sym_visibility = "private"}> ({
          ^bb0(%arg0: tensor<f32>):
            "func.return"(%arg0) : (tensor<f32>) -> ()
          }) : () -> ()
        }) {a.x = 1 : i64} : () -> ()
        """);
    assertSame(
        "module { " + function + "}",
        """
        "builtin.module"() ({
          "func.func"() ({
          ^bb0(%arg0: tensor<f32>):
            "func.return"(%arg0) : (tensor<f32>) -> ()
          }) {arg_attrs = [{a.b = 1 : i32}], function_type = (tensor<f32>) -> tensor<f32>,
              res_attrs = [{c.d}], sym_name = "f", sym_visibility = "private"} : () -> ()
        }) : () -> ()
        """);
  }

  @Test
  void operationsOfOtherDialectsInTheModuleAreKept() {
    Module module =
        Programs.parse(
            """
            #m = #sdy.mesh<["x"=2]>
            module {
              sdy.mesh @mesh = <["x"=2, "y"=4]> loc("mesh")
              "sdy.mesh"() <{mesh = #m, sym_name = "small"}> : () -> ()
              func.func @f() { return }
            }
            """);
    assertThat(module.declarations())
        .containsExactly(
            "sdy.mesh @mesh = <[\"x\"=2, \"y\"=4]>",
            "\"sdy.mesh\"() <{mesh = #sdy.mesh<[\"x\"=2]>, sym_name = \"small\"}> : () -> ()")
        .inOrder();
    Programs.assertRoundTrip("t", module);
  }

  @Test
  void severalModulesInOneText() {
    var modules =
        MlirParser.parseAll(
            "t.mlir",
            """
            // The first.
            module @a {}
            // -----
            // Nothing.
            // -----
            func.func @f() { return }
            """);
    assertThat(modules).hasSize(2);
    assertThat(modules.get(0).name()).isEqualTo("a");
    assertThat(modules.get(1).main().location().line()).isEqualTo(6);
  }

  @Test
  void aBitOfEverything() {
    Module module = Programs.parse(Programs.everything());
    Programs.assertRoundTrip("everything", module);
    assertThat(module.main().argumentName(0)).isEqualTo("params['w']");
  }

  @Test
  void blanksAndCommentsMayStandAnywhere() {
    assertSame(
        function("%0 = stablehlo.add %a, %b : tensor<4x2xf32>"),
        function("%0 // name\n=\nstablehlo.add // op\n%a\n,%b:tensor // type\n< 4x2xf32 >"));
  }
}
