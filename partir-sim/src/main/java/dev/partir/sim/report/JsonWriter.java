package dev.partir.sim.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes JSON (RFC 8259), indented by two spaces, in the order in which it is told. Equal calls
 * give equal text on every machine. A small writer of our own because reports are also written
 * inside compilers, where a library would meet those of other annotation processors.
 *
 * <pre>{@code
 * String text =
 *     new JsonWriter().beginObject().name("axes").beginArray().value(4).endArray().endObject()
 *         .toString();
 * }</pre>
 */
public final class JsonWriter {
  private enum Scope {
    ARRAY,
    OBJECT
  }

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder();
  private final Deque<Scope> scopes = new ArrayDeque<>();
  private boolean first = true;
  private boolean named;

  /** Begins an object; {@link #name} and a value alternate in it. */
  public JsonWriter beginObject() {
    return begin(Scope.OBJECT, '{');
  }

  /** Ends an object. */
  public JsonWriter endObject() {
    return end(Scope.OBJECT, '}');
  }

  /** Begins an array. */
  public JsonWriter beginArray() {
    return begin(Scope.ARRAY, '[');
  }

  /** Ends an array. */
  public JsonWriter endArray() {
    return end(Scope.ARRAY, ']');
  }

  /** Writes the name of the next value of an object. */
  public JsonWriter name(String name) {
    if (scopes.peek() != Scope.OBJECT || named) {
      throw new IllegalStateException("no name belongs here: " + name);
    }
    separate();
    string(name);
    text.append(": ");
    named = true;
    return this;
  }

  public JsonWriter value(String value) {
    beforeValue();
    string(value);
    return afterValue();
  }

  public JsonWriter value(long value) {
    beforeValue();
    text.append(value);
    return afterValue();
  }

  public JsonWriter value(boolean value) {
    beforeValue();
    text.append(value);
    return afterValue();
  }

  /**
   * Writes the shortest decimal that reads back as {@code value}; whole numbers below 2^53 without
   * a fraction, so that 4 is {@code 4}.
   *
   * @throws IllegalArgumentException when the number is infinite or none; JSON has no such values
   */
  public JsonWriter value(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("JSON has no " + value);
    }
    beforeValue();
    text.append(shortest(value));
    return afterValue();
  }

  /** Double.toString will not do: before JDK 19 it now and then gives a digit more than it need. */
  private static String shortest(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      return Long.toString((long) value);
    }
    var exact = new BigDecimal(value);
    // Decimals of 15 digits are all distinct doubles, but for the smallest of all, which have fewer
    // bits; 17 digits tell all doubles apart.
    for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : 15; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros().toString();
      }
    }
    return exact.round(new MathContext(17)).stripTrailingZeros().toString();
  }

  /** Writes {@code null}. */
  public JsonWriter nullValue() {
    beforeValue();
    text.append("null");
    return afterValue();
  }

  /**
   * Returns the text, with a line feed at its end.
   *
   * @throws IllegalStateException when an array or object is still open
   */
  @Override
  public String toString() {
    if (!scopes.isEmpty() || text.length() == 0) {
      throw new IllegalStateException("not complete: " + text);
    }
    return text + "\n";
  }

  private JsonWriter begin(Scope scope, char bracket) {
    beforeValue();
    text.append(bracket);
    scopes.push(scope);
    first = true;
    named = false;
    return this;
  }

  private JsonWriter end(Scope scope, char bracket) {
    if (scopes.peek() != scope || named) {
      throw new IllegalStateException("no " + bracket + " belongs here");
    }
    scopes.pop();
    if (!first) {
      line();
    }
    text.append(bracket);
    return afterValue();
  }

  private void beforeValue() {
    if (scopes.isEmpty() ? text.length() > 0 : scopes.peek() == Scope.OBJECT && !named) {
      throw new IllegalStateException("no value belongs here");
    }
    if (scopes.peek() == Scope.ARRAY) {
      separate();
    }
  }

  private JsonWriter afterValue() {
    named = false;
    first = false;
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(',');
    }
    line();
  }

  private void line() {
    text.append('\n').append("  ".repeat(scopes.size()));
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20
              || c == 0x7f
              || isLoneSurrogate(value, i)
              || c == '\u2028'
              || c == '\u2029') {
            escape(c);
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  /** A surrogate without its partner has no UTF-8 form and would be lost on the way to a file. */
  private static boolean isLoneSurrogate(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
  }

  private void escape(char c) {
    text.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      text.append(HEX.charAt(c >> shift & 0xf));
    }
  }
}
