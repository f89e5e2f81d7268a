package dev.partir.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The programs that nobody here wrote: {@code ../shared/corpus} beside the project, or where the
 * system property {@code partir.corpus} says.
 */
public final class Corpus {
  private Corpus() {}

  /** Returns the folder; the test is skipped where there is none. */
  public static Path folder() {
    String property = System.getProperty("partir.corpus");
    Path found = property == null ? beside(Path.of("").toAbsolutePath()) : Path.of(property);
    assumeTrue(
        found != null && Files.isDirectory(found),
        "skipped: there is no folder ../shared/corpus beside the project, and -Dpartir.corpus"
            + " names none");
    return Objects.requireNonNull(found);
  }

  private static @Nullable Path beside(Path start) {
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve("shared").resolve("corpus");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** Returns all programs, by name. */
  public static List<Path> files() {
    try (Stream<Path> files = Files.walk(folder())) {
      return files.filter(file -> file.toString().endsWith(".mlir")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns whether nothing but operations that this version does not know, or does not take for a
   * type, keeps a program from being read.
   */
  static boolean lacksOperations(PartirException refusal) {
    for (Diagnostic diagnostic : refusal.diagnostics()) {
      boolean complex =
          diagnostic.code() == ErrorCode.INVALID_OP && diagnostic.problem().contains("complex<");
      if (diagnostic.code() != ErrorCode.UNKNOWN_OP && !complex) {
        return false;
      }
    }
    return true;
  }
}
