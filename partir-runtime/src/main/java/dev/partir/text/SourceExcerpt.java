package dev.partir.text;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.Location;
import org.jspecify.annotations.Nullable;

/**
 * Shows the line that a diagnostic is about, with a caret below the place.
 *
 * <pre>{@code
 * mlp.mlir:3:10: [partir:unknown-op] the operation stablehlo.ad is not known. ...
 *     %0 = stablehlo.ad %arg0, %arg1 : tensor<2xf32>
 *          ^
 * }</pre>
 */
public final class SourceExcerpt {
  private static final int WIDTH = 100;
  private static final String CUT = "...";

  private SourceExcerpt() {}

  /**
   * Returns the diagnostic with the line of {@code text} that it points to; the diagnostic alone
   * where it has no place or the text no such line. A long line is cut around the place.
   *
   * @param text the text of the file that the diagnostic is about
   */
  public static String of(Diagnostic diagnostic, String text) {
    Location location = diagnostic.location();
    String line = location.hasPosition() ? line(text, location.line()) : null;
    if (line == null || location.column() < 1) {
      return diagnostic.toString();
    }
    return diagnostic + "\n" + caret(line, location.column());
  }

  /**
   * Returns a line and a second one with a caret below the column. A long line is cut around it.
   *
   * @param line a line without its end
   * @param column counted from 1
   */
  public static String caret(String line, int column) {
    int place = Math.max(0, Math.min(column - 1, line.length()));
    int from = 0;
    int to = line.length();
    if (line.length() > WIDTH) {
      from = Math.max(0, Math.min(place - WIDTH / 2, line.length() - WIDTH));
      to = from + WIDTH;
    }
    String before = (from > 0 ? CUT : "") + line.substring(from, place);
    String after = line.substring(place, to) + (to < line.length() ? CUT : "");
    return before + after + "\n" + blanks(before) + "^";
  }

  /** Returns a line without its end, or null when the text has fewer. */
  private static @Nullable String line(String text, int number) {
    int start = 0;
    for (int i = 1; i < number; i++) {
      int newline = text.indexOf('\n', start);
      if (newline < 0) {
        return null;
      }
      start = newline + 1;
    }
    int end = text.indexOf('\n', start);
    String line = text.substring(start, end < 0 ? text.length() : end);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /** Returns blanks as wide as {@code text}; tabs stay, for their width is the terminal's. */
  private static String blanks(String text) {
    var blanks = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      blanks.append(text.charAt(i) == '\t' ? '\t' : ' ');
    }
    return blanks.toString();
  }
}
