package dev.partir.processor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of the processor, given to the compiler as {@code -Apartir.NAME=VALUE}.
 *
 * @param report what to write of a plan besides its class
 * @param memory what to say of parameters that do not fit the memory of a device
 */
record PartirOptions(Report report, Severity memory) {
  private static final String REPORT = "partir.report";
  private static final String MEMORY = "partir.memory";

  /** The names of all options. */
  static final Set<String> NAMES = Set.of(REPORT, MEMORY);

  /** What to write of a plan besides its class. */
  enum Report {
    /** Nothing. Tools that look for plans then do not find this one. */
    NONE,
    /** The report for tools, as JSON. */
    SUMMARY,
    /** The report for tools and, as Markdown, for people. */
    FULL
  }

  /** How to say something. */
  enum Severity {
    ERROR,
    WARNING,
    NONE
  }

  /** Options that were read, and a usage line for each that could not be. */
  record Parsed(PartirOptions options, List<String> problems) {}

  /** Reads the options; those that are not well formed are as by default. */
  static Parsed parse(Map<String, String> given) {
    List<String> problems = new ArrayList<>();
    Report report = parse(given, REPORT, Report.class, problems);
    Severity memory = parse(given, MEMORY, Severity.class, problems);
    return new Parsed(
        new PartirOptions(
            report == null ? Report.FULL : report, memory == null ? Severity.ERROR : memory),
        problems);
  }

  private static <E extends Enum<E>> @Nullable E parse(
      Map<String, String> given, String name, Class<E> type, List<String> problems) {
    String text = given.get(name);
    if (!given.containsKey(name)) {
      return null;
    }
    for (E value : type.getEnumConstants()) {
      if (text(value).equals(text)) {
        return value;
      }
    }
    String values =
        Arrays.stream(type.getEnumConstants())
            .map(PartirOptions::text)
            .collect(Collectors.joining("|"));
    problems.add(
        "[partir:usage] -A"
            + name
            + (text == null ? " has no value" : "=" + text + " is not an option")
            + ". Usage: -A"
            + name
            + "="
            + values
            + ". See docs/errors/usage.md");
    return null;
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
