package dev.partir.text;

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
}
