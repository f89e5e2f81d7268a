package dev.partir.text;

import dev.partir.ir.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Takes attributes and types that mean nothing here, as they are written. Aliases within them are
 * replaced by what they stand for, since the printed text has none.
 */
final class RawText {
  private static final Set<String> WORDS =
      Set.of(
          "affine_map",
          "affine_set",
          "array",
          "bf16",
          "complex",
          "dense",
          "f128",
          "f80",
          "index",
          "memref",
          "none",
          "opaque",
          "sparse",
          "strided",
          "tensor",
          "tf32",
          "tuple",
          "vector");

  private final Tokens tokens;
  private final Lexer lexer;
  private final Aliases aliases;
  private final Map<String, String> known = new HashMap<>();

  RawText(Tokens tokens, Aliases aliases) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.aliases = aliases;
  }

  /** Returns whether the next token begins a type, or another thing named by a builtin word. */
  boolean atType() {
    if (tokens.at(Token.BANG) || tokens.at(Token.LEFT_PAREN)) {
      return true;
    }
    if (!tokens.at(Token.WORD)) {
      return false;
    }
    String word = lexer.spelling();
    return WORDS.contains(word) || word.matches("(si|ui|i|f)[0-9]+[A-Z0-9a-z]*");
  }

  /** Takes a type. */
  String type() {
    if (!tokens.at(Token.LEFT_PAREN)) {
      return named();
    }
    String inputs = group();
    tokens.expect(Token.ARROW);
    return inputs + " -> " + (tokens.at(Token.LEFT_PAREN) ? group() : named());
  }

  /** Takes {@code : type} and returns it behind {@code value}. */
  String typed(String value) {
    tokens.expect(Token.COLON);
    return value + " : " + type();
  }

  /** Takes a word or a name with its mark, and {@code <...>} if it follows. */
  String named() {
    if (!tokens.at(Token.WORD) && !tokens.at(Token.BANG) && !tokens.at(Token.HASH)) {
      throw tokens.expected("a type or an attribute");
    }
    if (!tokens.at(Token.WORD) && aliases.defines(lexer.spelling())) {
      return aliases.take(known, this::type);
    }
    String name = lexer.spelling();
    lexer.next();
    return tokens.at(Token.LESS) ? name + group() : name;
  }

  /** Takes an operation that means nothing here, up to its location or the end of its line. */
  String operation() {
    return copy(
        () ->
            tokens.at(Token.END)
                || lexer.startsLine()
                || tokens.atWord("loc")
                || tokens.at(Token.RIGHT_BRACE));
  }

  /** Takes brackets with all that is between them. */
  String group() {
    return copy(() -> true);
  }

  /** Takes tokens until all brackets are closed and {@code ends} says so. */
  private String copy(BooleanSupplier ends) {
    int from = lexer.start();
    int copied = from;
    int end;
    var text = new StringBuilder();
    var open = new StringBuilder();
    do {
      end = lexer.end();
      switch (lexer.token()) {
        case LESS -> open.append('>');
        case LEFT_PAREN -> open.append(')');
        case LEFT_BRACKET -> open.append(']');
        case LEFT_BRACE -> open.append('}');
        case GREATER, RIGHT_PAREN, RIGHT_BRACKET, RIGHT_BRACE -> close(open);
        case HASH, BANG -> {
          if (aliases.defines(lexer.spelling())) {
            text.append(tokens.source().text(), copied, lexer.start());
            copied = end;
            text.append(aliases.take(known, this::value));
            continue;
          }
        }
        case END, ERROR, METADATA_BEGIN, METADATA_END ->
            throw tokens.error(
                from, ErrorCode.SYNTAX, "what begins here is not closed by its bracket", "");
        default -> {}
      }
      lexer.next();
    } while (!open.isEmpty() || !ends.getAsBoolean());
    return text.append(tokens.source().text(), copied, end).toString();
  }

  /** Takes the value of an alias, whatever it is. */
  private String value() {
    if (tokens.atWord("loc")) {
      throw tokens.error(
          lexer.start(), ErrorCode.SYNTAX, "a location is used in place of an attribute", "");
    }
    String value =
        switch (lexer.token()) {
          case LEFT_PAREN -> type();
          case LEFT_BRACKET, LEFT_BRACE -> group();
          case WORD, HASH, BANG -> named();
          default -> literal();
        };
    return tokens.at(Token.COLON) ? typed(value) : value;
  }

  /** Takes a number, a string or a symbol. */
  private String literal() {
    int from = lexer.start();
    tokens.accept(Token.MINUS);
    int end = lexer.end();
    lexer.next();
    return tokens.source().text().substring(from, end);
  }

  private void close(StringBuilder open) {
    int top = open.length() - 1;
    char bracket = tokens.source().text().charAt(lexer.start());
    // The ">=" of a condition closes nothing.
    if (bracket == '>' && tokens.source().text().startsWith(">=", lexer.start())) {
      return;
    }
    if (top < 0) {
      throw tokens.expected("an opening bracket");
    }
    if (open.charAt(top) != bracket) {
      throw tokens.expected("\"" + open.charAt(top) + "\"");
    }
    open.setLength(top);
  }
}
