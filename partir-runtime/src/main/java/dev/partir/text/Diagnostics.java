package dev.partir.text;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a text. */
final class Diagnostics {
  /** There are so many errors that it is no use to read on. */
  static final class TooMany extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMany() {
      super("too many errors", null, false, false);
    }
  }

  private final List<Diagnostic> found = new ArrayList<>();

  boolean isEmpty() {
    return found.isEmpty();
  }

  int count() {
    return found.size();
  }

  /**
   * Adds a diagnostic, unless it has been added already.
   *
   * @throws TooMany when it is the last that is wanted
   */
  void add(Diagnostic diagnostic) {
    if (found.contains(diagnostic)) {
      return;
    }
    found.add(diagnostic);
    if (found.size() >= Limits.DIAGNOSTICS) {
      throw new TooMany();
    }
  }

  void addAll(List<Diagnostic> diagnostics) {
    for (Diagnostic diagnostic : diagnostics) {
      add(diagnostic);
    }
  }

  /** Adds as many as are wanted. */
  void addUpToLimit(List<Diagnostic> diagnostics) {
    int room = Limits.DIAGNOSTICS - found.size();
    found.addAll(diagnostics.subList(0, Math.min(room, diagnostics.size())));
  }

  /** Returns whether text between two lines could not be read. */
  boolean hasSyntaxError(int firstLine, int lastLine) {
    for (Diagnostic diagnostic : found) {
      int line = diagnostic.location().line();
      boolean unread =
          diagnostic.code() == ErrorCode.SYNTAX || diagnostic.code() == ErrorCode.UNKNOWN_OP;
      if (unread && line >= firstLine && line <= lastLine) {
        return true;
      }
    }
    return false;
  }

  /** Takes back all but the first {@code count}. */
  void forgetAfter(int count) {
    found.subList(count, found.size()).clear();
  }

  /** Returns them in the order of the text. */
  List<Diagnostic> sorted() {
    List<Diagnostic> sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.comparingInt((Diagnostic d) -> d.location().line())
            .thenComparingInt(d -> d.location().column()));
    return sorted;
  }
}
