package dev.partir.text;

/** Finds where to read on behind text that could not be read. */
final class Recovery {
  private final Tokens tokens;
  private final Lexer lexer;

  Recovery(Tokens tokens) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
  }

  /** Goes from the beginning of a statement to that of the next, or to the end of its block. */
  void skipStatement(int from) {
    lexer.moveTo(from);
    var open = new StringBuilder();
    do {
      switch (lexer.token()) {
        case LEFT_PAREN -> open.append(')');
        case LEFT_BRACKET -> open.append(']');
        case LEFT_BRACE -> open.append('}');
        case RIGHT_PAREN -> close(open, ')');
        case RIGHT_BRACKET -> close(open, ']');
        case RIGHT_BRACE -> {
          if (open.indexOf("}") >= 0) {
            close(open, '}');
          } else if (endsBlock()) {
            return;
          }
        }
        case END, METADATA_BEGIN -> {
          return;
        }
        default -> {}
      }
      lexer.next();
    } while (!beginsStatement(open));
  }

  /** Returns whether the brace that is next ends a block, and is not lost within a line. */
  private boolean endsBlock() {
    if (lexer.startsLine()) {
      return true;
    }
    int brace = lexer.start();
    lexer.next();
    boolean ends =
        lexer.startsLine()
            || tokens.at(Token.END)
            || tokens.at(Token.RIGHT_BRACE)
            || tokens.at(Token.RIGHT_PAREN)
            || tokens.atWord("loc");
    lexer.moveTo(brace);
    return ends;
  }

  /** Closes the innermost bracket of that sort, and those within it that were never closed. */
  private static void close(StringBuilder open, char bracket) {
    int opened = open.lastIndexOf(String.valueOf(bracket));
    // A closing bracket without an opening one, or across a brace, closes nothing.
    if (opened >= 0 && (bracket == '}' || open.indexOf("}", opened) < 0)) {
      open.setLength(opened);
    }
  }

  private boolean beginsStatement(StringBuilder open) {
    if (tokens.at(Token.END)) {
      return true;
    }
    if (!lexer.startsLine()) {
      return false;
    }
    if (beginsDeclaration()) {
      return true;
    }
    if (open.indexOf("}") >= 0) {
      return false;
    }
    if (tokens.at(Token.VALUE)) {
      return definesValues();
    }
    if (tokens.at(Token.RIGHT_BRACE)) {
      return true;
    }
    return open.isEmpty()
        && (tokens.at(Token.STRING)
            || tokens.at(Token.BLOCK)
            || tokens.atWord("return")
            || tokens.atWord("call")
            || (tokens.at(Token.WORD) && lexer.spelling().indexOf('.') > 0));
  }

  /** Returns whether {@code %a, %b:2 =} is next. */
  private boolean definesValues() {
    int from = lexer.start();
    while (tokens.accept(Token.VALUE)) {
      if (tokens.accept(Token.COLON)) {
        tokens.accept(Token.INTEGER);
      }
      if (!tokens.accept(Token.COMMA)) {
        break;
      }
    }
    boolean defines = tokens.at(Token.EQUAL);
    lexer.moveTo(from);
    return defines;
  }

  /** Goes from an opening bracket behind its closing one, or to the end of the text. */
  void skipBrackets() {
    int open = 0;
    do {
      switch (lexer.token()) {
        case LEFT_PAREN, LEFT_BRACE, LEFT_BRACKET -> open++;
        case RIGHT_PAREN, RIGHT_BRACE, RIGHT_BRACKET -> open--;
        case END -> {
          return;
        }
        default -> {}
      }
      lexer.next();
    } while (open > 0);
  }

  /** Goes to the next thing that can stand in a module, or to the module's end. */
  void skipDeclaration(int from) {
    lexer.moveTo(from);
    int braces = 0;
    do {
      if (tokens.at(Token.LEFT_BRACE)) {
        braces++;
      } else if (tokens.at(Token.RIGHT_BRACE)) {
        braces = Math.max(0, braces - 1);
      }
      if (tokens.at(Token.END)) {
        return;
      }
      lexer.next();
    } while (!(tokens.at(Token.RIGHT_BRACE) && braces == 0) && !beginsDeclaration());
  }

  /** Returns whether a function, or something else of a module, begins on this line. */
  boolean beginsDeclaration() {
    return tokens.at(Token.END)
        || (lexer.startsLine()
            && (tokens.atWord("func.func")
                || tokens.atWord("module")
                || tokens.at(Token.METADATA_BEGIN)
                || (tokens.at(Token.STRING) && lexer.spells("\"func.func\""))));
  }
}
