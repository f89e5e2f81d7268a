package dev.partir.text;

import dev.partir.ir.Location;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A text with its name, and the lines and columns of its characters. */
final class Source {
  private record Found(int from, int place) {}

  private final Map<String, Found> found = new HashMap<>();
  private final String fileName;
  private final String text;
  private int[] lineStarts = {};
  private int lines;

  Source(String fileName, String text) {
    this.fileName = fileName;
    this.text = text;
  }

  String text() {
    return text;
  }

  /**
   * Returns where {@code mark} stands next, or the end of the text. The answer is remembered, so
   * that asking in many parts of a text costs no more than in one.
   */
  int find(String mark, int from) {
    Found last = found.get(mark);
    if (last != null && last.from() <= from && from <= last.place()) {
      return last.place();
    }
    int place = text.indexOf(mark, from);
    place = place < 0 ? text.length() : place;
    found.put(mark, new Found(from, place));
    return place;
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
    int found = Arrays.binarySearch(lineStarts, 0, lines, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private void findLines() {
    int[] starts = new int[Math.max(16, text.length() / 64)];
    int count = 1;
    for (int p = text.indexOf('\n'); p >= 0; p = text.indexOf('\n', p + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count++] = p + 1;
    }
    lineStarts = starts;
    lines = count;
  }
}
