package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes numbers of bytes for people, and reads what people write. */
public final class ByteText {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private static final Pattern TEXT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([KMGTPE]?)(i?)B");

  private ByteText() {}

  /**
   * Returns the bytes that {@code 512 B}, {@code 14GiB} or {@code 1.5 TB} says: {@code KiB} is
   * 1,024 bytes, {@code KB} 1,000.
   *
   * @throws PartirException with {@link ErrorCode#INVALID_BUDGET} and no subject when the text is
   *     no number of bytes
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (matcher.matches()) {
      String unit = matcher.group(2);
      boolean binary = !matcher.group(3).isEmpty();
      int power = unit.isEmpty() ? 0 : "KMGTPE".indexOf(unit) + 1;
      double bytes = Double.parseDouble(matcher.group(1)) * Math.pow(binary ? 1024 : 1000, power);
      if (bytes < Long.MAX_VALUE && !(binary && unit.isEmpty())) {
        return (long) bytes;
      }
    }
    throw new PartirException(
        Diagnostic.of(
            ErrorCode.INVALID_BUDGET,
            "",
            "\"" + text + "\" is no number of bytes",
            "Write a number and a unit, such as \"14 GiB\" (1,024 to the third) or \"14 GB\""));
  }

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
    long tenths = Math.round(size * 10);
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " " + UNITS[unit];
  }
}
