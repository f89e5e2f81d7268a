package dev.partir.cli;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.nio.file.Path;

/** Errors about what the user gave. */
final class Failure {
  private Failure() {}

  static PartirException usage(String subject, String problem, String remedy) {
    return new PartirException(Diagnostic.of(ErrorCode.USAGE, subject, problem, remedy));
  }

  static PartirException file(Path file, String problem, String remedy) {
    return new PartirException(Diagnostic.of(ErrorCode.FILE, file.toString(), problem, remedy));
  }
}
