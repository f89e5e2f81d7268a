package dev.partir.text;

/** What a token is. Punctuation marks are spelled as their text says. */
enum Token {
  END("the end of the text"),
  /** Something that is no token; {@link Lexer#trouble} says what. */
  ERROR("an unknown character"),
  /** {@code module}, {@code stablehlo.add}, {@code f32}. */
  WORD("a word"),
  /** {@code %name}, {@code %0}. */
  VALUE("a value such as %0"),
  /** {@code @name}, {@code @"any name"}. */
  SYMBOL("a symbol such as @main"),
  /** {@code #alias}, {@code #dialect.attribute}, and the {@code #1} of {@code %0#1}. */
  HASH("an attribute such as #alias"),
  /** {@code !alias}, {@code !dialect.type}. */
  BANG("a type such as !alias"),
  /** {@code ^bb0}. */
  BLOCK("a block such as ^bb0"),
  INTEGER("an integer"),
  FLOAT("a floating-point number"),
  STRING("a string"),
  ARROW("\"->\""),
  LEFT_PAREN("\"(\""),
  RIGHT_PAREN("\")\""),
  LEFT_BRACE("\"{\""),
  RIGHT_BRACE("\"}\""),
  LEFT_BRACKET("\"[\""),
  RIGHT_BRACKET("\"]\""),
  LESS("\"<\""),
  GREATER("\">\""),
  COMMA("\",\""),
  COLON("\":\""),
  DOUBLE_COLON("\"::\""),
  EQUAL("\"=\""),
  MINUS("\"-\""),
  PLUS("\"+\""),
  STAR("\"*\""),
  SLASH("\"/\""),
  QUESTION("\"?\""),
  BAR("\"|\""),
  ELLIPSIS("\"...\""),
  /** Begins the section of resources at the end of a file. */
  METADATA_BEGIN("\"{-#\""),
  METADATA_END("\"#-}\"");

  private final String description;

  Token(String description) {
    this.description = description;
  }

  /** Returns how a message speaks of such a token. */
  String description() {
    return description;
  }
}
