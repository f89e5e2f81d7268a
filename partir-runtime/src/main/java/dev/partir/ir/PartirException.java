package dev.partir.ir;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Input was refused. Carries every finding, so that several errors are reported at once; the
 * message lists them line by line.
 */
public final class PartirException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  public PartirException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  public PartirException(Diagnostic diagnostic) {
    this(List.of(diagnostic));
  }

  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
