package dev.partir.text;

import dev.partir.ir.Location;
import dev.partir.ir.Type;
import java.util.ArrayList;
import java.util.List;

/** The parsers of what stands within operations, over the tokens of one module. */
record Parsers(
    Tokens tokens,
    Aliases aliases,
    TypeParser types,
    AttributeParser attributes,
    LocationParser locations,
    Resources resources) {

  static Parsers over(Tokens tokens) {
    var aliases = new Aliases(tokens);
    var resources = new Resources(tokens);
    var types = new TypeParser(tokens, aliases);
    var attributes = new AttributeParser(tokens, aliases, types, resources);
    var locations = new LocationParser(tokens, aliases, attributes);
    return new Parsers(tokens, aliases, types, attributes, locations, resources);
  }

  Lexer lexer() {
    return tokens.lexer();
  }

  /** Takes {@code ^bb0(%a: type, ...):}; the label is next. */
  List<BlockArgument> blockArguments() {
    List<BlockArgument> arguments = new ArrayList<>();
    tokens.expect(Token.BLOCK);
    if (tokens.accept(Token.LEFT_PAREN)) {
      if (!tokens.at(Token.RIGHT_PAREN)) {
        do {
          int offset = tokens.lexer().start();
          Location place = tokens.location();
          String name = tokens.valueName();
          tokens.expect(Token.COLON);
          Type type = types.type();
          arguments.add(new BlockArgument(name, type, locations.optional(place), offset));
        } while (tokens.accept(Token.COMMA));
      }
      tokens.expect(Token.RIGHT_PAREN);
    }
    tokens.expect(Token.COLON);
    return arguments;
  }
}
