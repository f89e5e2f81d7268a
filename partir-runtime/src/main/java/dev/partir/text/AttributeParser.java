package dev.partir.text;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses attributes. What has a meaning here becomes data; the rest of what is well formed is kept
 * as it is written.
 */
final class AttributeParser {
  /** Dialects whose attributes are read; those of others mean nothing here and are kept. */
  private static final Set<String> READ = Set.of("#stablehlo", "#chlo", "#mhlo");

  private static final Attribute UNIT = new Attribute.Unit();

  private final Tokens tokens;
  private final Lexer lexer;
  private final Aliases aliases;
  private final TypeParser types;
  private final DenseParser constants;
  private final NumberParser numbers;
  private final RawText raw;
  private final Map<String, Attribute> known = new HashMap<>();

  AttributeParser(Tokens tokens, Aliases aliases, TypeParser types, Resources resources) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.aliases = aliases;
    this.types = types;
    this.raw = new RawText(tokens, aliases);
    this.constants = new DenseParser(tokens, types, resources);
    this.numbers = new NumberParser(tokens, types, raw);
  }

  /** Takes an attribute. */
  Attribute attribute() {
    return switch (lexer.token()) {
      case STRING -> string();
      case INTEGER, FLOAT, MINUS -> numbers.number();
      case SYMBOL -> symbol();
      case LEFT_BRACKET -> list();
      case LEFT_BRACE -> new Attribute.Dictionary(dictionary());
      case HASH -> hash();
      case BANG, LEFT_PAREN -> type();
      case WORD -> word();
      default -> throw tokens.expected("an attribute");
    };
  }

  private Attribute word() {
    switch (lexer.spelling()) {
      case "true", "false" -> {
        boolean value = lexer.spells("true");
        lexer.next();
        return new Attribute.Bool(value);
      }
      case "unit" -> {
        lexer.next();
        return UNIT;
      }
      case "dense" -> {
        return dense();
      }
      case "dense_resource" -> {
        return constants.resource();
      }
      case "array" -> {
        return numbers.array();
      }
      default -> {
        return type();
      }
    }
  }

  /** Takes an operation that means nothing here, as it is written. */
  String keptOperation() {
    return raw.operation();
  }

  /** Takes brackets with all that is between them, as they are written. */
  String bracketed() {
    if (!tokens.at(Token.LESS) && !tokens.at(Token.LEFT_BRACKET) && !tokens.at(Token.LEFT_BRACE)) {
      throw tokens.expected("an opening bracket");
    }
    return raw.group();
  }

  /** Takes a constant; one of strings or of indices is kept as it is written. */
  private Attribute dense() {
    int from = lexer.start();
    int depth = tokens.depth();
    try {
      return constants.dense();
    } catch (PartirException problem) {
      if (problem.diagnostics().get(0).code() != ErrorCode.UNSUPPORTED) {
        throw problem;
      }
      lexer.moveTo(from);
      tokens.restoreDepth(depth);
      String text = raw.typed(raw.named());
      if (text.endsWith("index>") || text.contains("\"")) {
        return new Attribute.Raw(text);
      }
      throw problem;
    }
  }

  private Attribute string() {
    int from = lexer.start();
    int end = lexer.end();
    String value = tokens.string();
    if (tokens.at(Token.COLON)) {
      return new Attribute.Raw(raw.typed(tokens.source().text().substring(from, end)));
    }
    return new Attribute.Str(value);
  }

  private Attribute symbol() {
    var name = new StringBuilder(tokens.symbol());
    while (tokens.accept(Token.DOUBLE_COLON)) {
      name.append("::@").append(tokens.symbol());
    }
    return new Attribute.Symbol(name.toString());
  }

  private Attribute list() {
    lexer.next();
    tokens.enter();
    List<Attribute> elements = new ArrayList<>();
    if (!tokens.at(Token.RIGHT_BRACKET)) {
      do {
        elements.add(attribute());
      } while (tokens.accept(Token.COMMA));
    }
    tokens.leave();
    tokens.expect(Token.RIGHT_BRACKET);
    return new Attribute.Array(elements);
  }

  /** Takes {@code {a = 1, b}} if it is next; else there are no attributes. */
  Attributes optionalDictionary() {
    return tokens.at(Token.LEFT_BRACE) ? dictionary() : Attributes.EMPTY;
  }

  /** Takes {@code <{a = 1, b}>}, the properties of the generic form, if it is next. */
  Attributes optionalProperties() {
    if (!tokens.accept(Token.LESS)) {
      return Attributes.EMPTY;
    }
    Attributes properties = dictionary();
    tokens.expect(Token.GREATER);
    return properties;
  }

  /** Takes {@code {a = 1, b}}. */
  Attributes dictionary() {
    tokens.expect(Token.LEFT_BRACE);
    Attributes entries = entries(Token.RIGHT_BRACE);
    tokens.expect(Token.RIGHT_BRACE);
    return entries;
  }

  private Attributes entries(Token close) {
    if (tokens.at(close)) {
      return Attributes.EMPTY;
    }
    tokens.enter();
    Map<String, Attribute> entries = new LinkedHashMap<>();
    do {
      int from = lexer.start();
      String key = tokens.at(Token.STRING) ? tokens.string() : key();
      Attribute value = tokens.accept(Token.EQUAL) ? attribute() : UNIT;
      if (entries.put(key, value) != null) {
        tokens.report(
            from, ErrorCode.REDEFINED, "the attribute \"" + key + "\" is given twice", "Keep one");
      }
    } while (tokens.accept(Token.COMMA));
    tokens.leave();
    return Attributes.copyOf(entries);
  }

  private String key() {
    if (!tokens.at(Token.WORD)) {
      throw tokens.expected("the name of an attribute");
    }
    return tokens.take(Token.WORD);
  }

  /** Takes a type as an attribute; one that no value can have is kept as it is written. */
  private Attribute type() {
    int from = lexer.start();
    int depth = tokens.depth();
    if (tokens.at(Token.LEFT_PAREN)
        || lexer.spells("tensor")
        || lexer.spells("tuple")
        || (tokens.at(Token.BANG) && aliases.defines(lexer.spelling()))
        || lexer.spells("!stablehlo.token")) {
      try {
        Type type = types.type();
        return new Attribute.TypeOf(type);
      } catch (PartirException problem) {
        if (problem.diagnostics().get(0).code() != ErrorCode.UNSUPPORTED) {
          throw problem;
        }
        lexer.moveTo(from);
        tokens.restoreDepth(depth);
      }
    }
    if (!raw.atType()) {
      throw tokens.expected("an attribute");
    }
    return new Attribute.Raw(raw.type());
  }

  /** Takes an alias or an attribute of a dialect. */
  private Attribute hash() {
    String name = lexer.spelling();
    boolean hasBody =
        lexer.end() < lexer.limit() && tokens.source().text().charAt(lexer.end()) == '<';
    if (aliases.defines(name) || (!hasBody && name.indexOf('.') < 0)) {
      return aliases.take(known, this::attribute);
    }
    if (hasBody) {
      int dot = name.indexOf('.');
      if (READ.contains(dot < 0 ? name : name.substring(0, dot))) {
        return dot < 0 ? enumerated(name) : struct(name);
      }
    }
    return new Attribute.Raw(raw.named());
  }

  /** Takes {@code #stablehlo<mnemonic VALUE>}, or keeps what is something else. */
  private Attribute enumerated(String name) {
    int from = lexer.start();
    lexer.next();
    lexer.next();
    if (tokens.at(Token.WORD)) {
      String mnemonic = tokens.take(Token.WORD);
      if (tokens.at(Token.WORD)) {
        String value = tokens.take(Token.WORD);
        if (tokens.accept(Token.GREATER)) {
          return new Attribute.Enumerated(name.substring(1), mnemonic, value);
        }
      }
    }
    lexer.moveTo(from);
    return new Attribute.Raw(raw.named());
  }

  /** Takes {@code #stablehlo.name<a = 1, b = [2]>}, or keeps what is something else. */
  private Attribute struct(String name) {
    int from = lexer.start();
    int depth = tokens.depth();
    int reported = tokens.diagnostics().count();
    try {
      lexer.next();
      tokens.expect(Token.LESS);
      Attributes fields = entries(Token.GREATER);
      tokens.expect(Token.GREATER);
      if (fields.asMap().values().stream().noneMatch(field -> field instanceof Attribute.Unit)) {
        return new Attribute.Struct(name.substring(1), fields);
      }
    } catch (PartirException notFields) {
      if (notFields.diagnostics().get(0).code() == ErrorCode.LIMIT) {
        throw notFields;
      }
      tokens.diagnostics().forgetAfter(reported);
      tokens.restoreDepth(depth);
    }
    lexer.moveTo(from);
    return new Attribute.Raw(raw.named());
  }
}
