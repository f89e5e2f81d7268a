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
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Real programs that nobody here wrote: read, printed and read again; and what is said of damaged
 * ones.
 */
final class ProgramsOfOthersTest {
  private final List<Path> files = new ArrayList<>();

  @BeforeEach
  void find() throws IOException {
    Path corpus =
        Path.of(
            System.getProperty(
                "partir.corpus",
                Path.of("").toAbsolutePath().resolve("../../shared/corpus").toString()));
    Assumptions.assumeTrue(
        Files.isDirectory(corpus), "skipped: no corpus at " + corpus + " (set -Dpartir.corpus)");
    try (Stream<Path> found = Files.walk(corpus)) {
      found.filter(file -> file.toString().endsWith(".mlir")).sorted().forEach(files::add);
    }
  }

  @Test
  void whatIsPrintedReadsAsTheSameProgram() throws IOException {
    int read = 0;
    for (Path file : files) {
      Module module;
      try {
        module = MlirParser.parse(file.toString(), Files.readString(file));
      } catch (PartirException e) {
        // Operations and element types that are still to come; never anything about the text.
        for (Diagnostic diagnostic : e.diagnostics()) {
          assertWithMessage("%s", diagnostic)
              .that(diagnostic.code())
              .isAnyOf(ErrorCode.UNKNOWN_OP, ErrorCode.INVALID_OP);
        }
        continue;
      }
      read++;
      String pretty = MlirPrinter.print(module);
      assertWithMessage("%s", file)
          .that(MlirPrinter.print(MlirParser.parse("pretty", pretty)))
          .isEqualTo(pretty);
      String generic = MlirPrinter.print(module, PrintOptions.GENERIC);
      assertWithMessage("%s", file)
          .that(MlirPrinter.print(MlirParser.parse("generic", generic)))
          .isEqualTo(pretty);
    }
    assertThat(read).isAtLeast(230);
  }

  @Test
  void damagedProgramsAreAcceptedOrAnsweredWithAPlace() throws IOException {
    SplittableRandom random = new SplittableRandom(17);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      Path file = files.get(random.nextInt(files.size()));
      String text = Files.readString(file);
      String damaged = damage(text.substring(0, Math.min(text.length(), 8_000)), random);
      try {
        MlirParser.parse("damaged", damaged);
      } catch (PartirException e) {
        refused++;
        for (Diagnostic diagnostic : e.diagnostics()) {
          assertWithMessage("%s, case %s: %s", file, i, diagnostic)
              .that(diagnostic.location().hasPosition())
              .isTrue();
        }
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(file + ", case " + i, e);
      }
    }
    assertThat(refused).isAtLeast(1_500);
  }

  private static String damage(String text, SplittableRandom random) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    String piece = text.substring(at, end);
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 -> text.substring(0, end) + piece + text.substring(end);
      case 2 -> text.substring(0, at) + (char) (32 + random.nextInt(95)) + text.substring(at + 1);
      case 3 -> text.substring(0, at);
      default -> text.substring(0, at) + "(".repeat(1 + random.nextInt(2_000)) + text.substring(at);
    };
  }
}
