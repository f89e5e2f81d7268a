package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Programs that JAX printed. */
final class CorpusTest {

  /**
   * With {@code -Dpartir.printed=FOLDER}, both printed forms of every program are left there, for
   * {@code scripts/check_with_mlir.py}.
   */
  @Test
  void whatIsPrintedIsReadBackAsTheSameProgram() throws IOException {
    String folder = System.getProperty("partir.printed");
    int read = 0;
    Map<String, Integer> missing = new TreeMap<>();
    List<String> refused = new ArrayList<>();
    for (Path file : Corpus.files()) {
      String name = file.getFileName().toString();
      Module module;
      try {
        module = MlirParser.parse(name, Corpus.read(file));
      } catch (PartirException refusal) {
        if (!Corpus.lacksOperations(refusal)) {
          refused.add(refusal.getMessage());
        }
        count(refusal, missing);
        continue;
      }
      read++;
      Programs.assertRoundTrip(name, module);
      if (folder != null) {
        Path printed = Files.createDirectories(Path.of(folder));
        Files.writeString(printed.resolve(name + ".pretty.mlir"), MlirPrinter.print(module));
        Files.writeString(
            printed.resolve(name + ".generic.mlir"),
            MlirPrinter.print(module, PrintOptions.GENERIC));
      }
    }
    assertWithMessage("files that something else than a missing operation keeps from being read")
        .that(refused)
        .isEmpty();
    assertThat(read).isAtLeast(1);
    System.out.println("corpus: " + read + " programs read; missing, by file: " + missing);
  }

  private static void count(PartirException refusal, Map<String, Integer> missing) {
    refusal.diagnostics().stream()
        .filter(d -> d.code() == ErrorCode.UNKNOWN_OP)
        .map(Diagnostic::problem)
        .map(problem -> problem.replaceAll("the operation (.*) is not known", "$1"))
        .distinct()
        .forEach(name -> missing.merge(name, 1, Integer::sum));
  }

  @Test
  void theSameTextGivesTheSameText() {
    Path file = Corpus.folder().resolve("models/searchless_chess_9m.mlir");
    String text = Corpus.read(file);
    assertThat(MlirPrinter.print(Programs.parse(text)))
        .isEqualTo(MlirPrinter.print(Programs.parse(text)));
  }
}
