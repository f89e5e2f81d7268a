package dev.partir.cli;

import java.io.PrintStream;

/**
 * One line on a terminal that says how far a long job is; nothing on a pipe. The launcher says
 * whether there is a terminal: Java 17 cannot.
 */
final class Progress {
  private final String what;
  private final int total;
  private final boolean shown;
  private final PrintStream err = System.err;
  private int done;
  private long lastNanos;

  private Progress(String what, int total, boolean shown) {
    this.what = what;
    this.total = total;
    this.shown = shown;
  }

  static Progress onTerminal(String what, int total) {
    return new Progress(what, total, total > 1 && Boolean.getBoolean("partir.terminal"));
  }

  void step() {
    done++;
    long now = System.nanoTime();
    if (shown && now - lastNanos > 100_000_000) {
      lastNanos = now;
      int width = 30;
      int filled = (int) ((long) width * done / total);
      err.printf(
          "\r%s [%s%s] %d/%d", what, "#".repeat(filled), " ".repeat(width - filled), done, total);
      err.flush();
    }
  }

  void clear() {
    if (shown && lastNanos != 0) {
      err.print("\r" + " ".repeat(what.length() + 50) + "\r");
      err.flush();
    }
  }
}
