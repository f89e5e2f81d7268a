package dev.partir.text;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.FunctionBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.ir.Visibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parses {@code func.func}, in pretty and in generic form. */
final class FunctionParser {
  private final Parsers parsers;
  private final Tokens tokens;
  private final Lexer lexer;
  private final Map<String, Type.FunctionType> signatures;
  private final List<Operation> calls;

  /**
   * Starts without functions.
   *
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

  /** Takes a function in pretty form; the word {@code func.func} is next. */
  Function pretty() {
    Location place = tokens.location();
    lexer.next();
    Visibility visibility = visibility();
    int nameOffset = lexer.start();
    String name = tokens.symbol();
    List<Attributes> argumentAttributes = new ArrayList<>();
    List<BlockArgument> arguments = arguments(argumentAttributes);
    List<Type> results = new ArrayList<>();
    List<Attributes> resultAttributes = new ArrayList<>();
    if (tokens.accept(Token.ARROW)) {
      results(results, resultAttributes);
    }
    Attributes attributes =
        tokens.acceptWord("attributes") ? parsers.attributes().dictionary() : Attributes.EMPTY;
    var header =
        new FunctionHeader(
            name, visibility, arguments, argumentAttributes, results, resultAttributes, attributes);
    if (!tokens.at(Token.LEFT_BRACE)) {
      throw withoutBody(name);
    }
    sign(header, nameOffset);
    int depth = tokens.depth();
    tokens.enter();
    lexer.next();
    var function = new FunctionBuilder(name);
    boolean whole = body(header, function);
    tokens.restoreDepth(depth);
    if (whole || tokens.at(Token.RIGHT_BRACE)) {
      tokens.expect(Token.RIGHT_BRACE);
    }
    return function.setLocation(parsers.locations().optional(place)).build();
  }

  /** Takes a function in generic form; the string {@code "func.func"} is next. */
  Function generic() {
    Location place = tokens.location();
    int nameOffset = lexer.start();
    lexer.next();
    tokens.expect(Token.LEFT_PAREN);
    tokens.expect(Token.RIGHT_PAREN);
    Attributes properties = parsers.attributes().optionalProperties();
    int region = lexer.start();
    // Attributes may stand behind the body, which they explain.
    new Recovery(tokens).skipBrackets();
    var all =
        Attributes.builder()
            .putAll(properties)
            .putAll(parsers.attributes().optionalDictionary())
            .build();
    String name = all.string("sym_name");
    if (name == null
        || !(all.get("function_type") instanceof Attribute.TypeOf attribute)
        || !(attribute.type() instanceof Type.FunctionType type)) {
      throw tokens.error(
          nameOffset,
          ErrorCode.INVALID_OP,
          "the function has no sym_name or no function_type",
          "Give it both as attributes");
    }
    Visibility visibility = Visibility.find(all.string("sym_visibility"));
    if (visibility == null) {
      throw tokens.error(
          nameOffset,
          ErrorCode.INVALID_OP,
          "the function's sym_visibility is \"" + all.string("sym_visibility") + "\"",
          "Write \"public\", \"private\" or \"nested\", or leave it out");
    }
    lexer.moveTo(region);
    tokens.expect(Token.LEFT_PAREN);
    int depth = tokens.depth();
    tokens.enter();
    tokens.expect(Token.LEFT_BRACE);
    List<BlockArgument> arguments = tokens.at(Token.BLOCK) ? parsers.blockArguments() : List.of();
    var header =
        new FunctionHeader(
            name,
            visibility,
            arguments,
            dictionaries(all, "arg_attrs", arguments.size()),
            type.results(),
            dictionaries(all, "res_attrs", type.results().size()),
            all.without("sym_name")
                .without("function_type")
                .without("sym_visibility")
                .without("arg_attrs")
                .without("res_attrs"));
    if (!header.type().equals(type)) {
      tokens.report(
          nameOffset,
          ErrorCode.TYPE_MISMATCH,
          Text.symbol(name)
              + " is declared as "
              + type
              + ", but its block makes it "
              + header.type(),
          "Make both the same");
    }
    sign(header, nameOffset);
    var function = new FunctionBuilder(name);
    boolean whole = body(header, function);
    tokens.restoreDepth(depth);
    if (whole || tokens.at(Token.RIGHT_BRACE)) {
      tokens.expect(Token.RIGHT_BRACE);
      tokens.expect(Token.RIGHT_PAREN);
      parsers.attributes().optionalDictionary();
      tokens.expect(Token.COLON);
      parsers.types().function();
    }
    return function.setLocation(parsers.locations().optional(place)).build();
  }

  private static List<Attributes> dictionaries(Attributes all, String key, int count) {
    List<Attributes> dictionaries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dictionaries.add(
          all.get(key) instanceof Attribute.Array list
                  && i < list.elements().size()
                  && list.elements().get(i) instanceof Attribute.Dictionary dictionary
              ? dictionary.entries()
              : Attributes.EMPTY);
    }
    return dictionaries;
  }

  private void sign(FunctionHeader header, int offset) {
    if (signatures.putIfAbsent(header.name(), header.type()) != null) {
      tokens.report(
          offset,
          ErrorCode.REDEFINED,
          "a second function " + Text.symbol(header.name()),
          "Give one of the two another name");
    }
  }

  private PartirException withoutBody(String name) {
    return tokens.error(
        lexer.start(),
        ErrorCode.UNSUPPORTED,
        "the function " + Text.symbol(name) + " has no body",
        "Every function must be defined in its module");
  }

  /** Takes the operations. Returns false when the closing brace may have gone with an error. */
  private boolean body(FunctionHeader header, FunctionBuilder function) {
    function.setVisibility(header.visibility()).setAttributes(header.attributes());
    header.resultAttributes().forEach(function::resultAttributes);
    var uses = new Uses(tokens);
    for (int i = 0; i < header.arguments().size(); i++) {
      BlockArgument argument = header.arguments().get(i);
      Value value =
          function.argument(
              argument.type(),
              argument.name(),
              header.argumentAttributes().get(i),
              argument.location());
      uses.define(argument.name(), argument.offset(), List.of(value));
    }
    new BodyParser(parsers, function.body(), uses, calls).functionBody(header.results());
    return !uses.broken();
  }

  private Visibility visibility() {
    for (Visibility visibility : Visibility.values()) {
      if (visibility.word() != null && tokens.acceptWord(visibility.word())) {
        return visibility;
      }
    }
    return Visibility.UNSAID;
  }

  private List<BlockArgument> arguments(List<Attributes> attributes) {
    List<BlockArgument> arguments = new ArrayList<>();
    tokens.expect(Token.LEFT_PAREN);
    if (!tokens.at(Token.RIGHT_PAREN)) {
      do {
        int offset = lexer.start();
        Location place = tokens.location();
        // A function without a body, which is refused later, does not name its arguments.
        String name = "arg" + arguments.size();
        if (tokens.at(Token.VALUE)) {
          name = tokens.valueName();
          tokens.expect(Token.COLON);
        }
        Type type = parsers.types().type();
        attributes.add(parsers.attributes().optionalDictionary());
        arguments.add(new BlockArgument(name, type, parsers.locations().optional(place), offset));
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_PAREN);
    return arguments;
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
        attributes.add(parsers.attributes().optionalDictionary());
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_PAREN);
  }
}
