package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.text.Programs.constant;
import static dev.partir.text.Programs.error;

import dev.partir.array.HostArray;
import dev.partir.ir.Attribute;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

final class ConstantsTest {
  private static HostArray array(String value) {
    return HostArray.of((Attribute.Dense) constant(value));
  }

  /** Returns what is printed for a constant, without its type. */
  private static String printed(String value) {
    String text =
        MlirPrinter.print(
            Programs.parse("func.func @f() { %0 = stablehlo.constant " + value + "\n return }"));
    return text.substring(text.indexOf("dense"), text.indexOf(" : tensor"));
  }

  @Test
  void oneElementForAll() {
    var dense = (Attribute.Dense) constant("dense<2.5> : tensor<2x3xf32>");
    assertThat(dense.splat()).isTrue();
    assertThat(HostArray.of(dense).floats())
        .usingExactEquality()
        .containsExactly(2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f);
  }

  @Test
  void nestedLists() {
    assertThat(array("dense<[[1, -2, 3], [4, 5, 6]]> : tensor<2x3xi32>").ints())
        .isEqualTo(new int[] {1, -2, 3, 4, 5, 6});
  }

  @Test
  void oneElementIsASplatHoweverItIsWritten() {
    assertThat(constant("dense<[5]> : tensor<1xi64>"))
        .isEqualTo(constant("dense<5> : tensor<1xi64>"));
    assertThat(constant("dense<[[[5]]]> : tensor<1x1x1xi64>"))
        .isEqualTo(constant("dense<5> : tensor<1x1x1xi64>"));
  }

  @Test
  void noElements() {
    assertThat(array("dense<> : tensor<0x3xf32>").length()).isEqualTo(0);
    assertThat(constant("dense<1.0> : tensor<0xf32>"))
        .isEqualTo(constant("dense<> : tensor<0xf32>"));
    assertThat(constant("dense<[]> : tensor<0xf32>"))
        .isEqualTo(constant("dense<> : tensor<0xf32>"));
    assertThat(printed("dense<[[], []]> : tensor<2x0xf32>")).isEqualTo("dense<>");
  }

  @Test
  void blobsOfEveryWidth() {
    assertThat(array("dense<\"0x0000803F000000C0\"> : tensor<2xf32>").floats())
        .isEqualTo(new float[] {1, -2});
    assertThat(array("dense<\"0x803F00C0\"> : tensor<2xbf16>").floats())
        .isEqualTo(new float[] {1, -2});
    assertThat(array("dense<\"0x003C00C0\"> : tensor<2xf16>").floats())
        .isEqualTo(new float[] {1, -2});
    assertThat(array("dense<\"0x000000000000F03F\"> : tensor<1xf64>").doubles())
        .isEqualTo(new double[] {1});
    assertThat(array("dense<\"0x01FF\"> : tensor<2xi8>").ints()).isEqualTo(new int[] {1, -1});
    assertThat(array("dense<\"0x01FF\"> : tensor<2xui8>").ints()).isEqualTo(new int[] {1, 255});
    assertThat(array("dense<\"0x010F\"> : tensor<2xi4>").ints()).isEqualTo(new int[] {1, -1});
    assertThat(array("dense<\"0x0000803F000000C0\"> : tensor<1xcomplex<f32>>").floats())
        .isEqualTo(new float[] {1, -2});
  }

  @Test
  void aBlobOfOneElementStandsForAll() {
    assertThat(constant("dense<\"0x0000803F\"> : tensor<3xf32>"))
        .isEqualTo(constant("dense<1.0> : tensor<3xf32>"));
  }

  @Test
  void booleansArePackedInBlobs() {
    assertThat(array("dense<\"0x0502\"> : tensor<10xi1>").ints())
        .isEqualTo(new int[] {1, 0, 1, 0, 0, 0, 0, 0, 0, 1});
    assertThat(constant("dense<\"0xFF\"> : tensor<100xi1>"))
        .isEqualTo(constant("dense<true> : tensor<100xi1>"));
    assertThat(array("dense<[true, false, 1]> : tensor<3xi1>").ints())
        .isEqualTo(new int[] {1, 0, 1});
  }

  @Test
  void bitsOfFloatingPointNumbers() {
    float[] values =
        array("dense<[0x7F800000, 0xFF800000, 0x7FC00000, 0x0]> : tensor<4xf32>").floats();
    assertThat(values[0]).isPositiveInfinity();
    assertThat(values[1]).isNegativeInfinity();
    assertThat(values[2]).isNaN();
    assertThat(values[3]).isEqualTo(0f);
    assertThat(array("dense<0x7C00> : tensor<f16>").floats()[0]).isPositiveInfinity();
    assertThat(array("dense<0xFF80> : tensor<bf16>").floats()[0]).isNegativeInfinity();
    assertThat(printed("dense<0x7FC12345> : tensor<f32>")).isEqualTo("dense<0x7FC12345>");
  }

  @Test
  void complexPairs() {
    assertThat(array("dense<[(1.0, -2.5), (0.0,0x7F800000)]> : tensor<2xcomplex<f32>>").floats())
        .isEqualTo(new float[] {1, -2.5f, 0, Float.POSITIVE_INFINITY});
    assertThat(printed("dense<(1.0, -2.5)> : tensor<2xcomplex<f64>>"))
        .isEqualTo("dense<(1.0,-2.5)>");
  }

  @Test
  void roundingGoesThroughDoubleAsInMlir() {
    // Just above the middle of two floats, by less than a double can tell.
    assertThat(array("dense<1.00000005960464477539062500001> : tensor<f32>").floats()[0])
        .isEqualTo(1f);
  }

  @Test
  void theShortestNumberIsPrinted() {
    assertThat(printed("dense<9.99999974E-6> : tensor<f32>")).isEqualTo("dense<1.0e-5>");
    assertThat(printed("dense<1.000980e-01> : tensor<bf16>")).isEqualTo("dense<0.1>");
    assertThat(printed("dense<0.1> : tensor<f64>")).isEqualTo("dense<0.1>");
    assertThat(printed("dense<0.1> : tensor<f32>")).isEqualTo("dense<0.1>");
    assertThat(printed("dense<3.40282347E+38> : tensor<f32>")).isEqualTo("dense<3.4028235e+38>");
    assertThat(printed("dense<4.9E-324> : tensor<f64>")).isEqualTo("dense<5.0e-324>");
    assertThat(printed("dense<-0.0> : tensor<f16>")).isEqualTo("dense<-0.0>");
    assertThat(printed("dense<1234567.0> : tensor<f64>")).isEqualTo("dense<1234567.0>");
    assertThat(printed("dense<12345678.0> : tensor<f64>")).isEqualTo("dense<1.2345678e+7>");
    assertThat(printed("dense<0.00012> : tensor<f64>")).isEqualTo("dense<0.00012>");
  }

  @Test
  void unsignedNumbersArePrintedAsWhatTheyMean() {
    assertThat(printed("dense<18446744073709551615> : tensor<ui64>"))
        .isEqualTo("dense<18446744073709551615>");
    assertThat(printed("dense<4294967295> : tensor<ui32>")).isEqualTo("dense<4294967295>");
    assertThat(printed("dense<255> : tensor<i8>")).isEqualTo("dense<-1>");
    assertThat(printed("dense<-9223372036854775808> : tensor<i64>"))
        .isEqualTo("dense<-9223372036854775808>");
  }

  @Test
  void manyNumbersArePrintedAsABlobAndBooleansNever() {
    assertThat(printed("dense<[" + "1, ".repeat(100) + "2]> : tensor<101xi16>"))
        .isEqualTo("dense<\"0x" + "0100".repeat(100) + "0200\">");
    assertThat(printed("dense<[" + "true, ".repeat(100) + "false]> : tensor<101xi1>"))
        .endsWith("true, false]>");
  }

  @Test
  void resourcesAreReadFromTheEndOfTheFile() {
    var module =
        Programs.parse(
            """
            func.func @f() {
              %0 = stablehlo.constant dense_resource<w> : tensor<2xf32>
              %1 = stablehlo.constant dense_resource<__elided__> : tensor<2xf32>
              return
            }
            {-#
              dialect_resources: {
                builtin: {
                  w: "0x040000000000803F00000040"
                }
              },
              external_resources: { mlir_reproducer: { verify_each: true } }
            #-}
            """);
    var operations = module.main().body().operations();
    assertThat(operations.get(0).attributes().get("value"))
        .isEqualTo(constant("dense<[1.0, 2.0]> : tensor<2xf32>"));
    assertThat(operations.get(1).attributes().get("value"))
        .isEqualTo(new Attribute.Resource("__elided__", TensorType.of(ElementType.F32, 2)));
  }

  @Test
  void tooFewAndTooManyElements() {
    assertThat(error("%0 = stablehlo.constant dense<[1, 2]> : tensor<3xi32>"))
        .isEqualTo(
            "t.mlir:2:31: [partir:type-mismatch] a list of only 2 elements in dimension 0, whose"
                + " size in tensor<3xi32> is 3. Write 3 elements. See docs/errors/type-mismatch.md");
    assertThat(error("%0 = stablehlo.constant dense<[1, 2, 3]> : tensor<2xi32>"))
        .contains("t.mlir:2:31: [partir:type-mismatch] a list of more than 2 elements");
    assertThat(error("%0 = stablehlo.constant dense<1> : tensor<?xi32>"))
        .contains("the type tensor<?xi32> of a constant has an unknown size");
    assertThat(error("%0 = stablehlo.constant dense<> : tensor<2xi32>"))
        .contains("a tensor<2xi32> without elements. Write 2.");
    assertThat(error("%0 = stablehlo.constant dense<[1]> : tensor<1000000000xi32>"))
        .contains("the constant has fewer elements than the 1000000000 of its type");
    assertThat(error("%0 = stablehlo.constant dense<[[1]]> : tensor<1xi32>"))
        .contains("nest deeper than the rank 1 of tensor<1xi32>");
  }

  @Test
  void elementsThatDoNotFitTheirType() {
    assertThat(error("%0 = stablehlo.constant dense<[1, 256]> : tensor<2xi8>"))
        .isEqualTo(
            "t.mlir:2:35: [partir:type-mismatch] 256 is outside of the numbers of type i8. Use a"
                + " wider type. See docs/errors/type-mismatch.md");
    assertThat(error("%0 = stablehlo.constant dense<-1> : tensor<ui8>")).contains("-1 is outside");
    assertThat(error("%0 = stablehlo.constant dense<-129> : tensor<i8>"))
        .contains("-129 is outside");
    assertThat(error("%0 = stablehlo.constant dense<1> : tensor<f32>"))
        .contains("the integer 1 as an element of type f32. Write it with a point, such as 1.0.");
    assertThat(error("%0 = stablehlo.constant dense<0x17F800000> : tensor<f32>"))
        .contains("0x17F800000 has more than the 32 bits of f32");
    assertThat(error("%0 = stablehlo.constant dense<1.5> : tensor<i32>"))
        .contains("expected an integer of type i32, found \"1.5\"");
    assertThat(error("%0 = stablehlo.constant dense<true> : tensor<i32>"))
        .contains("expected an integer of type i32, found \"true\"");
  }

  @Test
  void blobsThatDoNotFitTheirType() {
    assertThat(error("%0 = stablehlo.constant dense<\"0x0000\"> : tensor<2xf32>"))
        .contains("the constant has 2 bytes, its type tensor<2xf32> takes 8");
    assertThat(error("%0 = stablehlo.constant dense<\"0x000\"> : tensor<2xf32>"))
        .contains("an odd number of hexadecimal digits");
    assertThat(error("%0 = stablehlo.constant dense<\"0x0G\"> : tensor<i8>"))
        .startsWith("t.mlir:2:35: [partir:syntax] \"G\" is no hexadecimal digit");
  }
}
