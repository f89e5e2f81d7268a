package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.interp.Interpreter;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elementwise operations, run from text. The expected numbers are by hand or from JAX. */
final class ElementwiseTest {
  private static String program(String... lines) {
    return "func.func @main() {\n" + String.join("\n", lines) + "\nreturn\n}\n";
  }

  /** Runs the lines, which end in checks; also as they are printed. */
  private static void run(String... lines) {
    var module = MlirParser.parse("t.mlir", program(lines));
    Interpreter.run(module, List.of());
    Interpreter.run(
        MlirParser.parse("again.mlir", MlirPrinter.print(module, PrintOptions.PRETTY)), List.of());
  }

  /** Returns the message for lines that are no valid program. */
  private static String refusal(String... lines) {
    return assertThrows(PartirException.class, () -> MlirParser.parse("t.mlir", program(lines)))
        .diagnostics()
        .get(0)
        .toString();
  }

  private static String constant(String name, String elements, String type) {
    return name + " = stablehlo.constant dense<" + elements + "> : " + type;
  }

  private static String equal(String name, String elements, String type) {
    return "check.expect_eq_const " + name + ", dense<" + elements + "> : " + type;
  }

  /** Runs an operation of one operand whose result has its type. */
  private static void unary(String op, String type, String elements, String expected) {
    run(
        constant("%a", elements, type),
        "%r = \"" + op + "\"(%a) : (" + type + ") -> " + type,
        equal("%r", expected, type));
  }

  private static void binary(String op, String type, String a, String b, String expected) {
    run(
        constant("%a", a, type),
        constant("%b", b, type),
        "%r = \"" + op + "\"(%a, %b) : (" + type + ", " + type + ") -> " + type,
        equal("%r", expected, type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "negate | ui8 | 1, 0, 200 | 255, 0, 56",
        "not | i4 | 0, 7, -8 | -1, -8, 7",
        "not | i1 | true, false, true | false, true, false",
        "popcnt | i8 | -1, 0, 5 | 8, 0, 2",
        "popcnt | ui64 | 18446744073709551615, 1, 6 | 64, 1, 2",
        "count_leading_zeros | i8 | -1, 0, 5 | 0, 8, 5",
        "count_leading_zeros | ui16 | 65535, 0, 5 | 0, 16, 13",
        "count_leading_zeros | i64 | -1, 0, 1 | 0, 64, 63",
        "sign | f32 | -2.5, 0.0, 7.0 | -1.0, 0.0, 1.0",
        "round_nearest_afz | f64 | -2.5, 0.49999999999999994, 4503599627370497.0"
            + " | -3.0, 0.0, 4503599627370497.0",
        "round_nearest_even | f32 | -2.5, 0.5, 1.5 | -2.0, 0.0, 2.0",
        "sign | complex<f32> | (3.0, 4.0), (0.0, 0.0), (-2.0, 0.0)"
            + " | (0.6, 0.8), (0.0, 0.0), (-1.0, 0.0)",
        "negate | complex<f64> | (3.0, -4.0), (0.0, 1.0), (2.0, 2.0)"
            + " | (-3.0, 4.0), (0.0, -1.0), (-2.0, -2.0)",
      })
  void ofOneOperand(String op, String element, String elements, String expected) {
    String type = "tensor<3x" + element + ">";
    unary("stablehlo." + op, type, "[" + elements + "]", "[" + expected + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add | i1 | true, false, true | true, false, false | true, false, true",
        "multiply | i1 | true, false, true | true, false, false | true, false, false",
        "add | i8 | 127, -128, 5 | 1, -1, 2 | -128, 127, 7",
        "divide | i32 | 7, -7, -2147483648 | -2, 2, -1 | -3, -3, -2147483648",
        "divide | i32 | 7, 0, -7 | 0, 0, 0 | -1, -1, -1",
        "divide | ui64 | 18446744073709551615, 6, 1 | 2, 4, 3 | 9223372036854775807, 1, 0",
        "remainder | i32 | 7, -7, 5 | -2, 2, 0 | 1, -1, 5",
        "remainder | f64 | 7.5, -7.5, 5.0 | 2.0, 2.0, 3.0 | 1.5, -1.5, 2.0",
        "power | i32 | 2, -1, -3 | -1, -3, 3 | 0, -1, -27",
        "power | f32 | 2.0, 1.0, -2.0 | 0.5, 0x7F800000, 3.0 | 1.41421354, 1.0, -8.0",
        "maximum | ui32 | 4294967295, 0, 1 | 1, 2, 1 | 4294967295, 2, 1",
        "minimum | ui64 | 18446744073709551615, 0, 1 | 1, 2, 1 | 1, 0, 1",
        "shift_left | i8 | 1, 1, -1 | 7, 8, -1 | -128, 0, 0",
        "shift_right_logical | i8 | -128, -1, 4 | 7, 8, 1 | 1, 0, 2",
        "shift_right_arithmetic | i8 | -128, -1, 64 | 7, 9, 6 | -1, -1, 1",
        "shift_right_arithmetic | ui8 | 128, 128, 64 | 7, 9, 6 | 255, 255, 1",
        "shift_right_logical | ui32 | 4294967295, 1, 8 | 31, 32, 2 | 1, 0, 2",
        "add | complex<f32> | (1.0, 2.0), (0.0, 1.0), (3.0, 0.0)"
            + " | (3.0, 4.0), (1.0, 1.0), (0.0, 1.0)"
            + " | (4.0, 6.0), (1.0, 2.0), (3.0, 1.0)",
        "multiply | complex<f64> | (1.0, 2.0), (0.0, 1.0), (3.0, 0.0)"
            + " | (3.0, 4.0), (1.0, 1.0), (0.0, 1.0)"
            + " | (-5.0, 10.0), (-1.0, 1.0), (0.0, 3.0)",
        "divide | complex<f32> | (-5.0, 10.0), (-1.0, 1.0), (0.0, 3.0)"
            + " | (3.0, 4.0), (1.0, 1.0), (0.0, 1.0)"
            + " | (1.0, 2.0), (0.0, 1.0), (3.0, 0.0)",
        "maximum | complex<f32> | (1.0, 2.0), (0.0, 1.0), (3.0, 0.0)"
            + " | (1.0, 3.0), (-1.0, 1.0), (4.0, -1.0)"
            + " | (1.0, 3.0), (0.0, 1.0), (4.0, -1.0)",
        "minimum | complex<f64> | (1.0, 2.0), (0.0, 1.0), (3.0, 0.0)"
            + " | (1.0, 3.0), (-1.0, 1.0), (4.0, -1.0)"
            + " | (1.0, 2.0), (-1.0, 1.0), (3.0, 0.0)",
      })
  void ofTwoOperands(String op, String element, String a, String b, String expected) {
    String type = "tensor<3x" + element + ">";
    binary("stablehlo." + op, type, "[" + a + "]", "[" + b + "]", "[" + expected + "]");
  }

  @Test
  void theLargerOfANumberAndNaNIsNaN() {
    run(
        constant("%a", "[0x7FC00000, 1.0, -0.0]", "tensor<3xf32>"),
        constant("%b", "[1.0, 0x7FC00000, 0.0]", "tensor<3xf32>"),
        "%m = stablehlo.maximum %a, %b : tensor<3xf32>",
        "%n = stablehlo.minimum %a, %b : tensor<3xf32>",
        "%c = stablehlo.bitcast_convert %m : (tensor<3xf32>) -> tensor<3xui32>",
        "%d = stablehlo.bitcast_convert %n : (tensor<3xf32>) -> tensor<3xui32>",
        equal("%c", "[2143289344, 2143289344, 0]", "tensor<3xui32>"),
        equal("%d", "[2143289344, 2143289344, 2147483648]", "tensor<3xui32>"));
  }

  @Test
  void complexNumbersArePutTogetherAndTakenApart() {
    run(
        constant("%a", "[1.0, 2.0]", "tensor<2xf32>"),
        constant("%b", "[3.0, -4.0]", "tensor<2xf32>"),
        "%z = stablehlo.complex %a, %b : tensor<2xcomplex<f32>>",
        equal("%z", "[(1.0, 3.0), (2.0, -4.0)]", "tensor<2xcomplex<f32>>"),
        "%x = stablehlo.real %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>",
        "%y = stablehlo.imag %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>",
        equal("%x", "[1.0, 2.0]", "tensor<2xf32>"),
        equal("%y", "[3.0, -4.0]", "tensor<2xf32>"),
        "%i = stablehlo.imag %a : tensor<2xf32>",
        equal("%i", "0.0", "tensor<2xf32>"),
        "%c = chlo.conj %z : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>",
        equal("%c", "[(1.0, -3.0), (2.0, 4.0)]", "tensor<2xcomplex<f32>>"),
        "%m = stablehlo.abs %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>",
        equal("%m", "[3.1622777, 4.472136]", "tensor<2xf32>"));
  }

  @Test
  void complexNumbersCompareByTheirRealPartsFirst() {
    run(
        constant("%a", "[(1.0, 2.0), (1.0, 3.0), (0.0, 9.0)]", "tensor<3xcomplex<f32>>"),
        constant("%b", "[(1.0, 2.0), (1.0, 2.0), (1.0, 0.0)]", "tensor<3xcomplex<f32>>"),
        "%e = stablehlo.compare EQ, %a, %b, FLOAT : (tensor<3xcomplex<f32>>, "
            + "tensor<3xcomplex<f32>>) -> tensor<3xi1>",
        "%g = stablehlo.compare GT, %a, %b : (tensor<3xcomplex<f32>>, "
            + "tensor<3xcomplex<f32>>) -> tensor<3xi1>",
        equal("%e", "[true, false, false]", "tensor<3xi1>"),
        equal("%g", "[false, true, false]", "tensor<3xi1>"));
  }

  @ParameterizedTest
  @CsvSource({
    "EQ, true, false, false",
    "NE, false, true, true",
    "LT, false, false, true",
    "LE, true, false, true",
    "GT, false, true, false",
    "GE, true, true, false"
  })
  void unsignedNumbersCompareAsWhatTheyMean(String direction, String a, String b, String c) {
    run(
        constant("%a", "[7, 18446744073709551615, 1]", "tensor<3xui64>"),
        constant("%b", "[7, 1, 18446744073709551615]", "tensor<3xui64>"),
        "%r = stablehlo.compare "
            + direction
            + ", %a, %b, UNSIGNED : (tensor<3xui64>, tensor<3xui64>) -> tensor<3xi1>",
        equal("%r", "[" + a + ", " + b + ", " + c + "]", "tensor<3xi1>"));
  }

  @Test
  void theTotalOrderKnowsSignsOfZeroAndNaN() {
    run(
        constant("%a", "[-0.0, 0.0, 0xFFC00000, 0x7FC00000]", "tensor<4xf32>"),
        constant("%b", "[0.0, -0.0, 0xFF800000, 0x7F800000]", "tensor<4xf32>"),
        "%t = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<4xf32>, tensor<4xf32>)"
            + " -> tensor<4xi1>",
        "%f = stablehlo.compare LT, %a, %b, FLOAT : (tensor<4xf32>, tensor<4xf32>)"
            + " -> tensor<4xi1>",
        equal("%t", "[true, false, true, false]", "tensor<4xi1>"),
        equal("%f", "false", "tensor<4xi1>"));
  }

  @Test
  void floatingPointNumbersAreClassified() {
    String infinite = "[0x7F800000, 0xFF800000, 0x7FC00000, 1.0]";
    run(
        constant("%a", infinite, "tensor<4xf32>"),
        "%f = stablehlo.is_finite %a : (tensor<4xf32>) -> tensor<4xi1>",
        "%i = chlo.is_inf %a : tensor<4xf32> -> tensor<4xi1>",
        "%n = chlo.is_neg_inf %a : tensor<4xf32> -> tensor<4xi1>",
        "%p = chlo.is_pos_inf %a : tensor<4xf32> -> tensor<4xi1>",
        equal("%f", "[false, false, false, true]", "tensor<4xi1>"),
        equal("%i", "[true, true, false, false]", "tensor<4xi1>"),
        equal("%n", "[false, true, false, false]", "tensor<4xi1>"),
        equal("%p", "[true, false, false, false]", "tensor<4xi1>"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f32 | i8 | 300.7, -1.9, -200.0 | 127, -1, -128",
        "f32 | ui8 | 300.7, -1.9, 2.9 | 255, 0, 2",
        "f64 | i64 | 1.0e+300, 0x7FF8000000000000, -1.0e+300"
            + " | 9223372036854775807, 0, -9223372036854775808",
        "f64 | ui64 | 1.8446744073709552e+19, 9.223372036854776e+18, -1.0"
            + " | 18446744073709551615, 9223372036854775808, 0",
        "i64 | i8 | 257, -129, 127 | 1, 127, 127",
        "ui32 | i64 | 4294967295, 1, 2 | 4294967295, 1, 2",
        "i32 | ui64 | -1, 1, 2 | 18446744073709551615, 1, 2",
        "i64 | f32 | 1152921573326323713, 16777217, -16777219"
            + " | 1.1529216e+18, 1.6777216e+07, -1.6777220e+07",
        "ui64 | f64 | 18446744073709551615, 9223372036854776833, 1"
            + " | 1.8446744073709552e+19, 9.223372036854778e+18, 1.0",
        "i1 | f32 | true, false, true | 1.0, 0.0, 1.0",
        "f32 | i1 | 0.5, -0.0, 0x7FC00000 | true, false, true",
        "complex<f32> | i1 | (0.0, 1.0), (0.0, 0.0), (1.0, 0.0) | true, false, true",
        "complex<f64> | f32 | (1.5, 1.0), (0.0, 0.0), (-1.0, 2.0) | 1.5, 0.0, -1.0",
        "f32 | complex<f64> | 1.5, 0.0, -1.0 | (1.5, 0.0), (0.0, 0.0), (-1.0, 0.0)",
        "complex<f64> | complex<f32> | (0.1, 1.0), (0.0, 0.0), (-1.0, 2.0)"
            + " | (0.1, 1.0), (0.0, 0.0), (-1.0, 2.0)",
        "f64 | bf16 | 1.00390625000001, 1.00390625, 3.0 | 1.0078125, 1.0, 3.0",
      })
  void conversions(String from, String to, String elements, String expected) {
    String source = "tensor<3x" + from + ">";
    String target = "tensor<3x" + to + ">";
    run(
        constant("%a", "[" + elements + "]", source),
        "%r = stablehlo.convert %a : (" + source + ") -> " + target,
        equal("%r", "[" + expected + "]", target));
  }

  @Test
  void bitsAreReadAsNarrowerNumbersLowestFirst() {
    run(
        constant("%a", "[287454020, 0]", "tensor<2xi32>"),
        "%b = stablehlo.bitcast_convert %a : (tensor<2xi32>) -> tensor<2x4xui8>",
        equal("%b", "[[68, 51, 34, 17], [0, 0, 0, 0]]", "tensor<2x4xui8>"),
        "%c = stablehlo.bitcast_convert %b : (tensor<2x4xui8>) -> tensor<2xi32>",
        "check.expect_eq %c, %a : tensor<2xi32>, tensor<2xi32>",
        constant("%d", "[18, -17]", "tensor<2xi8>"),
        "%e = stablehlo.bitcast_convert %d : (tensor<2xi8>) -> tensor<2x2xi4>",
        equal("%e", "[[2, 1], [-1, -2]]", "tensor<2x2xi4>"));
  }

  @Test
  void bitsOfAComplexNumberAreThoseOfItsParts() {
    run(
        constant("%a", "[(1.0, 2.0), (3.0, 4.0)]", "tensor<2xcomplex<f32>>"),
        "%b = stablehlo.bitcast_convert %a : (tensor<2xcomplex<f32>>) -> tensor<complex<f64>>",
        "%c = stablehlo.bitcast_convert %b : (tensor<complex<f64>>) -> tensor<2xcomplex<f32>>",
        "check.expect_eq %c, %a : tensor<2xcomplex<f32>>, tensor<2xcomplex<f32>>",
        // 0x40000000_3F800000 and 0x40800000_40400000
        equal("%b", "(2.000000473111868, 512.0001225471497)", "tensor<complex<f64>>"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f32 | 1.0, 0.0, -1.0, 0.0 | 2.0, -1.0, 0.0, 0.0"
            + " | 1.00000012, 0x80000001, 0xBF7FFFFF, 0.0",
        "f64 | 1.0, 0.0, -1.0, 2.0 | 0.0, 1.0, -1.0, 0x7FF8000000000000"
            + " | 0.99999999999999989, 0x0000000000000001, -1.0, 0x7FF8000000000000",
        "bf16 | 1.0, 0.0, -1.0, 3.0 | 2.0, 1.0, -2.0, 3.0 | 1.0078125, 0x0001, 0xBF81, 3.0",
        "f16 | 65504.0, 0.0, -1.0, 3.0 | 0x7C00, -1.0, 0.0, 2.0 | 0x7C00, 0x8001, 0xBBFF, 0x41FF",
      })
  void nextNumbersAreThoseOfTheElementType(String element, String a, String b, String expected) {
    String type = "tensor<4x" + element + ">";
    run(
        constant("%a", "[" + a + "]", type),
        constant("%b", "[" + b + "]", type),
        constant("%e", "[" + expected + "]", type),
        "%r = chlo.next_after %a, %b : " + type + ", " + type + " -> " + type,
        "check.expect_close %r, %e, max_ulp_difference = 0 : " + type + ", " + type);
  }

  @Test
  void operandsOfChloOperationsAreBroadcast() {
    run(
        constant("%a", "[[1.0], [2.0]]", "tensor<2x1xf32>"),
        constant("%b", "[10.0, 20.0, 30.0]", "tensor<3xf32>"),
        "%r = chlo.broadcast_add %a, %b : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>",
        equal("%r", "[[11.0, 21.0, 31.0], [12.0, 22.0, 32.0]]", "tensor<2x3xf32>"),
        constant("%c", "[10.0, 20.0]", "tensor<2xf32>"),
        "%s = chlo.broadcast_subtract %r, %c {broadcast_dimensions = array<i64: 0>} : "
            + "(tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>",
        equal("%s", "[[1.0, 11.0, 21.0], [-8.0, 2.0, 12.0]]", "tensor<2x3xf32>"),
        "%t = chlo.broadcast_compare %b, %a {comparison_direction = "
            + "#chlo<comparison_direction GT>} : (tensor<3xf32>, tensor<2x1xf32>)"
            + " -> tensor<2x3xi1>",
        equal("%t", "true", "tensor<2x3xi1>"),
        constant("%p", "[true, false, true]", "tensor<3xi1>"),
        "%u = chlo.broadcast_select %p, %a, %b : (tensor<3xi1>, tensor<2x1xf32>, tensor<3xf32>)"
            + " -> tensor<2x3xf32>",
        equal("%u", "[[1.0, 20.0, 1.0], [2.0, 20.0, 2.0]]", "tensor<2x3xf32>"),
        "%v = chlo.broadcast_complex %c, %a : (tensor<2xf32>, tensor<2x1xf32>)"
            + " -> tensor<2x2xcomplex<f32>>",
        equal(
            "%v",
            "[[(10.0, 1.0), (20.0, 1.0)], [(10.0, 2.0), (20.0, 2.0)]]",
            "tensor<2x2xcomplex<f32>>"));
  }

  @Test
  void numbersOfEightBitsAreReadComputedAndConverted() {
    run(
        constant("%a", "[1.0, -0.3, 0x7E, 0x01]", "tensor<4xf8E4M3FN>"),
        equal("%a", "[1.0, -0.3125, 448.0, 1.953125e-3]", "tensor<4xf8E4M3FN>"),
        "%s = stablehlo.add %a, %a : tensor<4xf8E4M3FN>",
        "%f = stablehlo.convert %s : (tensor<4xf8E4M3FN>) -> tensor<4xf32>",
        constant("%e", "[2.0, -0.625, 0x7FC00000, 3.90625e-3]", "tensor<4xf32>"),
        "check.expect_close %f, %e : tensor<4xf32>, tensor<4xf32>",
        "%b = stablehlo.bitcast_convert %a : (tensor<4xf8E4M3FN>) -> tensor<4xui8>",
        equal("%b", "[56, 170, 126, 1]", "tensor<4xui8>"),
        constant("%c", "\"0x38AA7E01\"", "tensor<4xf8E4M3FN>"),
        "check.expect_eq %a, %c : tensor<4xf8E4M3FN>, tensor<4xf8E4M3FN>",
        constant("%g", "[6.0, -0.5]", "tensor<2xf4E2M1FN>"),
        "%h = stablehlo.bitcast_convert %g : (tensor<2xf4E2M1FN>) -> tensor<i8>",
        equal("%h", "-105", "tensor<i8>"),
        constant("%k", "[28.0, -0.0625]", "tensor<2xf6E3M2FN>"),
        "%l = stablehlo.convert %k : (tensor<2xf6E3M2FN>) -> tensor<2xf8E5M2>",
        equal("%l", "[28.0, -0.0625]", "tensor<2xf8E5M2>"));
  }

  @Test
  void arcSineIsMadeOfItsKernel() {
    run(
        constant("%z", "[(0.5, 0.0), (2.0, 0.0), (0.0, 1.0)]", "tensor<3xcomplex<f64>>"),
        "%w = chlo._asin_acos_kernel %z : tensor<3xcomplex<f64>> -> tensor<3xcomplex<f64>>",
        // sqrt(3)/2 and 0; 0 and log(2 + sqrt(3)); sqrt(2) and log(1 + sqrt(2)).
        equal(
            "%w",
            "[(0.8660254037844386, 0.0), (0.0, 1.3169578969248168),"
                + " (1.4142135623730951, 0.88137358701954305)]",
            "tensor<3xcomplex<f64>>"));
  }

  @Test
  void theAccuracyThatAProgramAsksForIsKept() {
    String line =
        "%1 = stablehlo.tanh %0 {result_accuracy = #stablehlo.result_accuracy<atol = 0.001, ulps ="
            + " 2, mode = #stablehlo.result_accuracy_mode<TOLERANCE>>} : tensor<f32>";
    var module = MlirParser.parse("t.mlir", program(constant("%0", "1.0", "tensor<f32>"), line));
    assertThat(MlirPrinter.print(module, PrintOptions.PRETTY)).contains(line);
  }

  @Test
  void constantsOfChlo() {
    run(
        "%a = chlo.constant dense<[1, 2]> : tensor<2xi32>",
        "%b = \"chlo.constant_like\"(%a) {value = 1.5 : f32} : (tensor<2xi32>) -> tensor<2xf32>",
        equal("%a", "[1, 2]", "tensor<2xi32>"),
        equal("%b", "1.5", "tensor<2xf32>"));
  }

  @Test
  void precisionIsReduced() {
    run(
        constant("%a", "[1.0009765625, 65520.0, 6.1e-5, 3.0e-5, 1.00048828125]", "tensor<5xf32>"),
        "%r = stablehlo.reduce_precision %a, format = e5m10 : tensor<5xf32>",
        equal("%r", "[1.0009765625, 0x7F800000, 0.0, 0.0, 1.0]", "tensor<5xf32>"),
        "%s = stablehlo.reduce_precision %a, format = e8m23 : tensor<5xf32>",
        "check.expect_eq %s, %a : tensor<5xf32>, tensor<5xf32>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%r = stablehlo.sine %a : tensor<2xi32> | It takes floating-point numbers and complex"
            + " numbers",
        "%r = stablehlo.popcnt %f : tensor<2xf32> | It takes integers",
        "%r = stablehlo.abs %u : tensor<2xui8> | It takes signed integers",
        "%r = stablehlo.and %f, %f : tensor<2xf32> | It takes booleans and integers",
        "%r = stablehlo.complex %a, %a : (tensor<2xi32>, tensor<2xi32>) ->"
            + " tensor<2xcomplex<f32>> | The parts are of type f32 or f64",
        "%r = stablehlo.bitcast_convert %a : (tensor<2xi32>) -> tensor<2x4xi16>" + " | of size 2",
        "%r = stablehlo.bitcast_convert %a : (tensor<2xi32>) -> tensor<2xf64>"
            + " | must have one dimension more, of size 2",
        "%r = stablehlo.reduce_precision %f, format = e0m3 : tensor<2xf32>"
            + " | exponent_bits is 0",
        "%r = stablehlo.reduce_precision %f, format = e5 : tensor<2xf32> | no format of numbers",
        "%r = stablehlo.compare LT, %a, %a, FLOAT : (tensor<2xi32>, tensor<2xi32>) ->"
            + " tensor<2xi1> | It is SIGNED",
        "%r = stablehlo.real %a : tensor<2xi32> | It takes complex and floating-point numbers",
        "%r = chlo.broadcast_add %a, %b : (tensor<2xi32>, tensor<3xi32>) -> tensor<2xi32>"
            + " | have no common shape",
        "%r = chlo.broadcast_add %a, %b {broadcast_dimensions = array<i64: 1>} :"
            + " (tensor<2xi32>, tensor<3xi32>) -> tensor<2xi32> | broadcast_dimensions is [1]",
        "%r = chlo.broadcast_and %f, %f : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>"
            + " | stablehlo.and takes",
        "%r = chlo.next_after %a, %a : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>"
            + " | one floating-point type",
        "%r = \"chlo.constant_like\"(%a) {value = [1]} : (tensor<2xi32>) -> tensor<2xi64>"
            + " | no number as its value",
        "%r = stablehlo.is_finite %a : (tensor<2xi32>) -> tensor<2xi1> | It takes floating",
      })
  void mistakesAreNamed(String line, String message) {
    assertThat(
            refusal(
                constant("%a", "1", "tensor<2xi32>"),
                constant("%b", "1", "tensor<3xi32>"),
                constant("%u", "1", "tensor<2xui8>"),
                constant("%f", "1.0", "tensor<2xf32>"),
                line))
        .contains(message);
  }
}
