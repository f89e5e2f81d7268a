package dev.partir.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the files that a user names, with errors that name them. */
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
}
