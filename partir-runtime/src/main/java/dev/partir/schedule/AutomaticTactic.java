package dev.partir.schedule;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.List;

/**
 * A tactic whose actions a search finds, along the given axes, before or after other tactics.
 *
 * <p>Its text form is {@code auto(model)} or {@code auto(batch, model; budget=200, seed=7)}.
 *
 * @param name the name in reports, unique within a schedule
 * @param axes the mesh axes along which it may shard
 * @param budget how many candidate plans the search may evaluate, at least 1
 * @param seed the seed of the search: the same seed and program give the same actions
 */
public record AutomaticTactic(String name, List<String> axes, int budget, long seed)
    implements Tactic {
  /** The evaluations of a search whose text names no budget. */
  public static final int DEFAULT_BUDGET = 200;

  private static final String WORD = "auto";
  private static final String USAGE =
      "Write auto(AXIS, ...; budget=EVALUATIONS, seed=NUMBER), for example auto(model) or"
          + " auto(batch, model; budget=200, seed=7)";

  public AutomaticTactic {
    axes = List.copyOf(axes);
  }

  /** A tactic named by its {@link #text}. */
  public AutomaticTactic(List<String> axes, int budget, long seed) {
    this(text(axes, budget, seed), axes, budget, seed);
  }

  /** Returns whether {@code text} means an automatic tactic, well formed or not. */
  public static boolean isAutomatic(String text) {
    return text.strip().equals(WORD) || text.strip().startsWith(WORD + "(");
  }

  /** Returns the text form, which leaves out a budget and a seed that are as by default. */
  public String text() {
    return text(axes, budget, seed);
  }

  private static String text(List<String> axes, int budget, long seed) {
    List<String> options = new ArrayList<>();
    if (budget != DEFAULT_BUDGET) {
      options.add("budget=" + budget);
    }
    if (seed != 0) {
      options.add("seed=" + seed);
    }
    String tail = options.isEmpty() ? "" : "; " + String.join(", ", options);
    return WORD + "(" + String.join(", ", axes) + tail + ")";
  }

  /**
   * Returns the tactic that {@code text} means, named by its canonical text.
   *
   * @throws PartirException with one {@link ErrorCode#INVALID_TACTIC} finding when the text is not
   *     well formed. Whether a mesh has the axes is for {@link ShardingVerifier} to say.
   */
  public static AutomaticTactic parse(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith(WORD + "(") || !stripped.endsWith(")")) {
      throw malformed(text, "it is not of the form auto(...)");
    }
    String inside = stripped.substring(WORD.length() + 1, stripped.length() - 1);
    int semicolon = inside.indexOf(';');
    String axisText = semicolon < 0 ? inside : inside.substring(0, semicolon);
    List<String> axes = new ArrayList<>();
    for (String axis : axisText.split(",", -1)) {
      if (axis.isBlank()) {
        throw malformed(text, axisText.isBlank() ? "it names no axis" : "an axis name is missing");
      }
      if (axis.indexOf('=') >= 0) {
        throw malformed(text, "\"" + axis.strip() + "\" is no axis; options follow a semicolon");
      }
      if (axes.contains(axis.strip())) {
        throw malformed(text, "it names axis \"" + axis.strip() + "\" twice");
      }
      axes.add(axis.strip());
    }
    int budget = DEFAULT_BUDGET;
    long seed = 0;
    if (semicolon >= 0) {
      List<String> seen = new ArrayList<>();
      for (String option : inside.substring(semicolon + 1).split(",", -1)) {
        int equals = option.indexOf('=');
        String key = equals < 0 ? option.strip() : option.substring(0, equals).strip();
        String value = equals < 0 ? "" : option.substring(equals + 1).strip();
        if (seen.contains(key)) {
          throw malformed(text, "it says " + key + " twice");
        }
        seen.add(key);
        switch (key) {
          case "budget" -> budget = (int) number(text, key, value, 1, Integer.MAX_VALUE);
          case "seed" -> seed = number(text, key, value, Long.MIN_VALUE, Long.MAX_VALUE);
          default -> throw malformed(text, "it has no option \"" + key + "\"");
        }
      }
    }
    return new AutomaticTactic(axes, budget, seed);
  }

  private static long number(String text, String key, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as for a number out of range.
    }
    String range = least == 1 ? "a whole number from 1 to " + most : "a whole number";
    throw malformed(text, key + " is \"" + value + "\", not " + range);
  }

  private static PartirException malformed(String text, String problem) {
    return new PartirException(
        Diagnostic.of(ErrorCode.INVALID_TACTIC, "tactic \"" + text + "\"", problem, USAGE));
  }
}
