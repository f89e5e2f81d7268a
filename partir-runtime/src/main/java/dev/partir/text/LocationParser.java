package dev.partir.text;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.NearestNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Parses {@code loc(...)} (MLIR builtin dialect, "Location attributes"). Of a location only the
 * name is kept: the program's text is itself the place that a message points to.
 */
final class LocationParser {
  /** Stands for a location without a name, as an alias may. */
  private static final String NAMELESS = "";

  private final Tokens tokens;
  private final Aliases aliases;
  private final AttributeParser attributes;
  private final Map<String, String> known = new HashMap<>();
  private final Set<String> missing = new HashSet<>();

  LocationParser(Tokens tokens, Aliases aliases, AttributeParser attributes) {
    this.tokens = tokens;
    this.aliases = aliases;
    this.attributes = attributes;
  }

  /** Takes a location if one is next, and returns {@code place} with the name that it gives. */
  Location optional(Location place) {
    if (!tokens.atWord("loc")) {
      return place;
    }
    String name = location();
    return name.isEmpty() ? place : place.withName(name);
  }

  /** Takes {@code loc(...)} and returns the name in it, or nothing. */
  private String location() {
    tokens.expectWord("loc");
    tokens.expect(Token.LEFT_PAREN);
    String name = body();
    tokens.expect(Token.RIGHT_PAREN);
    return name;
  }

  /** Takes what stands between the parentheses, which also stands inside of other locations. */
  private String body() {
    tokens.enter();
    String name = unnested();
    tokens.leave();
    return name;
  }

  private String unnested() {
    if (tokens.at(Token.STRING)) {
      return nameOrFile();
    }
    if (tokens.at(Token.HASH)) {
      return alias();
    }
    if (tokens.atWord("loc")) {
      return location();
    }
    if (tokens.acceptWord("unknown")) {
      return NAMELESS;
    }
    if (tokens.acceptWord("callsite")) {
      tokens.expect(Token.LEFT_PAREN);
      String callee = body();
      tokens.expectWord("at");
      body();
      tokens.expect(Token.RIGHT_PAREN);
      return callee;
    }
    if (tokens.acceptWord("fused")) {
      return fused();
    }
    throw tokens.expected("a location");
  }

  /**
   * Takes {@code "name"}, {@code "name"(child)}, {@code "file":1:2} or {@code "file":1:2 to :3}.
   */
  private String nameOrFile() {
    String text = tokens.string();
    if (tokens.accept(Token.LEFT_PAREN)) {
      body();
      tokens.expect(Token.RIGHT_PAREN);
      return text;
    }
    if (!tokens.at(Token.COLON)) {
      return text;
    }
    numbers();
    if (tokens.acceptWord("to")) {
      if (tokens.at(Token.INTEGER)) {
        tokens.integer();
      }
      numbers();
    }
    return NAMELESS;
  }

  private void numbers() {
    while (tokens.accept(Token.COLON)) {
      tokens.integer();
    }
  }

  /** Takes {@code <metadata>[a, b]}; the first location that has a name gives it. */
  private String fused() {
    if (tokens.accept(Token.LESS)) {
      attributes.attribute();
      tokens.expect(Token.GREATER);
    }
    tokens.expect(Token.LEFT_BRACKET);
    String name = NAMELESS;
    if (!tokens.at(Token.RIGHT_BRACKET)) {
      do {
        String next = body();
        name = name.isEmpty() ? next : name;
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_BRACKET);
    return name;
  }

  private String alias() {
    if (!aliases.defines(tokens.lexer().spelling())) {
      return missing();
    }
    return aliases.take(known, this::body);
  }

  /** A location says nothing of a program: what has one that is not defined is read on. */
  private String missing() {
    String name = tokens.lexer().spelling();
    if (missing.add(name)) {
      tokens.report(
          tokens.lexer().start(),
          ErrorCode.UNDEFINED,
          "the location " + name + " is not defined",
          NearestNames.question("", name, aliases.names('#')));
    }
    tokens.lexer().next();
    return NAMELESS;
  }
}
