package dev.partir.schedule;

/**
 * Names the values that an action is about. The text is one of
 *
 * <ul>
 *   <li>a name: a parameter's name, the name that its source location gives it, or {@code argN};
 *       {@code result} (or {@code result0}, {@code result1}, ... where there are several); or the
 *       name that the model gives an intermediate value;
 *   <li>a pattern with {@code *} for any characters and {@code ?} for any one. A {@code *} crosses
 *       {@code /}: <code>*&#47;w1</code> matches {@code blocks/3/mlp/w1};
 *   <li>{@code type:256x1024xf32}: every parameter of that type.
 * </ul>
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

  /** Returns whether the text is a pattern or a type, which may stand for many values. */
  public boolean isPattern() {
    return isType() || isGlob();
  }

  boolean isGlob() {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  boolean isType() {
    return text.startsWith(TYPE_PREFIX);
  }

  /** Returns the type's text in the spelling of {@link dev.partir.ir.TensorType#shapeText}. */
  String typeText() {
    return text.substring(TYPE_PREFIX.length()).replace(" ", "");
  }

  /** Returns whether the text, taken alone, is about {@code value}. */
  public boolean matches(ValueModel value) {
    if (isType()) {
      return value.role() == ValueModel.Role.PARAMETER
          && value.type().shapeText().equals(typeText());
    }
    if (matchesName(value.name())) {
      return true;
    }
    for (String alias : value.aliases()) {
      if (matchesName(alias)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesName(String name) {
    return text.equals(name) || (isGlob() && globMatches(text, name));
  }

  /** Matches in time proportional to the product of the lengths, without recursion. */
  static boolean globMatches(String glob, String name) {
    int g = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = n;
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

  @Override
  public String toString() {
    return text;
  }
}
