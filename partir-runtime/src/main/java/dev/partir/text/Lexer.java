package dev.partir.text;

/**
 * Splits MLIR text into tokens, one at a time, without copying (MLIR language reference, "Notation"
 * and "Identifiers and keywords"). The current token is held as its kind and its place; going back
 * to a place costs nothing.
 */
final class Lexer {
  private static final byte LETTER = 1;
  private static final byte DIGIT = 2;
  private static final byte WORD_MARK = 4;
  private static final byte DASH = 8;
  private static final byte HEX = 16;
  private static final byte[] CLASS = new byte[128];

  static {
    for (char c = 'a'; c <= 'z'; c++) {
      CLASS[c] = LETTER;
      CLASS[c - 'a' + 'A'] = LETTER;
    }
    for (char c = '0'; c <= '9'; c++) {
      CLASS[c] = DIGIT | HEX;
    }
    for (char c = 'a'; c <= 'f'; c++) {
      CLASS[c] |= HEX;
      CLASS[c - 'a' + 'A'] |= HEX;
    }
    CLASS['_'] = WORD_MARK;
    CLASS['$'] = WORD_MARK;
    CLASS['.'] = WORD_MARK;
    CLASS['-'] = DASH;
  }

  private final String text;
  private final int limit;
  private Token token = Token.END;
  private int start;
  private int end;
  private String trouble = "";
  private int searchedFrom;
  private int nextNewline = -1;

  /** Starts before the first token of the part of {@code text} that ends at {@code limit}. */
  Lexer(String text, int from, int limit) {
    this.text = text;
    this.limit = limit;
    moveTo(from);
  }

  /** Returns the kind of the current token. */
  Token token() {
    return token;
  }

  /** Returns where the current token starts. */
  int start() {
    return start;
  }

  /** Returns where the current token ends. */
  int end() {
    return end;
  }

  /** Returns where the text that is read ends. */
  int limit() {
    return limit;
  }

  /** Returns the current token as it is written. */
  String spelling() {
    return text.substring(start, end);
  }

  /** Returns whether the current token is written so. */
  boolean spells(String word) {
    return end - start == word.length() && text.startsWith(word, start);
  }

  /** Returns what is wrong with an {@link Token#ERROR}. */
  String trouble() {
    return trouble;
  }

  /** Returns whether nothing but blanks stands before the current token on its line. */
  boolean startsLine() {
    for (int p = start - 1; p >= 0; p--) {
      char c = text.charAt(p);
      if (c == '\n') {
        return true;
      }
      if (c != ' ' && c != '\t' && c != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Makes the token that begins at or after {@code position} the current one. */
  void moveTo(int position) {
    end = position;
    next();
  }

  /** Goes to the next token. */
  void next() {
    int p = skipBlanks(end);
    start = p;
    if (p >= limit) {
      token = Token.END;
      end = p;
      return;
    }
    char c = text.charAt(p);
    int kind = c < 128 ? CLASS[c] : 0;
    if ((kind & LETTER) != 0 || c == '_') {
      token = Token.WORD;
      end = skip(p + 1, LETTER | DIGIT | WORD_MARK);
    } else if ((kind & DIGIT) != 0) {
      number(p);
    } else {
      other(c, p);
    }
  }

  private int skipBlanks(int from) {
    int p = from;
    while (p < limit) {
      char c = text.charAt(p);
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        p++;
      } else if (c == '/' && p + 1 < limit && text.charAt(p + 1) == '/') {
        int newline = text.indexOf('\n', p);
        p = newline < 0 ? limit : Math.min(newline, limit);
      } else {
        break;
      }
    }
    return p;
  }

  private int skip(int from, int classes) {
    int p = from;
    while (p < limit) {
      char c = text.charAt(p);
      if (c >= 128 || (CLASS[c] & classes) == 0) {
        break;
      }
      p++;
    }
    return p;
  }

  private boolean at(int p, char c) {
    return p < limit && text.charAt(p) == c;
  }

  private void number(int p) {
    token = Token.INTEGER;
    if (text.charAt(p) == '0' && at(p + 1, 'x')) {
      int digits = skip(p + 2, HEX);
      if (digits > p + 2) {
        end = digits;
        return;
      }
    }
    int q = skip(p, DIGIT);
    if (!at(q, '.')) {
      end = q;
      return;
    }
    token = Token.FLOAT;
    q = skip(q + 1, DIGIT);
    if (at(q, 'e') || at(q, 'E')) {
      int exponent = at(q + 1, '-') || at(q + 1, '+') ? q + 2 : q + 1;
      int digits = skip(exponent, DIGIT);
      q = digits > exponent ? digits : q;
    }
    end = q;
  }

  private void other(char c, int p) {
    end = p + 1;
    switch (c) {
      case '(' -> token = Token.LEFT_PAREN;
      case ')' -> token = Token.RIGHT_PAREN;
      case '}' -> token = Token.RIGHT_BRACE;
      case '[' -> token = Token.LEFT_BRACKET;
      case ']' -> token = Token.RIGHT_BRACKET;
      case '<' -> token = Token.LESS;
      case '>' -> token = Token.GREATER;
      case ',' -> token = Token.COMMA;
      case '=' -> token = Token.EQUAL;
      case '+' -> token = Token.PLUS;
      case '*' -> token = Token.STAR;
      case '/' -> token = Token.SLASH;
      case '?' -> token = Token.QUESTION;
      case '|' -> token = Token.BAR;
      case '{' -> oneOf(p, "{-#", Token.METADATA_BEGIN, Token.LEFT_BRACE);
      case '-' -> oneOf(p, "->", Token.ARROW, Token.MINUS);
      case ':' -> oneOf(p, "::", Token.DOUBLE_COLON, Token.COLON);
      case '.' -> {
        if (text.startsWith("...", p) && p + 3 <= limit) {
          token = Token.ELLIPSIS;
          end = p + 3;
        } else {
          error("a \".\" stands alone");
        }
      }
      case '#' -> {
        if (text.startsWith("#-}", p) && p + 3 <= limit) {
          token = Token.METADATA_END;
          end = p + 3;
        } else {
          prefixed(p, Token.HASH);
        }
      }
      case '%' -> prefixed(p, Token.VALUE);
      case '!' -> prefixed(p, Token.BANG);
      case '^' -> prefixed(p, Token.BLOCK);
      case '@' -> symbol(p);
      case '"' -> {
        if (string(p)) {
          token = Token.STRING;
        }
      }
      default -> error("the character " + describe(c) + " means nothing here");
    }
  }

  private void oneOf(int p, String longer, Token ifLonger, Token otherwise) {
    if (text.startsWith(longer, p) && p + longer.length() <= limit) {
      token = ifLonger;
      end = p + longer.length();
    } else {
      token = otherwise;
    }
  }

  private void prefixed(int p, Token kind) {
    int q = skip(p + 1, DIGIT);
    if (q == p + 1) {
      q = skip(q, LETTER | DIGIT | WORD_MARK | DASH);
      // The dash of an arrow belongs to the arrow.
      if (q > p + 2 && text.charAt(q - 1) == '-' && at(q, '>')) {
        q--;
      }
    }
    if (q == p + 1) {
      error("a name is missing after " + describe(text.charAt(p)));
    } else {
      token = kind;
      end = q;
    }
  }

  private void symbol(int p) {
    if (at(p + 1, '"')) {
      if (string(p + 1)) {
        token = Token.SYMBOL;
      }
      return;
    }
    int q = skip(p + 1, LETTER | DIGIT | WORD_MARK);
    if (q == p + 1) {
      error("a name is missing after \"@\"");
    } else {
      token = Token.SYMBOL;
      end = q;
    }
  }

  /** Finds the end of a string; returns false, with an error, if it has none on its line. */
  private boolean string(int quote) {
    int p = quote + 1;
    while (true) {
      int close = text.indexOf('"', p);
      if (close < 0 || close >= limit) {
        close = limit;
      }
      // A quote behind an odd number of backslashes is part of the string.
      int q = close;
      while (q > p && text.charAt(q - 1) == '\\') {
        q--;
      }
      if (close < limit && (close - q) % 2 != 0) {
        p = close + 1;
        continue;
      }
      int newline = newlineFrom(quote);
      if (close == limit || newline < close) {
        end = newline;
        error("the string is not closed on its line");
        return false;
      }
      end = close + 1;
      return true;
    }
  }

  /** Returns the next line's end; remembered, for a line may hold many strings. */
  private int newlineFrom(int position) {
    if (position < searchedFrom || position > nextNewline) {
      int found = text.indexOf('\n', position);
      searchedFrom = position;
      nextNewline = found < 0 ? limit : Math.min(found, limit);
    }
    return nextNewline;
  }

  private void error(String what) {
    token = Token.ERROR;
    trouble = what;
  }

  private static String describe(char c) {
    return c > 32 && c < 127 ? "\"" + c + "\"" : String.format("U+%04X", (int) c);
  }
}
