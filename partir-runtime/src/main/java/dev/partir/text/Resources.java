package dev.partir.text;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The section <code>{-# dialect_resources: {...} #-}</code> at the end of a module, which holds the
 * elements of large constants by name. A blob is a hexadecimal string whose first four bytes are
 * its alignment.
 */
final class Resources {
  /** The places of a blob's digits in the text. */
  record Blob(int start, int end) {}

  private static final int PREFIX = "0x00000000".length();

  private final Map<String, Blob> blobs = new HashMap<>();
  private final Tokens tokens;

  /** Finds the section, if the text has one, and leaves the tokens where they are. */
  Resources(Tokens tokens) {
    this.tokens = tokens;
    Lexer lexer = tokens.lexer();
    int first = lexer.start();
    Source source = tokens.source();
    for (int p = source.marked(first); p < lexer.limit(); p = source.marked(p + 1)) {
      if (source.text().startsWith("{-#", p)) {
        lexer.moveTo(p);
        try {
          section();
        } catch (PartirException notWellFormed) {
          tokens.diagnostics().addAll(notWellFormed.diagnostics());
        }
        break;
      }
    }
    lexer.moveTo(first);
  }

  /** Returns the blob of that name, or null. */
  @Nullable Blob blob(String name) {
    return blobs.get(name);
  }

  /** Takes the section without reading it again. */
  void skip() {
    Lexer lexer = tokens.lexer();
    tokens.expect(Token.METADATA_BEGIN);
    while (!tokens.at(Token.METADATA_END) && !tokens.at(Token.END)) {
      lexer.next();
    }
    tokens.accept(Token.METADATA_END);
  }

  private void section() {
    tokens.expect(Token.METADATA_BEGIN);
    if (!tokens.at(Token.METADATA_END)) {
      do {
        String kind = tokens.take(Token.WORD);
        tokens.expect(Token.COLON);
        entries(kind.equals("dialect_resources") ? 1 : 0);
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.METADATA_END);
  }

  /**
   * Takes {@code {key: value, ...}}, where the values are dictionaries of their own.
   *
   * @param level 1 for the dialects, 2 for what they hold, 0 for what means nothing here
   */
  private void entries(int level) {
    tokens.expect(Token.LEFT_BRACE);
    tokens.enter();
    if (!tokens.at(Token.RIGHT_BRACE)) {
      do {
        String key = key();
        tokens.expect(Token.COLON);
        if (tokens.at(Token.LEFT_BRACE)) {
          entries(level == 1 ? 2 : 0);
        } else if (level == 2) {
          blob(key, tokens.lexer());
        } else {
          tokens.lexer().next();
        }
      } while (tokens.accept(Token.COMMA));
    }
    tokens.leave();
    tokens.expect(Token.RIGHT_BRACE);
  }

  private String key() {
    return tokens.at(Token.STRING) ? tokens.string() : tokens.take(Token.WORD);
  }

  private void blob(String name, Lexer lexer) {
    int start = lexer.start() + 1;
    int end = lexer.end() - 1;
    if (!tokens.at(Token.STRING)) {
      // Numbers and booleans are resources of other dialects.
      lexer.next();
      return;
    }
    if (!tokens.source().text().startsWith("0x", start) || end - start < PREFIX) {
      tokens.report(
          lexer.start(),
          ErrorCode.SYNTAX,
          "the resource \"" + name + "\" is no hexadecimal string with four bytes of alignment",
          "Write \"0x04000000...\"");
    } else {
      blobs.put(name, new Blob(start + PREFIX, end));
    }
    lexer.next();
  }
}
