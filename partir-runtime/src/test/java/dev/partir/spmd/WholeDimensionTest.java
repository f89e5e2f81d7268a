package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.text.MlirParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tiles that no operation on the value could make use of. */
final class WholeDimensionTest {
  private static final String PROGRAM =
      """
      func.func @main(%x: tensor<8x6xf32>, %z: tensor<8x6xf32>) -> (tensor<8x6xf32>, tensor<8x6xf32>) {
        %y = "stablehlo.sort"(%x) <{dimension = 1 : i64}> ({
        ^bb0(%a: tensor<f32>, %b: tensor<f32>):
          %less = stablehlo.compare LT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
          stablehlo.return %less : tensor<i1>
        }) : (tensor<8x6xf32>) -> tensor<8x6xf32>
        %s = "stablehlo.sort"(%z) <{dimension = 1 : i64}> ({
        ^bb0(%a: tensor<f32>, %b: tensor<f32>):
          %less = stablehlo.compare LT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
          stablehlo.return %less : tensor<i1>
        }) : (tensor<8x6xf32>) -> tensor<8x6xf32>
        %n = stablehlo.negate %z : tensor<8x6xf32>
        %w = stablehlo.add %s, %n : tensor<8x6xf32>
        return %y, %w : tensor<8x6xf32>, tensor<8x6xf32>
      }
      """;

  private static Partitioning partition(boolean optional, Action... actions) {
    Module module = MlirParser.parse("t.mlir", PROGRAM);
    Mesh mesh = Mesh.of(List.of(new MeshAxis("model", 2)));
    var tactic = new ManualTactic("MP", List.of(actions), optional);
    return Partitioner.partition(module, new Schedule(mesh, null, List.of(tactic)));
  }

  private static Action tile(String value, int dim) {
    return Action.tile(value, Dim.index(dim), "model");
  }

  @Test
  void allAreNamedAtOnce() {
    var refused =
        assertThrows(PartirException.class, () -> partition(false, tile("%x", 1), tile("%y", 1)));
    assertThat(refused.diagnostics().stream().map(Diagnostic::toString).toList())
        .containsExactly(
            "[partir:whole-dimension] main, parameter \"x\", tactic \"MP\": dimension 1 cannot be"
                + " tiled: stablehlo.sort %y at line 2 must have it whole, and no other operation"
                + " can do with less. Tile another dimension, or mark the tactic optional to keep"
                + " the value in pieces and gather it where it is used. See"
                + " docs/errors/whole-dimension.md",
            "[partir:whole-dimension] main, result0, tactic \"MP\": dimension 1 cannot be"
                + " tiled: stablehlo.sort %y at line 2 must have it whole, and no other operation"
                + " can do with less. Tile another dimension, or mark the tactic optional to keep"
                + " the value in pieces and gather it where it is used. See"
                + " docs/errors/whole-dimension.md")
        .inOrder();
  }

  @Test
  void anotherUseThatCanDoWithAPieceIsEnough() {
    assertThat(partition(false, tile("%z", 1)).local().main().arguments().get(1).type().toString())
        .isEqualTo("tensor<8x3xf32>");
  }

  @Test
  void anOptionalTacticKeepsPieces() {
    assertThat(partition(true, tile("%x", 1)).local().main().arguments().get(0).type().toString())
        .isEqualTo("tensor<8x3xf32>");
  }

  @Test
  void thePageShowsTheMessage() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "errors", "whole-dimension.md"));
    Module module =
        MlirParser.parse(
            "t.mlir", page.substring(page.indexOf("func.func"), page.indexOf("```\n\nWith")));
    Mesh mesh = Mesh.of(List.of(new MeshAxis("model", 2)));
    var tactic = new ManualTactic("MP", List.of(tile("%x", 1)));
    var refused =
        assertThrows(
            PartirException.class,
            () -> Partitioner.partition(module, new Schedule(mesh, null, List.of(tactic))));
    String shown = page.substring(page.indexOf("```text\n") + 8, page.indexOf("```\n\n## Right"));
    assertThat(shown.replace('\n', ' ').strip()).isEqualTo(refused.diagnostics().get(0).toString());
  }
}
