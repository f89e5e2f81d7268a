package dev.partir.sim.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Builds HTML and the SVG within it: every text and attribute is escaped, every element is closed.
 * What it makes is also well-formed XML.
 */
final class Html {
  /** Elements behind which a line feed would show as a space. */
  private static final Set<String> INLINE =
      Set.of("b", "code", "i", "span", "strong", "text", "title");

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins a document. */
  Html doctype() {
    text.append("<!DOCTYPE html>\n");
    return this;
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn
   */
  Html open(String tag, String... attributes) {
    start(tag, attributes);
    text.append('>');
    open.push(tag);
    return this;
  }

  /** Ends the innermost element. */
  Html close() {
    String tag = open.pop();
    text.append("</").append(tag).append('>');
    if (!INLINE.contains(tag)) {
      text.append('\n');
    }
    return this;
  }

  /** Adds an element that cannot have content: a void one of HTML, or one of SVG. */
  Html leaf(String tag, String... attributes) {
    start(tag, attributes);
    text.append("/>");
    return this;
  }

  /** Adds an element that holds a text. */
  Html element(String tag, String content, String... attributes) {
    return open(tag, attributes).text(content).close();
  }

  /** Adds a text. */
  Html text(String content) {
    escape(content);
    return this;
  }

  /** Adds a style sheet of ours, in which nothing may look like a tag. */
  Html style(String css) {
    if (css.indexOf('<') >= 0) {
      throw new IllegalArgumentException("a style sheet with a tag");
    }
    text.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  /** Returns the text; every element must be closed. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return text.toString();
  }

  private void start(String tag, String... attributes) {
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      text.append('"');
    }
  }

  private void escape(String content) {
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\'' -> text.append("&#39;");
        default -> {
          boolean allowed = c >= 0x20 || c == '\n' || c == '\t';
          text.append(allowed ? c : '\ufffd');
        }
      }
    }
  }
}
