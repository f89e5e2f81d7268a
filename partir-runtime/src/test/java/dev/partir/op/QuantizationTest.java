package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.interp.Interpreter;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantized types and what is computed with them. The expected numbers are by hand. */
final class QuantizationTest {
  /** Halves, 3 above; -64.5 to 65.0. */
  private static final String HALVES = "tensor<4x!quant.uniform<i8:f32, 0.5:-3>>";

  private static final String ONES = "tensor<4x!quant.uniform<i8:f32, 1.0>>";

  private static final String ARGUMENTS =
      "%x = stablehlo.constant dense<[1.0, -0.3, 100.0, 0.25]> : tensor<4xf32>\n"
          + "%q = stablehlo.uniform_quantize %x : (tensor<4xf32>) -> "
          + HALVES
          + "\n";

  private static Module parse(String text) {
    return MlirParser.parse("t.mlir", "func.func @main() {\n" + text + "return\n}\n");
  }

  /** Runs a program, and again as it is printed in both forms. */
  private static void run(String text) {
    Module module = parse(text);
    Interpreter.run(module, List.of());
    for (PrintOptions form : List.of(PrintOptions.PRETTY, PrintOptions.GENERIC)) {
      Interpreter.run(MlirParser.parse("again.mlir", MlirPrinter.print(module, form)), List.of());
    }
  }

  private static String dequantized(String name, String type, String elements) {
    String floats = type.replaceAll("!quant.*", "f32>");
    return name
        + "f = stablehlo.uniform_dequantize "
        + name
        + " : ("
        + type
        + ") -> "
        + floats
        + "\ncheck.expect_eq_const "
        + name
        + "f, dense<"
        + elements
        + "> : "
        + floats
        + "\n";
  }

  private static String refusal(String text) {
    return assertThrows(PartirException.class, () -> parse(ARGUMENTS + text))
        .diagnostics()
        .get(0)
        .toString();
  }

  @Test
  void numbersBecomeTheNearestThatThereAre() {
    // Half a half lies between the integers -3 and -2, of which -2 is even.
    run(ARGUMENTS + dequantized("%q", HALVES, "[1.0, -0.5, 65.0, 0.5]"));
  }

  @Test
  void integersAreKeptWithinTheirRange() {
    String type = "tensor<4x!quant.uniform<i8<-10:12>:f32, 0.5>>";
    run(
        ARGUMENTS
            + "%r = stablehlo.uniform_quantize %x : (tensor<4xf32>) -> "
            + type
            + "\n"
            + dequantized("%r", type, "[1.0, -0.5, 6.0, 0.0]"));
  }

  @Test
  void everySliceOfAnAxisHasItsScale() {
    String type = "tensor<2x2x!quant.uniform<u8:f32:1, {0.5:2, 0.25}>>";
    run(
        "%x = stablehlo.constant dense<[[-1.0, -1.0], [3.3, 3.3]]> : tensor<2x2xf32>\n"
            + "%q = stablehlo.uniform_quantize %x : (tensor<2x2xf32>) -> "
            + type
            + "\n"
            + dequantized("%q", type, "[[-1.0, 0.0], [3.5, 3.25]]"));
  }

  @Test
  void sumsAreRoundedToTheTypeOfTheResult() {
    run(
        ARGUMENTS
            + "%s = stablehlo.add %q, %q : ("
            + HALVES
            + ", "
            + HALVES
            + ") -> "
            + ONES
            + "\n"
            + dequantized("%s", ONES, "[2.0, -1.0, 127.0, 1.0]"));
  }

  @Test
  void functionsAreOfTheNumbersThatAreMeant() {
    // tanh(1) is 0.76, and 1.52 halves.
    run(
        ARGUMENTS
            + "%t = stablehlo.tanh %q : "
            + HALVES
            + "\n"
            + dequantized("%t", HALVES, "[1.0, -0.5, 1.0, 0.5]")
            + "%z = stablehlo.constant dense<0.0> : tensor<4xf32>\n"
            + "%y = stablehlo.uniform_quantize %z : (tensor<4xf32>) -> "
            + ONES
            + "\n%c = stablehlo.compare GT, %q, %y, FLOAT : ("
            + HALVES
            + ", "
            + ONES
            + ") -> tensor<4xi1>\n"
            + "check.expect_eq_const %c, dense<[true, false, true, true]> : tensor<4xi1>\n");
  }

  @Test
  void integersOfAConstantAreWrittenAsSuch() {
    run(
        "%c = \"stablehlo.constant\"() {value = dense<[1, 7, -3, 0]> : tensor<4xi8>} : () -> "
            + HALVES
            + "\n"
            + dequantized("%c", HALVES, "[2.0, 5.0, 0.0, 1.5]"));
  }

  @Test
  void productsOfMatrices() {
    String numbers = "tensor<2x2x!quant.uniform<i8:f32, 0.5:1>>";
    String sums = "tensor<2x2x!quant.uniform<i32:f64, 0.25>>".replace("f64", "f32");
    String narrow = "tensor<2x2x!quant.uniform<i16:f32, 0.25>>";
    assertThat(refusal("%a = \"a.b\"() : () -> " + sums + "\n")).contains("constraint C1");
    run(
        "%x = stablehlo.constant dense<[[1.0, 2.5], [-1.5, 0.5]]> : tensor<2x2xf32>\n"
            + "%q = stablehlo.uniform_quantize %x : (tensor<2x2xf32>) -> "
            + numbers
            + "\n%p = stablehlo.dot_general %q, %q, contracting_dims = [1] x [0] : ("
            + numbers
            + ", "
            + numbers
            + ") -> "
            + narrow
            + "\n"
            + dequantized("%p", narrow, "[[-2.75, 3.75], [-2.25, -3.5]]")
            + "%h = stablehlo.dot_general %x, %q, contracting_dims = [1] x [0] : "
            + "(tensor<2x2xf32>, "
            + numbers
            + ") -> tensor<2x2xf32>\n"
            + "check.expect_eq_const %h, dense<[[-2.75, 3.75], [-2.25, -3.5]]> : tensor<2x2xf32>\n");
  }

  @Test
  void convolutions() {
    String image = "tensor<1x4x1x!quant.uniform<i8:f32, 0.5:1>>";
    String kernel = "tensor<2x1x1x!quant.uniform<i8:f32, 0.5>>";
    String narrow = "tensor<1x3x1x!quant.uniform<i16:f32, 0.25>>";
    String window = " dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {} ";
    String groups = "{batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (";
    // Windows of two: x[i] - 2 x[i + 1].
    run(
        "%x = stablehlo.constant dense<[[[1.0], [2.5], [-1.5], [0.5]]]> : tensor<1x4x1xf32>\n"
            + "%w = stablehlo.constant dense<[[[1.0]], [[-2.0]]]> : tensor<2x1x1xf32>\n"
            + "%q = stablehlo.uniform_quantize %x : (tensor<1x4x1xf32>) -> "
            + image
            + "\n%k = stablehlo.uniform_quantize %w : (tensor<2x1x1xf32>) -> "
            + kernel
            + "\n%p = stablehlo.convolution(%q, %k)"
            + window
            + groups
            + image
            + ", "
            + kernel
            + ") -> "
            + narrow
            + "\n"
            + dequantized("%p", narrow, "[[[-4.0], [5.5], [-2.5]]]"));
  }

  @Test
  void quantizedProgramsAreNotLooped() {
    var operations =
        parse(ARGUMENTS + "%t = stablehlo.tanh %q : " + HALVES + "\n")
            .functions()
            .get(0)
            .body()
            .operations();
    assertThat(FactorRule.of(operations.get(2)).toString())
        .isEqualTo("([i])->([j]) {i=4, j=4} need_replication={i, j}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!quant.uniform<i8:f32, 0.5:-3>",
        "!quant.uniform<i8<-127:127>:f32:0, {0.1:1, 0.2}>",
        "!quant.uniform<u4:bf16, 1.0e-4:15>",
        "!quant.uniform<i32:f64, 2.0>",
        "!quant.uniform<i8:f32:{0:1}, {0.5, 0.25:3}>",
        "!quant.uniform<i8:f32:{}, {0.5:7}>",
      })
  void typesAreReadAndPrinted(String element) {
    String type = "tensor<2x" + element + ">";
    Module module =
        MlirParser.parse(
            "t.mlir",
            "func.func @main(%a: " + type + ") -> " + type + " {\nreturn %a : " + type + "\n}\n");
    String printed = module.functions().get(0).arguments().get(0).type().toString();
    assertThat(printed).isEqualTo(type);
  }

  @Test
  void everyBlockHasItsScale() {
    String type = "tensor<2x4x!quant.uniform<i8:f32:{0:1, 1:2}, {{0.5, 1.0}, {2.0:1, 4.0}}>>";
    run(
        "%x = stablehlo.constant dense<[[1.6, 1.6, 1.6, 1.6], [3.4, 5.2, 5.2, 9.0]]> "
            + ": tensor<2x4xf32>\n%q = stablehlo.uniform_quantize %x : (tensor<2x4xf32>) -> "
            + type
            + "\n"
            + dequantized("%q", type, "[[1.5, 1.5, 2.0, 2.0], [4.0, 6.0, 4.0, 8.0]]"));
  }

  @Test
  void listsOfScalesAreOfOneLength() {
    assertThat(
            refusal(
                "%a = \"a.b\"() : () -> "
                    + "tensor<2x4x!quant.uniform<i8:f32:{0:1, 1:2}, {{0.5, 1.0}, {2.0}}>>\n"))
        .contains("a list of 1 scales beside one of 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f32:f32, 0.5 | storage type is no integer type",
        "i8:i32, 0.5 | (constraint C1",
        "i8<-129:127>:f32, 0.5 | (constraint C4",
        "i8<5:5>:f32, 0.5 | (constraint C4",
        "i8:f32, 0.0 | (constraint C6, C7",
        "i8:f32, -1.0 | (constraint C6, C7",
        "i8:f32, 1 | a scale such as 0.5",
        "i8:f32, 0.5:128 | (constraint C8",
        "i8:f32:1, {0.5} | (constraint C12",
        "i8:f32:0, {0.5} | 1 scales for dimension 0 of size 4 (constraint C13",
        "i8:f32:{0:3}, {0.5} | 1 scales along dimension 0 of size 4, in blocks of 3",
        "i8:f32:{0:2}, {0.5} | 1 scales along dimension 0 of size 4, in blocks of 2",
        "i8:f32:{}, {0.5, 0.5} | 2 scales along dimension 0 of size 4, which is one block",
        "i8:f32:{0:0}, {0.5} | a block of size 0",
        "i8:f32:{0:2, 0:2}, {0.5} | dimension 0 is given twice",
        "i8:f32:{1:2}, {0.5} | (constraint C12",
      })
  void wrongTypesAreNamed(String parameters, String message) {
    assertThat(refusal("%a = \"a.b\"() : () -> tensor<4x!quant.uniform<" + parameters + ">>\n"))
        .contains(message);
  }

  @Test
  void typesThatDoNotBelongTogetherAreNamed() {
    assertThat(
            refusal(
                "%s = stablehlo.add %q, %x : (" + HALVES + ", tensor<4xf32>) -> tensor<4xf32>\n"))
        .contains("Operands and result are quantized and of one storage type");
    assertThat(refusal("%s = stablehlo.reshape %q : (" + HALVES + ") -> " + ONES + "\n"))
        .contains("cannot change their meaning");
    assertThat(refusal("%s = stablehlo.uniform_dequantize %x : (tensor<4xf32>) -> tensor<4xf32>\n"))
        .contains("It takes quantized numbers");
    assertThat(refusal("%s = stablehlo.convert %q : (" + HALVES + ") -> tensor<4xi32>\n"))
        .contains("uniform_dequantize");
    assertThat(
            refusal(
                "%s = stablehlo.uniform_quantize %x : (tensor<4xf32>) ->"
                    + " tensor<4x!quant.uniform<i8:f64, 0.5>>\n"))
        .contains("expresses f32");
  }
}
