package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import org.junit.jupiter.api.Test;

final class SourceExcerptTest {
  private static Diagnostic at(int line, int column) {
    return Diagnostic.at(Location.of("f", line, column), ErrorCode.SYNTAX, "wrong", "");
  }

  @Test
  void theLineWithACaretBelowThePlace() {
    String text = "func.func @f() {\n  %0 = stablehlo.ad %x : tensor<2xf32>\n  return\n}\n";
    PartirException refusal =
        assertThrows(PartirException.class, () -> MlirParser.parse("f.mlir", text));
    assertThat(SourceExcerpt.of(refusal.diagnostics().get(0), text))
        .isEqualTo(
            """
            f.mlir:2:8: [partir:unknown-op] the operation stablehlo.ad is not known. Did you mean stablehlo.add. See docs/errors/unknown-op.md
              %0 = stablehlo.ad %x : tensor<2xf32>
                   ^""");
  }

  @Test
  void aLongLineIsCutAroundThePlace() {
    String line = "a".repeat(200) + "!" + "b".repeat(200);
    assertThat(SourceExcerpt.caret(line, 201))
        .isEqualTo("..." + "a".repeat(50) + "!" + "b".repeat(49) + "...\n" + " ".repeat(53) + "^");
    assertThat(SourceExcerpt.caret("!" + "b".repeat(200), 1))
        .isEqualTo("!" + "b".repeat(99) + "...\n^");
  }

  @Test
  void tabsStayAndWindowsLinesEndWhereTheyDo() {
    assertThat(SourceExcerpt.of(at(2, 3), "x\r\n\ta!\r\n")).endsWith("\n\ta!\n\t ^");
  }

  @Test
  void thePlaceMayBeTheEndOfTheText() {
    assertThat(SourceExcerpt.of(at(2, 1), "x\n")).endsWith("\n\n^");
    assertThat(SourceExcerpt.of(at(1, 9), "x")).endsWith("\nx\n ^");
  }

  @Test
  void withoutALineTheMessageStandsAlone() {
    assertThat(SourceExcerpt.of(at(5, 1), "x")).isEqualTo(at(5, 1).toString());
    Diagnostic nowhere = Diagnostic.of(ErrorCode.FILE, "f", "wrong", "");
    assertThat(SourceExcerpt.of(nowhere, "x")).isEqualTo(nowhere.toString());
  }
}
