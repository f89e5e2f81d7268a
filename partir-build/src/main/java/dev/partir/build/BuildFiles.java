package dev.partir.build;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Reads and writes text files, with errors that name them. */
public final class BuildFiles {
  private BuildFiles() {}

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw failure(file, "read", "Check its permissions", e);
    }
  }

  /**
   * Writes a file by way of a temporary one beside it, so that an old one is not lost half-way.
   *
   * @throws PartirException with {@link ErrorCode#FILE} when it cannot be written
   */
  public static void write(Path file, String text) {
    Path absolute = file.toAbsolutePath();
    try {
      Path parent = absolute.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Path temporary = absolute.resolveSibling(absolute.getFileName() + ".partial");
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(file, "written", "Name a place that can be written", e);
    }
  }

  static PartirException failure(Path file, String what, String remedy, IOException e) {
    return new PartirException(
        Diagnostic.of(
            ErrorCode.FILE,
            file.toString(),
            "it cannot be " + what + ": " + e.getMessage(),
            remedy));
  }
}
