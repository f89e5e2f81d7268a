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
    skipToStatement();
    if (lexer.start() <= from) {
      // Whatever stands there: the parser must get on.
      lexer.next();
    }
  }

  private void skipToStatement() {
    int braces = 0;
    // Other brackets, outside of braces: nothing else says where a statement begins.
    int groups = 0;
    do {
      switch (lexer.token()) {
        case LEFT_PAREN, LEFT_BRACKET -> groups += braces == 0 ? 1 : 0;
        case RIGHT_PAREN, RIGHT_BRACKET -> groups -= braces == 0 && groups > 0 ? 1 : 0;
        case LEFT_BRACE -> braces++;
        case RIGHT_BRACE -> {
          if (braces > 0) {
            braces--;
          } else if (endsBlock()) {
            return;
          }
        }
        case END -> {
          return;
        }
        default -> {}
      }
      lexer.next();
    } while (!beginsStatement(braces > 0, groups > 0));
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

  private boolean beginsStatement(boolean inBraces, boolean inGroup) {
    if (tokens.at(Token.END)) {
      return true;
    }
    if (!lexer.startsLine()) {
      return false;
    }
    if (beginsDeclaration()) {
      return true;
    }
    if (inBraces) {
      return false;
    }
    if (tokens.at(Token.VALUE)) {
      return definesValues();
    }
    if (tokens.at(Token.RIGHT_BRACE)) {
      return true;
    }
    return !inGroup
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
