package dev.partir.cli;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.PartirException;
import dev.partir.text.SourceExcerpt;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** Prints what is wrong, with the line of the source where there is one. */
final class Console {
  /** Done. */
  static final int OK = 0;

  /** Done, and something was found: a mismatch, a budget that is exceeded, a test that failed. */
  static final int FINDING = 1;

  /** What was given could not be used. */
  static final int BAD_INPUT = 2;

  private Console() {}

  /** Makes errors into messages, for picocli. */
  static int onException(
      Exception exception, CommandLine commandLine, CommandLine.ParseResult result) {
    if (exception instanceof PartirException refused) {
      print(refused.diagnostics(), commandLine.getErr());
    } else {
      bug(exception, commandLine.getErr());
    }
    return BAD_INPUT;
  }

  /**
   * Says that something failed that no input should make fail; where it did, only to those who ask.
   */
  static void bug(Throwable failure, PrintWriter err) {
    if (failure instanceof OutOfMemoryError) {
      err.println(
          "error: the memory of the Java virtual machine does not suffice."
              + " Give it more, for example PARTIR_JAVA_OPTS=-Xmx16g, or take a smaller program or mesh");
    } else {
      err.println(
          "error: partir failed with "
              + failure
              + ". This is a bug: please report it, with what PARTIR_JAVA_OPTS=-Dpartir.debug=true adds here");
    }
    if (Boolean.getBoolean("partir.debug")) {
      failure.printStackTrace(err);
    }
    err.flush();
  }

  static void print(List<Diagnostic> diagnostics, PrintWriter err) {
    for (Diagnostic diagnostic : diagnostics) {
      err.println("error: " + diagnostic);
      excerpt(diagnostic, err);
    }
    err.flush();
  }

  private static void excerpt(Diagnostic diagnostic, PrintWriter err) {
    String file = diagnostic.location().file();
    if (file == null || !diagnostic.location().hasPosition()) {
      return;
    }
    try (var lines = Files.lines(Path.of(file), StandardCharsets.UTF_8)) {
      lines
          .skip(diagnostic.location().line() - 1L)
          .findFirst()
          .ifPresent(
              line ->
                  err.print(SourceExcerpt.caret(line, diagnostic.location().column()).indent(2)));
    } catch (IOException | RuntimeException e) {
      // The message alone says what is wrong.
    }
  }
}
