package dev.partir.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Reads and writes the files that a user names, with errors that name them. */
final class TextFiles {
  private TextFiles() {}

  static String read(Path file) {
    if (!Files.exists(file)) {
      throw Failure.file(file, "there is no such file", "Check the path");
    }
    if (Files.isDirectory(file)) {
      throw Failure.file(file, "it is a folder", "Name a file in it");
    }
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw Failure.file(
          file, "it is not text in UTF-8", "Give the program as MLIR text, not as bytecode");
    } catch (IOException e) {
      throw Failure.file(file, "it cannot be read: " + e.getMessage(), "Check its permissions");
    }
  }

  /** Writes a file by way of a temporary one beside it, so that an old one is not lost half-way. */
  static void write(Path file, String text) {
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
      throw Failure.file(
          file, "it cannot be written: " + e.getMessage(), "Name a place that can be written");
    }
  }
}
