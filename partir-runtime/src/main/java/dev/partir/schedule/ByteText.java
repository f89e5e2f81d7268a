package dev.partir.schedule;

import java.util.Locale;

/** Writes numbers of bytes for people. */
public final class ByteText {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private ByteText() {}

  /**
   * Returns {@code 512 B}, {@code 4 KiB} or {@code 13.4 GiB}: at most one decimal, binary units.
   */
  public static String of(long bytes) {
    int unit = 0;
    double size = bytes;
    // 1023.95 would round to 1024.0 of the smaller unit.
    while (size >= 1023.95 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    String text = String.format(Locale.ROOT, "%.1f", size);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " " + UNITS[unit];
  }
}
