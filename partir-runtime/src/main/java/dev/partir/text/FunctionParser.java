package dev.partir.text;

import dev.partir.ir.Attributes;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parses {@code func.func}. */
final class FunctionParser {
  private record Argument(
      String name, Type type, Attributes attributes, Location location, int offset) {}

  private final Parsers parsers;
  private final Tokens tokens;
  private final Lexer lexer;
  private final Map<String, Type.FunctionType> signatures;
  private final List<Operation> calls;

  /**
   * @param signatures takes the type of every function, of those too whose body is wrong
   * @param calls takes the calls of other functions
   */
  FunctionParser(
      Parsers parsers, Map<String, Type.FunctionType> signatures, List<Operation> calls) {
    this.parsers = parsers;
    this.tokens = parsers.tokens();
    this.lexer = parsers.lexer();
    this.signatures = signatures;
    this.calls = calls;
  }

  /** Takes a function; the word {@code func.func} is next. */
  Function function() {
    Location place = tokens.location();
    lexer.next();
    boolean isPublic = visibility();
    int nameOffset = lexer.start();
    String name = tokens.symbol();
    List<Argument> arguments = arguments();
    List<Type> results = new ArrayList<>();
    List<Attributes> resultAttributes = new ArrayList<>();
    if (tokens.accept(Token.ARROW)) {
      results(results, resultAttributes);
    }
    Attributes attributes =
        tokens.acceptWord("attributes") ? parsers.attributes().dictionary() : Attributes.EMPTY;
    List<Type> types = arguments.stream().map(Argument::type).toList();
    if (signatures.putIfAbsent(name, new Type.FunctionType(types, results)) != null) {
      tokens.report(
          nameOffset,
          ErrorCode.REDEFINED,
          "a second function " + Text.symbol(name),
          "Give one of the two another name");
    }
    if (!tokens.at(Token.LEFT_BRACE)) {
      throw tokens.error(
          lexer.start(),
          ErrorCode.UNSUPPORTED,
          "the function " + Text.symbol(name) + " has no body",
          "Every function must be defined in its module");
    }
    var function = new FunctionBuilder(name).setPublic(isPublic).setAttributes(attributes);
    resultAttributes.forEach(function::resultAttributes);
    var uses = new Uses(tokens);
    for (Argument argument : arguments) {
      Value value =
          function.argument(
              argument.type(), argument.name(), argument.attributes(), argument.location());
      uses.define(argument.name(), argument.offset(), List.of(value));
    }
    int depth = tokens.depth();
    tokens.enter();
    lexer.next();
    new BodyParser(parsers, function.body(), uses, calls).functionBody(results);
    tokens.restoreDepth(depth);
    if (!tokens.at(Token.RIGHT_BRACE) && uses.broken()) {
      // The brace went with what could not be read.
      return function.build();
    }
    tokens.expect(Token.RIGHT_BRACE);
    return function.setLocation(parsers.locations().optional(place)).build();
  }

  private boolean visibility() {
    if (tokens.acceptWord("private") || tokens.acceptWord("nested")) {
      return false;
    }
    tokens.acceptWord("public");
    return true;
  }

  private List<Argument> arguments() {
    List<Argument> arguments = new ArrayList<>();
    tokens.expect(Token.LEFT_PAREN);
    if (!tokens.at(Token.RIGHT_PAREN)) {
      do {
        int offset = lexer.start();
        Location place = tokens.location();
        // A function without a body, which is refused later, does not name its arguments.
        String name = "arg" + arguments.size();
        if (tokens.at(Token.VALUE)) {
          name = tokens.take(Token.VALUE).substring(1);
          tokens.expect(Token.COLON);
        }
        Type type = parsers.types().type();
        Attributes attributes = optionalAttributes();
        Location location = parsers.locations().optional(place);
        arguments.add(new Argument(name, type, attributes, location, offset));
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_PAREN);
    return arguments;
  }

  private Attributes optionalAttributes() {
    return tokens.at(Token.LEFT_BRACE) ? parsers.attributes().dictionary() : Attributes.EMPTY;
  }

  private void results(List<Type> types, List<Attributes> attributes) {
    if (!tokens.accept(Token.LEFT_PAREN)) {
      types.add(parsers.types().type());
      attributes.add(Attributes.EMPTY);
      return;
    }
    if (!tokens.at(Token.RIGHT_PAREN)) {
      do {
        types.add(parsers.types().type());
        attributes.add(optionalAttributes());
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_PAREN);
  }
}
