package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LexerTest {
  private static List<String> lex(String text) {
    List<String> tokens = new ArrayList<>();
    var lexer = new Lexer(text, 0, text.length());
    while (lexer.token() != Token.END && lexer.token() != Token.ERROR) {
      tokens.add(lexer.token() + " " + lexer.spelling());
      lexer.next();
    }
    if (lexer.token() == Token.ERROR) {
      tokens.add("ERROR " + lexer.trouble());
    }
    return tokens;
  }

  @Test
  void namesOfAllSorts() {
    assertThat(lex("%name %0#1 %0:2 @sym @\"a b\" ^bb0 #alias #stablehlo.gather< !t _x$ a.b"))
        .containsExactly(
            "VALUE %name",
            "VALUE %0",
            "HASH #1",
            "VALUE %0",
            "COLON :",
            "INTEGER 2",
            "SYMBOL @sym",
            "SYMBOL @\"a b\"",
            "BLOCK ^bb0",
            "HASH #alias",
            "HASH #stablehlo.gather",
            "LESS <",
            "BANG !t",
            "WORD _x$",
            "WORD a.b")
        .inOrder();
  }

  @Test
  void numbers() {
    assertThat(lex("1 -1.0e-5 0x7F800000 2.E+3 4. 1e5 0xg"))
        .containsExactly(
            "INTEGER 1",
            "MINUS -",
            "FLOAT 1.0e-5",
            "INTEGER 0x7F800000",
            "FLOAT 2.E+3",
            "FLOAT 4.",
            "INTEGER 1",
            "WORD e5",
            "INTEGER 0",
            "WORD xg")
        .inOrder();
  }

  @Test
  void anArrowBelongsToNoName() {
    assertThat(lex("!a->%b-c->"))
        .containsExactly("BANG !a", "ARROW ->", "VALUE %b-c", "ARROW ->")
        .inOrder();
  }

  @Test
  void aNumberNamesAValueAndEndsThere() {
    assertThat(lex("%0x %12a"))
        .containsExactly("VALUE %0", "WORD x", "VALUE %12", "WORD a")
        .inOrder();
  }

  @Test
  void stringsEndAtTheQuoteThatIsNotEscaped() {
    assertThat(lex("\"a\\\"b\" \"\\\\\" \"\""))
        .containsExactly("STRING \"a\\\"b\"", "STRING \"\\\\\"", "STRING \"\"")
        .inOrder();
  }

  @Test
  void aStringStaysOnItsLine() {
    assertThat(lex("a \"b\nc\""))
        .containsExactly("WORD a", "ERROR the string is not closed on its line");
    assertThat(lex("\"b\\\"")).containsExactly("ERROR the string is not closed on its line");
  }

  @Test
  void commentsAreBlanks() {
    assertThat(lex("a // b\n// \"c\n d //")).containsExactly("WORD a", "WORD d").inOrder();
  }

  @Test
  void marks() {
    assertThat(lex("{-# #-} -> :: : ... { - <{"))
        .containsExactly(
            "METADATA_BEGIN {-#",
            "METADATA_END #-}",
            "ARROW ->",
            "DOUBLE_COLON ::",
            "COLON :",
            "ELLIPSIS ...",
            "LEFT_BRACE {",
            "MINUS -",
            "LESS <",
            "LEFT_BRACE {")
        .inOrder();
  }

  @Test
  void whatIsNoTokenSaysWhy() {
    assertThat(lex("\u00E9")).containsExactly("ERROR the character U+00E9 means nothing here");
    assertThat(lex("&")).containsExactly("ERROR the character \"&\" means nothing here");
    assertThat(lex("% ")).containsExactly("ERROR a name is missing after \"%\"");
    assertThat(lex("@")).containsExactly("ERROR a name is missing after \"@\"");
    assertThat(lex(".")).containsExactly("ERROR a \".\" stands alone");
  }
}
