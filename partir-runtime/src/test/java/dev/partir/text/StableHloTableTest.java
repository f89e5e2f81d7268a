package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.PartirException;
import dev.partir.op.Op;
import dev.partir.op.Ops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/stablehlo.md to what there is. */
final class StableHloTableTest {
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final int COLUMNS = 6;

  /** Returns the cells behind the name of every operation. */
  private static Map<String, String[]> rows() throws IOException {
    Map<String, String[]> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/stablehlo.md"))) {
      if (!line.startsWith("| `")) {
        continue;
      }
      String[] cells = line.substring(2, line.length() - 2).split(" \\| ", -1);
      assertWithMessage(line).that(cells).hasLength(COLUMNS);
      NAME.matcher(cells[0])
          .results()
          .map(match -> match.group(1))
          .map(name -> name.contains(".") ? name : "stablehlo." + name)
          .forEach(
              name -> assertWithMessage("rows of %s", name).that(rows.put(name, cells)).isNull());
    }
    return rows;
  }

  @Test
  void everyOperationHasARowAndEveryRowAnOperation() throws IOException {
    Set<String> known = new TreeSet<>();
    for (Op op : Ops.all()) {
      known.add(op.opName());
    }
    assertThat(rows().keySet()).containsExactlyElementsIn(known);
  }

  @Test
  void theTableKnowsWhichHaveAPrettyForm() throws IOException {
    rows()
        .forEach(
            (name, cells) ->
                assertWithMessage(name)
                    .that(cells[1])
                    .isEqualTo(hasPrettyForm(name) ? "yes" : "generic form only"));
  }

  private static boolean hasPrettyForm(String name) {
    String text = "func.func @f() {\n  " + name + " ]\n}";
    PartirException refusal =
        assertThrows(PartirException.class, () -> MlirParser.parse("t.mlir", text));
    return refusal.diagnostics().stream()
        .noneMatch(diagnostic -> diagnostic.problem().endsWith("has no pretty form"));
  }
}
