package dev.partir.sim.report;

import dev.partir.schedule.ByteText;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import java.util.Locale;

/** Writes figures for people, with three digits. */
public final class ReportText {
  private static final String[] FLOPS = {"", "K", "M", "G", "T", "P", "E"};

  private ReportText() {}

  /** Returns {@code 1.23 ms} or {@code 45.6 µs}. */
  public static String seconds(double seconds) {
    if (seconds <= 0) {
      return "0 s";
    }
    if (seconds < 1e-6) {
      return digits(seconds * 1e9) + " ns";
    }
    if (seconds < 1e-3) {
      return digits(seconds * 1e6) + " µs";
    }
    return seconds < 1 ? digits(seconds * 1e3) + " ms" : digits(seconds) + " s";
  }

  /** Returns {@code 1.5 TFLOP}. */
  static String flops(long flops) {
    int unit = 0;
    double value = flops;
    while (value >= 999.5 && unit < FLOPS.length - 1) {
      value /= 1000;
      unit++;
    }
    return (unit == 0 ? Long.toString(flops) : digits(value)) + " " + FLOPS[unit] + "FLOP";
  }

  static String bytes(long bytes) {
    return ByteText.of(bytes);
  }

  /** Returns {@code 41.2 %}. */
  public static String percent(double share) {
    return digits(share * 100) + " %";
  }

  /** Returns {@code 2 (16 KiB)}, or a dash when there are none. */
  static String total(CollectiveTotal total) {
    return total.count() == 0 ? "–" : total.count() + " (" + bytes(total.bytes()) + ")";
  }

  /** Returns a number with three digits, never in exponent form. */
  static String digits(double value) {
    double size = Math.abs(value);
    String form = size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : size >= 0.001 ? "%.2f" : "%.0f";
    return String.format(Locale.ROOT, form, value);
  }
}
