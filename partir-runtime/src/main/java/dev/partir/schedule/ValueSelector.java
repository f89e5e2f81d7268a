package dev.partir.schedule;

import java.util.function.Predicate;

/**
 * Names the values that an action is about. The text is one of
 *
 * <ul>
 *   <li>a name: a parameter's name, the name that its source location gives it, or {@code argN};
 *       {@code result} (or {@code result0}, {@code result1}, ... where there are several); or the
 *       name that the model gives an intermediate value;
 *   <li>a pattern with {@code *} for any characters, {@code ?} for any one and {@code #} for a
 *       number. A {@code *} crosses {@code /}: <code>*&#47;w1</code> matches {@code
 *       blocks/3/mlp/w1}, and so does {@code blocks/#/mlp/w1};
 *   <li>{@code type:256x1024xf32}: every parameter of that type.
 * </ul>
 *
 * <p>Behind any of these, names and patterns that each stand behind a space and a {@code !} are
 * left out: <code>blocks/#/* !blocks/0/* !*&#47;norm</code>.
 *
 * <p>A selector is about parameters. Only where no parameter matches a name or a pattern is it
 * about results and named intermediate values; so {@code *} does not catch every operation of a
 * program whose exporter named them all. A name that stands for several values is about all of
 * them.
 *
 * @param text the text, as the user wrote it
 */
public record ValueSelector(String text) {
  private static final String TYPE_PREFIX = "type:";
  private static final String EXCEPT = " !";

  /** Returns whether the text is a pattern or a type, which may stand for many values. */
  public boolean isPattern() {
    return isType() || isGlob(text);
  }

  private static boolean isGlob(String text) {
    return text.indexOf('*') >= 0
        || text.indexOf('?') >= 0
        || text.indexOf('#') >= 0
        || text.contains(EXCEPT);
  }

  boolean isType() {
    return text.startsWith(TYPE_PREFIX);
  }

  /** Returns the type's text in the spelling of {@link dev.partir.ir.TensorType#shapeText}. */
  String typeText() {
    return wanted().substring(TYPE_PREFIX.length()).replace(" ", "");
  }

  /** Returns the text without what it leaves out. */
  private String wanted() {
    int end = text.indexOf(EXCEPT);
    return end < 0 ? text : text.substring(0, end);
  }

  /** Returns a selector of the same values without those that {@code pattern} matches. */
  public ValueSelector except(String pattern) {
    return new ValueSelector(text + EXCEPT + pattern);
  }

  /** Returns whether the text, taken alone, is about {@code value}. */
  public boolean matches(ValueModel value) {
    return matcher().test(value);
  }

  /** Returns what tells whether the text, taken alone, is about a value; for many values. */
  Predicate<ValueModel> matcher() {
    if (!isGlob(text) && !isType()) {
      return value -> names(text, value);
    }
    String[] parts = text.split(EXCEPT, -1);
    String type = isType() ? typeText() : null;
    return value -> {
      boolean found =
          type == null
              ? names(parts[0], value)
              : value.role() == ValueModel.Role.PARAMETER && value.type().shapeText().equals(type);
      for (int i = 1; i < parts.length; i++) {
        found = found && !names(parts[i], value);
      }
      return found;
    };
  }

  private static boolean names(String pattern, ValueModel value) {
    if (matches(pattern, value.name())) {
      return true;
    }
    for (String alias : value.aliases()) {
      if (matches(pattern, alias)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a pattern, without anything left out, matches a name. */
  public static boolean matches(String pattern, String name) {
    return pattern.equals(name) || (isGlob(pattern) && globMatches(pattern, name));
  }

  /** Matches in time proportional to the product of the lengths, without recursion. */
  static boolean globMatches(String glob, String name) {
    // Most patterns are a beginning and a star.
    int last = glob.length() - 1;
    if (last >= 0 && glob.charAt(last) == '*' && firstWildcard(glob) == last) {
      return name.startsWith(glob.substring(0, last));
    }
    int g = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = n;
      } else if (g < glob.length() && glob.charAt(g) == '#' && isDigit(name.charAt(n))) {
        // A number is taken whole; a star before it can take more digits when this one is tried
        // again.
        while (n < name.length() && isDigit(name.charAt(n))) {
          n++;
        }
        g++;
      } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
        g++;
        n++;
      } else if (star >= 0) {
        g = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }

  private static int firstWildcard(String glob) {
    int first = 0;
    while (first < glob.length() && "*?#".indexOf(glob.charAt(first)) < 0) {
      first++;
    }
    return first;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public String toString() {
    return text;
  }
}
