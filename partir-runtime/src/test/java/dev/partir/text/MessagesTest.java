package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.text.Programs.error;
import static dev.partir.text.Programs.errors;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.PartirException;
import org.junit.jupiter.api.Test;

final class MessagesTest {

  @Test
  void whatIsExpectedAndWhatIsThere() {
    assertThat(errors("func.func @f() {\n  return\n"))
        .containsExactly(
            "t.mlir:3:1: [partir:syntax] expected \"}\", found the end of the text. See"
                + " docs/errors/syntax.md");
    assertThat(error("%0 = stablehlo.iota dim : tensor<2xi32>"))
        .isEqualTo(
            "t.mlir:2:25: [partir:syntax] expected \"=\", found \":\". See docs/errors/syntax.md");
    assertThat(error("%0 = stablehlo.iota dim = 0 : tensor<2xi32> extra"))
        .isEqualTo(
            "t.mlir:2:45: [partir:syntax] expected the end of the operation, found \"extra\". See"
                + " docs/errors/syntax.md");
    assertThat(error("%0 = stablehlo.constant \"a"))
        .startsWith("t.mlir:2:25: [partir:syntax] the string is not closed on its line.");
  }

  @Test
  void severalMistakesInOneRun() {
    assertThat(
            errors(
                """
                func.func @f(%a: tensor<2xf32>) -> tensor<2xf32> {
                  %0 = stablehlo.ad %a, %a : tensor<2xf32>
                  %1 = stablehlo.add %a, %b : tensor<2xf32>
                  %2 = stablehlo.add %1, %0 : tensor<2xf32>
                  return %2 : tensor<2xf32>
                }
                func.func @g(%a tensor<2xf32>) {
                  return
                }
                func.func @h(%a: tensor<2xf32>) {
                  %0 = stablehlo.transpose %a, dims = [0, 1] : (tensor<2xf32>) -> tensor<2xf32>
                  return
                }
                """))
        .containsExactly(
            "t.mlir:2:8: [partir:unknown-op] the operation stablehlo.ad is not known. Did you mean"
                + " stablehlo.add. See docs/errors/unknown-op.md",
            "t.mlir:3:26: [partir:undefined] %b is not defined. Did you mean %a. See"
                    .replace(" Did you mean %a.", "")
                + " docs/errors/undefined.md",
            "t.mlir:7:17: [partir:syntax] expected \":\", found \"tensor\". See"
                + " docs/errors/syntax.md",
            "t.mlir:11:8: [partir:invalid-op] stablehlo.transpose: permutation has 2 numbers for an"
                + " operand of rank 1 (constraint C2). Name every dimension once."
                + " See docs/errors/invalid-op.md")
        .inOrder();
  }

  @Test
  void namesThatAreNotDefined() {
    assertThat(
            error(
                "%mask = stablehlo.constant dense<1> : tensor<i32>",
                "%1 = stablehlo.negate %maks : tensor<i32>"))
        .isEqualTo(
            "t.mlir:3:23: [partir:undefined] %maks is not defined. Did you mean %mask. See"
                + " docs/errors/undefined.md");
    assertThat(
            error(
                "%1 = stablehlo.negate %0 : tensor<i32>",
                "%0 = stablehlo.constant dense<1> : tensor<i32>"))
        .isEqualTo(
            "t.mlir:2:23: [partir:undefined] %0 is used before its definition in line 3. Move the"
                + " definition before its first use. See docs/errors/undefined.md");
    assertThat(error("%1 = stablehlo.negate %1 : tensor<i32>"))
        .contains("%1 is used before its definition in line 2.");
    assertThat(
            error(
                "%0 = stablehlo.constant dense<1> : tensor<i32>",
                "%1 = stablehlo.negate %0#1 : tensor<i32>"))
        .isEqualTo(
            "t.mlir:3:23: [partir:undefined] %0 has 1 value, so that there is no %0#1. Results"
                + " count from 0. See docs/errors/undefined.md");
    assertThat(error("call @g() : () -> ()"))
        .isEqualTo(
            "t.mlir:2:1: [partir:undefined] the function @g is not defined. See"
                + " docs/errors/undefined.md");
    assertThat(errors("module attributes {a.x = #one} {}\n#on = 1\n"))
        .containsExactly(
            "t.mlir:1:26: [partir:undefined] the alias #one is not defined. Did you mean #on. See"
                + " docs/errors/undefined.md");
  }

  @Test
  void valuesOfARegionStayInIt() {
    assertThat(
            errors(
                """
                func.func @f(%a: tensor<2xf32>, %z: tensor<f32>) -> tensor<f32> {
                  %0 = stablehlo.reduce(%a init: %z) across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
                    reducer(%x: tensor<f32>, %y: tensor<f32>) {
                    %1 = stablehlo.add %x, %z : tensor<f32>
                    stablehlo.return %1 : tensor<f32>
                  }
                  return %1 : tensor<f32>
                }
                """))
        .containsExactly(
            "t.mlir:7:10: [partir:undefined] %1 is not visible here: it is defined in line 4,"
                + " inside of a region that has ended. Return it from the region. See"
                + " docs/errors/undefined.md");
  }

  @Test
  void namesThatAreDefinedTwice() {
    assertThat(
            error(
                "%0 = stablehlo.constant dense<1> : tensor<i32>",
                "%0 = stablehlo.constant dense<2> : tensor<i32>"))
        .isEqualTo(
            "t.mlir:3:1: [partir:redefined] %0 is defined already in line 2. Give one of the two"
                + " another name. See docs/errors/redefined.md");
    assertThat(errors("func.func @f() { return }\nfunc.func @f() { return }\n"))
        .containsExactly(
            "t.mlir:2:11: [partir:redefined] a second function @f. Give one of the two another"
                + " name. See docs/errors/redefined.md");
    assertThat(errors("module attributes {a.x = 1, a.x = 2} {}"))
        .containsExactly(
            "t.mlir:1:29: [partir:redefined] the attribute \"a.x\" is given twice. Keep one. See"
                + " docs/errors/redefined.md");
    assertThat(errors("#a = [#b]\n#b = [#a]\nmodule attributes {a.x = #a} {}"))
        .containsExactly(
            "t.mlir:1:7: [partir:redefined] the alias #b stands for itself. Define it without using"
                + " it. See docs/errors/redefined.md");
  }

  @Test
  void typesThatDoNotAgree() {
    assertThat(
            error(
                "%0 = stablehlo.constant dense<1> : tensor<2xi32>",
                "%1 = stablehlo.negate %0 : tensor<3xi32>",
                "%2 = stablehlo.negate %1 : tensor<4xi32>"))
        .isEqualTo(
            "t.mlir:3:28: [partir:type-mismatch] operand 0, %0, is a tensor<2xi32>, but is used as"
                + " a tensor<3xi32>. Write the type of its definition. See"
                + " docs/errors/type-mismatch.md");
    assertThat(error("%0:2 = stablehlo.constant dense<1> : tensor<2xi32>"))
        .isEqualTo(
            "t.mlir:2:1: [partir:type-mismatch] names for 2 results of an operation that has 1."
                + " Write %0 =. See docs/errors/type-mismatch.md");
    assertThat(errors("func.func @f() -> tensor<i32> {\n  return\n}"))
        .containsExactly(
            "t.mlir:2:3: [partir:type-mismatch] return: it gives (), the function declares"
                + " (tensor<i32>). Make both the same. See docs/errors/type-mismatch.md");
    assertThat(
            errors(
                "func.func @f() {\n  call @g() : () -> ()\n  return\n}\n"
                    + "func.func @g(%x: tensor<i32>) { return }\n"))
        .containsExactly(
            "t.mlir:2:3: [partir:type-mismatch] @g is called as () -> (), but is (tensor<i32>) ->"
                + " (). Call it with the types that it declares. See docs/errors/type-mismatch.md");
  }

  @Test
  void operationsThatNobodyKnows() {
    assertThat(
            error(
                "%0 = \"mine.op\"() {a = 1} : () -> tensor<2xf32>",
                "%1 = stablehlo.negate %0 : tensor<2xf32>"))
        .isEqualTo(
            "t.mlir:2:6: [partir:unknown-op] the operation mine.op is not known. See"
                + " docs/errors/unknown-op.md");
    assertThat(
            error(
                "%0 = mine.loop(%1) {",
                "  %2 = mine.other {a} : tensor<2xf32>",
                "} do {",
                "}",
                "%3 = stablehlo.constant dense<1> : tensor<i32>"))
        .startsWith("t.mlir:2:6: [partir:unknown-op] the operation mine.loop is not known.");
  }

  @Test
  void blocksThatDoNotEnd() {
    assertThat(errors("func.func @f() {\n}\n"))
        .containsExactly(
            "t.mlir:2:1: [partir:invalid-op] the function does not end in return. Add return with"
                + " its results. See docs/errors/invalid-op.md");
    assertThat(errors("func.func @f() {\n  return\n  return\n}\n"))
        .containsExactly(
            "t.mlir:3:3: [partir:invalid-op] an operation behind the end of its block. The return"
                + " must be last. See docs/errors/invalid-op.md");
    assertThat(error("^bb1:", "%0 = stablehlo.constant dense<1> : tensor<i32>"))
        .startsWith("t.mlir:2:1: [partir:unsupported] a second block in a region.");
  }

  @Test
  void typesThatCannotBe() {
    assertThat(error("%0 = stablehlo.iota dim = 0 : tensor<2xf33>"))
        .isEqualTo(
            "t.mlir:2:40: [partir:unsupported] \"f33\" is no known element type. Did you mean f32."
                + " See docs/errors/unsupported.md");
    assertThat(error("%0 = stablehlo.iota dim = 0 : tensor<*xf32>"))
        .contains("t.mlir:2:38: [partir:unsupported] a tensor of unknown rank");
    assertThat(error("%0 = stablehlo.iota dim = 0 : tensor<2xf32, #sparse>"))
        .isEqualTo(
            "t.mlir:2:45: [partir:unsupported] the type of a tensor with an encoding. Of encodings"
                + " bounds are supported, as in #stablehlo.bounds<4, ?>: leave others out. See"
                + " docs/errors/unsupported.md");
    assertThat(error("%0 = stablehlo.iota dim = 0 : memref<2xf32>"))
        .contains("\"memref\" is no type that a value can have");
    assertThat(error("%0 = stablehlo.iota dim = 0 : !t"))
        .contains("[partir:undefined] the type !t is not defined");
    assertThat(error("%0 = stablehlo.iota dim = 0 : tensor<2xcomplex<i32>>"))
        .contains("[partir:unsupported] complex numbers of i32");
  }

  @Test
  void oneBadFunctionHidesNoOther() {
    assertThat(
            errors(
                """
                module {
                  func.func @f(%a: tensor<2xf32) {
                    return
                  }
                  func.func @g() {
                    %0 = stablehlo.nothing
                    return
                  }
                }
                """))
        .containsExactly(
            "t.mlir:2:32: [partir:syntax] expected \">\", found \")\". See docs/errors/syntax.md",
            "t.mlir:6:10: [partir:unknown-op] the operation stablehlo.nothing is not known. See"
                + " docs/errors/unknown-op.md")
        .inOrder();
  }

  @Test
  void functionsWithoutBodyAndSecondModules() {
    assertThat(errors("func.func private @f(tensor<2xf32>)\n"))
        .containsExactly(
            "t.mlir:2:1: [partir:unsupported] the function @f has no body. Every function must be"
                + " defined in its module. See docs/errors/unsupported.md");
    assertThat(errors("module {}\nmodule {}\n"))
        .containsExactly(
            "t.mlir:2:1: [partir:unsupported] a second module begins here. Separate modules by"
                + " lines of // -----. See docs/errors/unsupported.md");
  }

  @Test
  void bytecodeIsNoText() {
    assertThat(errors("ML\uFFFDR\0\0"))
        .containsExactly(
            "t.mlir:1:1: [partir:syntax] this is MLIR bytecode, not text. Convert it to text, as"
                + " with stablehlo-translate or mlir-opt. See docs/errors/syntax.md");
  }

  @Test
  void everyModuleOfATextIsRead() {
    PartirException refusal =
        assertThrows(
            PartirException.class,
            () -> MlirParser.parseAll("t.mlir", "module }\n// -----\nmodule {}\n// -----\nx\n"));
    assertThat(refusal.diagnostics().stream().map(d -> d.location().line()).toList())
        .containsExactly(1, 5)
        .inOrder();
  }

  @Test
  void aLocationIsNoPartOfADeclaration() {
    assertThat(
            errors(
                """
                module {
                  sdy.mesh @mesh = <["x"=2]>#loc1 loc(#loc1)
                }
                #loc1 = loc("file.py":1:2)
                """))
        .containsExactly(
            "t.mlir:4:9: [partir:syntax] a location is used in place of an attribute. See"
                + " docs/errors/syntax.md");
  }
}
