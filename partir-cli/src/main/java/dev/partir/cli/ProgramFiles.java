package dev.partir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Parameters;

/** The programs that a command goes through, one by one. */
final class ProgramFiles {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Programs, and folders of them (*.mlir).")
  private List<Path> paths = List.of();

  /**
   * Returns the files, those of a folder by name.
   *
   * @throws dev.partir.ir.PartirException when one is not there
   */
  List<Path> list() {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        if (!Files.exists(path)) {
          throw Failure.file(path, "there is no such file", "Check the path");
        }
        files.add(path);
        continue;
      }
      int before = files.size();
      try (Stream<Path> found = Files.walk(path)) {
        found.filter(file -> file.toString().endsWith(".mlir")).sorted().forEach(files::add);
      } catch (IOException e) {
        throw Failure.file(path, "it cannot be listed: " + e.getMessage(), "Check its permissions");
      }
      if (files.size() == before) {
        throw Failure.file(path, "it holds no file that ends in .mlir", "Check the path");
      }
    }
    return files;
  }
}
