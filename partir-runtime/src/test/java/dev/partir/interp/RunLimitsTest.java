package dev.partir.interp;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirParser;
import org.junit.jupiter.api.Test;

/** Programs that no machine could run are answered with a diagnostic that has a place. */
final class RunLimitsTest {
  private static Diagnostic refusal(String result, String... lines) {
    Module module =
        MlirParser.parse(
            "t.mlir",
            "func.func @main() -> "
                + result
                + " {\n"
                + String.join("\n", lines)
                + "\nreturn %0 : "
                + result
                + "\n}\n");
    PartirException refused =
        assertThrows(
            PartirException.class,
            () -> Interpreter.run(module, SeededArrays.forArguments(module.main(), 0)));
    return refused.diagnostics().get(0);
  }

  @Test
  void anArrayThatJavaCannotMake() {
    Diagnostic refusal =
        refusal(
            "tensor<100000x100000xf32>", "%0 = stablehlo.iota dim = 0 : tensor<100000x100000xf32>");
    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT);
    assertThat(refusal.toString())
        .startsWith("t.mlir:2:6: [partir:limit] tensor<100000x100000xf32>: it has more numbers");
  }

  @Test
  void sizesThatAreComputed() {
    Diagnostic refusal =
        refusal(
            "tensor<?x?xf32>",
            "%n = stablehlo.constant dense<4611686018427387904> : tensor<2xi64>",
            "%0 = stablehlo.dynamic_iota %n, dim = 1 : (tensor<2xi64>) -> tensor<?x?xf32>");
    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT);
    assertThat(refusal.location().line()).isEqualTo(3);
  }

  @Test
  void anArrayLargerThanTheHeap() {
    // As long as Java allows, 16 GiB: more than the virtual machines of tests are given.
    assertThat(Runtime.getRuntime().maxMemory()).isLessThan(16L << 30);
    Diagnostic refusal =
        refusal(
            "tensor<2147483639xf64>",
            "%0 = stablehlo.constant dense<1.0> : tensor<2147483639xf64>");
    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT);
    assertThat(refusal.toString()).contains("take more memory than the Java heap");
    assertThat(refusal.location().line()).isEqualTo(2);
  }

  @Test
  void aCallInACircle() {
    Diagnostic refusal = refusal("tensor<2xf32>", "%0 = call @main() : () -> tensor<2xf32>");
    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT);
  }

  @Test
  void sidesOfAnEmptyProductMayBeLongerThanAnInt() {
    Module module =
        MlirParser.parse(
            "t.mlir",
            """
            func.func @main(%x: tensor<0x9999999999xf32>, %y: tensor<9999999999x0xf32>)
                -> tensor<0x0xf32> {
              %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0]
                  : (tensor<0x9999999999xf32>, tensor<9999999999x0xf32>) -> tensor<0x0xf32>
              return %0 : tensor<0x0xf32>
            }
            """);
    assertThat(Interpreter.run(module, SeededArrays.forArguments(module.main(), 0)).get(0).length())
        .isEqualTo(0);
  }
}
