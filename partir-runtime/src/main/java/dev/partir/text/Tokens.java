package dev.partir.text;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;

/** Takes tokens, and says what was expected where the text has something else. */
final class Tokens {
  private static final int SHOWN = 40;

  private final Source source;
  private final Lexer lexer;
  private final Diagnostics diagnostics;
  private int depth;

  Tokens(Source source, int from, int limit, Diagnostics diagnostics) {
    this.source = source;
    this.lexer = new Lexer(source.text(), from, limit);
    this.diagnostics = diagnostics;
  }

  Source source() {
    return source;
  }

  Lexer lexer() {
    return lexer;
  }

  Diagnostics diagnostics() {
    return diagnostics;
  }

  Token token() {
    return lexer.token();
  }

  boolean at(Token token) {
    return lexer.token() == token;
  }

  boolean atWord(String word) {
    return lexer.token() == Token.WORD && lexer.spells(word);
  }

  /** Returns whether the next token is {@code token}, and takes it if so. */
  boolean accept(Token token) {
    if (lexer.token() != token) {
      return false;
    }
    lexer.next();
    return true;
  }

  boolean acceptWord(String word) {
    if (!atWord(word)) {
      return false;
    }
    lexer.next();
    return true;
  }

  /** Takes {@code token}, which must be next. */
  void expect(Token token) {
    if (lexer.token() != token) {
      throw expected(token.description());
    }
    lexer.next();
  }

  void expectWord(String word) {
    if (!acceptWord(word)) {
      throw expected("\"" + word + "\"");
    }
  }

  /** Takes {@code token}, which must be next, and returns its text. */
  String take(Token token) {
    if (lexer.token() != token) {
      throw expected(token.description());
    }
    String text = lexer.spelling();
    lexer.next();
    return text;
  }

  /** Takes {@code %name} and returns the name. */
  String valueName() {
    if (lexer.token() != Token.VALUE) {
      throw expected(Token.VALUE.description());
    }
    String name = source.text().substring(lexer.start() + 1, lexer.end());
    lexer.next();
    return name;
  }

  /** Takes a string and returns what it means. */
  String string() {
    if (lexer.token() != Token.STRING) {
      throw expected("a string");
    }
    String value = Text.unescape(source.text(), lexer.start() + 1, lexer.end() - 1);
    lexer.next();
    return value;
  }

  /** Takes {@code @name} and returns the name. */
  String symbol() {
    if (lexer.token() != Token.SYMBOL) {
      throw expected(Token.SYMBOL.description());
    }
    String text = source.text();
    int name = lexer.start() + 1;
    String value =
        text.charAt(name) == '"'
            ? Text.unescape(text, name + 1, lexer.end() - 1)
            : text.substring(name, lexer.end());
    lexer.next();
    return value;
  }

  /** Takes an integer, which may be negative. */
  long integer() {
    int from = lexer.start();
    boolean negative = accept(Token.MINUS);
    if (lexer.token() != Token.INTEGER) {
      throw expected("an integer");
    }
    String digits = lexer.spelling();
    try {
      long value =
          digits.startsWith("0x")
              ? Long.parseUnsignedLong(digits, 2, digits.length(), 16)
              : Long.parseLong(negative ? "-" + digits : digits);
      lexer.next();
      return digits.startsWith("0x") && negative ? -value : value;
    } catch (NumberFormatException tooLarge) {
      throw error(from, ErrorCode.LIMIT, "an integer of more than 64 bits", "");
    }
  }

  /** Goes one level deeper into regions, attributes or types. */
  void enter() {
    if (depth == Limits.DEPTH) {
      throw error(
          lexer.start(),
          ErrorCode.LIMIT,
          "the text nests more than " + Limits.DEPTH + " levels deep",
          "Write it with less nesting");
    }
    depth++;
  }

  void leave() {
    depth--;
  }

  int depth() {
    return depth;
  }

  /** Returns to the depth at which an abandoned construct began. */
  void restoreDepth(int value) {
    depth = value;
  }

  Location location() {
    return source.location(lexer.start());
  }

  /** Returns the error for something else than {@code what} standing next. */
  PartirException expected(String what) {
    String problem =
        lexer.token() == Token.ERROR
            ? lexer.trouble()
            : "expected " + what + ", found " + describeToken();
    return error(lexer.start(), ErrorCode.SYNTAX, problem, "");
  }

  private String describeToken() {
    if (lexer.token() == Token.END) {
      return "the end of the text";
    }
    String text = lexer.spelling();
    return text.startsWith("\"") ? "the string " + shortened(text) : "\"" + shortened(text) + "\"";
  }

  static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  PartirException error(int offset, ErrorCode code, String problem, String remedy) {
    return new PartirException(Diagnostic.at(source.location(offset), code, problem, remedy));
  }

  /** Tells an error and goes on. */
  void report(int offset, ErrorCode code, String problem, String remedy) {
    diagnostics.add(Diagnostic.at(source.location(offset), code, problem, remedy));
  }
}
