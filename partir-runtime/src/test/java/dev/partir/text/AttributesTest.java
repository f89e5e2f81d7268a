package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.text.Programs.attribute;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttributesTest {

  @Test
  void numbers() {
    assertThat(attribute("1")).isEqualTo(new Attribute.Int(1, ElementType.I64));
    assertThat(attribute("-3 : i32")).isEqualTo(new Attribute.Int(-3, ElementType.I32));
    assertThat(attribute("0xFF : i8")).isEqualTo(new Attribute.Int(255, ElementType.I8));
    assertThat(attribute("1.5")).isEqualTo(new Attribute.Float(1.5, ElementType.F64));
    assertThat(attribute("-1.0e-5 : f32"))
        .isEqualTo(new Attribute.Float(-1.0e-5f, ElementType.F32));
    assertThat(attribute("0x7F800000 : f32"))
        .isEqualTo(new Attribute.Float(Double.POSITIVE_INFINITY, ElementType.F32));
    assertThat(attribute("true")).isEqualTo(new Attribute.Bool(true));
  }

  @Test
  void stringsWithEscapes() {
    assertThat(attribute("\"a\\22b\\\\c\\n\\t\\\"\""))
        .isEqualTo(new Attribute.Str("a\"b\\c\n\t\""));
    assertThat(attribute("\"\\C3\\A9\"")).isEqualTo(new Attribute.Str("\u00E9"));
    assertThat(attribute("\"\u00E9\"")).isEqualTo(new Attribute.Str("\u00E9"));
  }

  @Test
  void bytesThatAreNoTextAreKept() {
    Module module = Programs.parse("module attributes {a.x = \"\\08\\FF\\C3z\"} {}");
    assertThat(MlirPrinter.print(module)).contains("a.x = \"\\08\\FF\\C3z\"");
  }

  @Test
  void collections() {
    assertThat(attribute("[1, \"a\"]"))
        .isEqualTo(
            new Attribute.Array(
                List.of(new Attribute.Int(1, ElementType.I64), new Attribute.Str("a"))));
    assertThat(attribute("{a, \"b c\" = 1}"))
        .isEqualTo(
            new Attribute.Dictionary(
                Attributes.builder().put("a", new Attribute.Unit()).put("b c", 1).build()));
    assertThat(attribute("array<i64: 1, -2>"))
        .isEqualTo(new Attribute.IntArray(ElementType.I64, List.of(1L, -2L)));
    assertThat(attribute("array<i64>"))
        .isEqualTo(new Attribute.IntArray(ElementType.I64, List.of()));
    assertThat(attribute("array<i1: true, false>"))
        .isEqualTo(new Attribute.IntArray(ElementType.I1, List.of(1L, 0L)));
  }

  @Test
  void symbolsAndTypes() {
    assertThat(attribute("@f")).isEqualTo(new Attribute.Symbol("f"));
    assertThat(attribute("@\"a b\"::@g")).isEqualTo(new Attribute.Symbol("a b::@g"));
    assertThat(attribute("tensor<2x?xf32>"))
        .isEqualTo(new Attribute.TypeOf(TensorType.of(ElementType.F32, 2, TensorType.DYNAMIC)));
  }

  @Test
  void attributesOfStablehlo() {
    assertThat(attribute("#stablehlo<comparison_direction LT>"))
        .isEqualTo(new Attribute.Enumerated("stablehlo", "comparison_direction", "LT"));
    assertThat(attribute("#stablehlo.gather<offset_dims = [1], index_vector_dim = 1>"))
        .isEqualTo(
            new Attribute.Struct(
                "stablehlo.gather",
                Attributes.builder().putList("offset_dims", 1).put("index_vector_dim", 1).build()));
    assertThat(attribute("#stablehlo.gather<offset_dims = [], index_vector_dim = 1>"))
        .isEqualTo(attribute("#stablehlo.gather<index_vector_dim = 1>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>",
        "#stablehlo.bounds<?, 4>",
        "#sdy.sharding<@mesh, [{\"x\"}, {?}], replicated={\"y\":(1)2}>",
        "#sdy.op_sharding_rule<([i, j])->([i, j]) {i=8, j=8}>",
        "affine_map<(d0, d1) -> (d0 + 1, d1 floordiv 2)>",
        "affine_set<(d0) : (d0 >= 0)>",
        "dense<[1, 0]> : tensor<2xindex>",
        "dense<[\"a\", \"b>\"]> : tensor<2x!tf.string>",
        "array<f32: 1.0, 2.0>",
        "index",
        "i17",
        "f8E4M3FN",
        "vector<4xf32>",
        "(i32, f8E5M2) -> i32",
        "!quant.uniform<i8:f32, 0.1:-30>",
        "3 : index",
        "\"text\" : !mine.string",
        "#mine.thing",
        "#mine<thing <a> [b] {c} (\">\")>"
      })
  void whatMeansNothingHereIsKeptAsWritten(String text) {
    assertThat(attribute(text)).isEqualTo(new Attribute.Raw(text));
    Module module = Programs.parse("module attributes {a.x = " + text + "} {}");
    assertThat(MlirPrinter.print(module))
        .isEqualTo("module attributes {a.x = " + text + "} {\n}\n");
  }

  @Test
  void aliasesStandForWhatTheySayWhereverTheyAreDefined() {
    Module module =
        Programs.parse(
            """
            #one = 1 : i32
            !t = tensor<2xf32>
            module attributes {a.x = #one, a.y = [#two], a.z = #sdy.sharding<#two, {!t}>} {
              func.func @f(%arg0: !t) -> !t {
                return %arg0 : !t
              }
            }
            #two = {k = #one}
            """);
    assertThat(module.attributes().get("a.x")).isEqualTo(new Attribute.Int(1, ElementType.I32));
    assertThat(module.attributes().get("a.z"))
        .isEqualTo(new Attribute.Raw("#sdy.sharding<{k = 1 : i32}, {tensor<2xf32>}>"));
    assertThat(module.attributes().get("a.y"))
        .isEqualTo(
            new Attribute.Array(
                List.of(
                    new Attribute.Dictionary(
                        Attributes.of("k", new Attribute.Int(1, ElementType.I32))))));
    assertThat(module.main().type().toString()).isEqualTo("(tensor<2xf32>) -> tensor<2xf32>");
  }

  @Test
  void anAliasOfResultsKeepsItsEmptyLists() {
    String alias =
        "[#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1,"
            + " operand_tuple_indices = []>]";
    Module module = Programs.parse("module attributes {a.x = " + alias + "} {}");
    assertThat(MlirPrinter.print(module)).contains(alias);
  }
}
