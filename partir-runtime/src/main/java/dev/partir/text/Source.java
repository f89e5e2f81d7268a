package dev.partir.text;

import dev.partir.ir.Location;
import java.util.Arrays;

/** A text with its name, and the lines and columns of its characters. */
final class Source {
  private final String fileName;
  private final String text;
  private int[] lineStarts = {};
  private int lines;
  private int lastLine = 1;

  /** The characters that {@link #marked} finds. */
  private int[] marks = {};

  private int markCount;

  Source(String fileName, String text) {
    this.fileName = fileName;
    this.text = text;
  }

  String text() {
    return text;
  }

  /**
   * Returns the first place at or behind {@code from} where a line begins with {@code #}, {@code !}
   * or <code>{</code>, blanks aside; the length of the text if there is none.
   */
  int marked(int from) {
    if (lines == 0) {
      findLines();
    }
    int found = Arrays.binarySearch(marks, 0, markCount, from);
    int next = found >= 0 ? found : -found - 1;
    return next < markCount ? marks[next] : text.length();
  }

  /** Returns the place of a character. */
  Location location(int offset) {
    int line = line(offset);
    return Location.of(fileName, line, offset - lineStarts[line - 1] + 1);
  }

  /** Returns the number of the line, from 1, that holds a character. */
  int line(int offset) {
    if (lines == 0) {
      findLines();
    }
    // Questions mostly come in the order of the text.
    int last = lastLine;
    if (lineStarts[last - 1] <= offset) {
      if (last == lines || offset < lineStarts[last]) {
        return last;
      }
      if (last + 1 == lines || offset < lineStarts[last + 1]) {
        lastLine = last + 1;
        return last + 1;
      }
    }
    int found = Arrays.binarySearch(lineStarts, 0, lines, offset);
    lastLine = found >= 0 ? found + 1 : -found - 1;
    return lastLine;
  }

  private void findLines() {
    int[] starts = new int[Math.max(16, text.length() / 64)];
    int count = 1;
    mark(0);
    for (int p = text.indexOf('\n'); p >= 0; p = text.indexOf('\n', p + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count++] = p + 1;
      mark(p + 1);
    }
    lineStarts = starts;
    lines = count;
  }

  private void mark(int lineStart) {
    int p = lineStart;
    while (p < text.length() && isBlank(text.charAt(p))) {
      p++;
    }
    char c = p < text.length() ? text.charAt(p) : 0;
    if (c == '#' || c == '!' || c == '{') {
      if (markCount == marks.length) {
        marks = Arrays.copyOf(marks, Math.max(16, 2 * markCount));
      }
      marks[markCount++] = p;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\uFEFF';
  }
}
