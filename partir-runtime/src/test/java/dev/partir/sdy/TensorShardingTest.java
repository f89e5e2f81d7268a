package dev.partir.sdy;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TensorShardingTest {
  private static final Location AT = Location.of("a.mlir", 3, 7);
  private static final SdyMesh MESH = SdyMesh.parse("<[\"x\"=2, \"y\"=8, \"z\"=2]>", AT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<@mesh, []>",
        "<@mesh, [{}, {?}]>",
        "<@mesh, [{\"x\", \"y\":(2)4, ?}, {}]>",
        "<@mesh, [{\"x\"}p1, {\"y\", ?}p0, {?}p3]>",
        "<@mesh, [{\"x\"}], replicated={\"z\"}>",
        "<@mesh, [{\"x\"}], replicated={\"y\":(1)2, \"z\"}, unreduced={\"y\":(2)2}>",
        "<@\"a mesh\", [{\"an \\\"axis\\\"\"}]>",
        "<mesh<[\"a\"=2]>, [{\"a\"}]>",
        "<mesh<[\"a\"=2, \"b\"=2], device_ids=[0, 2, 1, 3]>, [{\"a\"}]>",
      })
  void parseThenPrintGivesTheSameText(String text) {
    assertThat(TensorSharding.parse(text, AT).toString()).isEqualTo(text);
    assertThat(TensorSharding.parse("#sdy.sharding" + text, AT).toString()).isEqualTo(text);
  }

  @Test
  void readsWhatADimensionSays() {
    TensorSharding sharding =
        TensorSharding.parse("<@m, [{\"x\", \"y\":(2)4, ?}p2, {}], replicated={\"z\"}>", AT);
    assertThat(sharding.mesh()).isEqualTo("m");
    assertThat(sharding.dims())
        .containsExactly(
            new DimSharding(List.of(AxisRef.of("x"), new AxisRef("y", 2, 4)), true, 2),
            DimSharding.closed(List.of()))
        .inOrder();
    assertThat(sharding.replicated()).containsExactly(AxisRef.of("z"));
    assertThat(sharding.dims().get(1).turn()).isEqualTo(0);
  }

  @Test
  void readsOneShardingPerValue() {
    String text = "#sdy.sharding_per_value<[<@m, [{\"x\"}]>, <@m, []>]>";
    assertThat(TensorSharding.attribute(TensorSharding.parsePerValue(text, AT))).isEqualTo(text);
    assertThat(TensorSharding.parsePerValue("[]", AT)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<@mesh>",
        "<@mesh, [{x}]>",
        "<@mesh, [{\"x\"]>",
        "<@mesh, [{?, \"x\"}]>",
        "<@mesh, [{\"x\":(1)}]>",
        "<@mesh, [{\"x\":(1)99999999999}]>",
        "<@mesh, [{\"x}]>",
        "<@mesh, [{}], reduced={}>",
        "<@mesh, [{}]> and more",
        "#sdy<manual_axes{\"a\"}",
      })
  void whatIsNoShardingIsAnErrorWithItsPlace(String text) {
    PartirException problem =
        assertThrows(PartirException.class, () -> TensorSharding.parse(text, AT));
    assertThat(problem.diagnostics().get(0).code()).isEqualTo(ErrorCode.SYNTAX);
    assertThat(problem.diagnostics().get(0).location()).isEqualTo(AT);
  }

  @Test
  void aMeshInOrderHasRowMajorStrides() {
    assertThat(MESH.spans(AxisRef.of("x"))).containsExactly(new AxisSpan(16, 2));
    assertThat(MESH.spans(AxisRef.of("y"))).containsExactly(new AxisSpan(2, 8));
    assertThat(MESH.spans(new AxisRef("y", 2, 2))).containsExactly(new AxisSpan(4, 2));
    assertThat(MESH.spans(new AxisRef("y", 1, 4))).containsExactly(new AxisSpan(4, 4));
  }

  @Test
  void aMeshWithItsDevicesTransposedHasTheStridesOfTheDevices() {
    SdyMesh mesh = SdyMesh.parse("<[\"a\"=2, \"b\"=3], device_ids=[0, 2, 4, 1, 3, 5]>", AT);
    assertThat(mesh.spans(AxisRef.of("a"))).containsExactly(new AxisSpan(1, 2));
    assertThat(mesh.spans(AxisRef.of("b"))).containsExactly(new AxisSpan(2, 3));
  }

  @Test
  void declarationsAreReadInBothForms() {
    assertThat(
            SdyMesh.declared(
                List.of(
                    "sdy.mesh @mesh = <[\"x\"=2, \"y\"=4]> {stablehlo.mesh = {axes = []}}",
                    "\"sdy.mesh\"() <{mesh = #sdy.mesh<[\"a\"=3]>, sym_name = \"other\"}> : () -> ()",
                    "sdy.mesh @one = <[], device_ids=[3]>")))
        .containsExactly(
            "mesh",
            SdyMesh.parse("<[\"x\"=2, \"y\"=4]>", AT),
            "other",
            SdyMesh.parse("<[\"a\"=3]>", AT),
            "one",
            new SdyMesh(List.of(), List.of(3)));
  }

  @Test
  void aMeshThatIsNoneIsAnError() {
    assertThat(code("sdy.mesh @m = <[\"x\"=2, \"x\"=4]>")).isEqualTo(ErrorCode.DUPLICATE_AXIS);
    assertThat(code("sdy.mesh @m = <[\"x\"=0]>")).isEqualTo(ErrorCode.INVALID_MESH);
    assertThat(code("sdy.mesh @m = <[\"x\"=2], device_ids=[0, 2]>"))
        .isEqualTo(ErrorCode.INVALID_MESH);
    assertThat(code("sdy.mesh @m = <[\"x\"=999999999, \"y\"=999999999]>"))
        .isEqualTo(ErrorCode.INVALID_MESH);
  }

  private static ErrorCode code(String declaration) {
    return assertThrows(PartirException.class, () -> SdyMesh.declared(List.of(declaration)))
        .diagnostics()
        .get(0)
        .code();
  }

  private static List<String> check(String sharding, long... sizes) {
    return ShardingCheck.check(
            TensorSharding.parse(sharding, AT),
            MESH,
            TensorType.of(ElementType.F32, sizes),
            "argument \"a\"",
            AT)
        .stream()
        .map(finding -> finding.code().id() + ": " + finding.problem())
        .toList();
  }

  @Test
  void aShardingThatFitsIsFoundToFit() {
    assertThat(check("<@m, [{\"x\", \"y\":(2)4, ?}, {}], replicated={\"z\"}>", 4, 8)).isEmpty();
    assertThat(check("<@m, [{\"y\":(1)2}, {\"y\":(2)4}]>", 4, 8)).isEmpty();
  }

  @Test
  void anAxisThatTheMeshDoesNotHave() {
    assertThat(check("<@m, [{\"xx\"}]>", 4))
        .containsExactly("unknown-axis: the mesh " + MESH + " has no axis \"xx\"");
  }

  @Test
  void anAxisThatStandsTwice() {
    assertThat(check("<@m, [{\"x\"}, {\"x\"}]>", 4, 4))
        .containsExactly("axis-reused: axis \"x\" stands twice in its sharding");
    assertThat(check("<@m, [{\"x\"}], replicated={\"x\"}>", 4)).hasSize(1);
    assertThat(check("<@m, [{\"y\":(1)4}, {\"y\":(2)2}]>", 4, 4))
        .containsExactly("axis-reused: the parts \"y\":(1)4 and \"y\":(2)2 of an axis overlap");
  }

  @Test
  void aRankThatIsNotTheValues() {
    assertThat(check("<@m, [{\"x\"}]>", 4, 4)).hasSize(1);
    assertThat(check("<@m, [{\"x\"}]>", 4, 4).get(0)).startsWith("type-mismatch: its sharding");
  }

  @Test
  void aPartThatDoesNotFit() {
    for (String part : List.of("(1)3", "(3)2", "(4)4", "(0)2", "(1)1")) {
      assertThat(check("<@m, [{\"y\":" + part + "}]>", 4).get(0))
          .startsWith("invalid-sharding: the part \"y\":" + part + " does not fit");
    }
    assertThat(check("<@m, [{\"y\":(1)8}]>", 4))
        .containsExactly("invalid-sharding: the part \"y\":(1)8 is the whole axis");
    assertThat(check("<@m, [{\"y\":(1)2, \"y\":(2)2}]>", 4))
        .containsExactly("invalid-sharding: the parts \"y\":(1)2 and \"y\":(2)2 follow each other");
  }

  @Test
  void aPriorityOfNothingAndATileOfNothing() {
    assertThat(check("<@m, [{}p1]>", 4).get(0)).startsWith("invalid-sharding: dimension 0 has the");
    assertThat(check("<@m, [{\"x\"}]>", 0).get(0)).startsWith("invalid-sharding: dimension 0 of");
  }

  @Test
  void remediesSayWhatIsMeant() {
    List<Diagnostic> findings =
        ShardingCheck.check(
            TensorSharding.parse("<@m, [{\"y\":(1)2, \"y\":(2)4}]>", AT), MESH, null, "a", AT);
    assertThat(findings.get(0).remedy()).isEqualTo("Write them as one: \"y\"");
  }
}
