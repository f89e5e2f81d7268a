package dev.partir.text;

import dev.partir.ir.AsmParser;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operation in pretty form is parsed with, for the operations of one function. */
final class OpSyntax implements AsmParser {
  private final Parsers parsers;
  private final Tokens tokens;
  private final Uses uses;
  private final BodyParser bodies;
  private boolean implicitRegions;

  OpSyntax(Parsers parsers, Uses uses, BodyParser bodies) {
    this.parsers = parsers;
    this.tokens = parsers.tokens();
    this.uses = uses;
    this.bodies = bodies;
  }

  /**
   * Says whether an operation has made a region that the text does not write out, and returns what
   * was said before.
   */
  boolean setImplicitRegions(boolean value) {
    boolean before = implicitRegions;
    implicitRegions = value;
    return before;
  }

  private boolean isNext(String token) {
    Token kind = tokens.token();
    return kind != Token.STRING
        && kind != Token.ERROR
        && kind != Token.END
        && tokens.lexer().spells(token);
  }

  @Override
  public boolean accept(String token) {
    if (!isNext(token)) {
      return false;
    }
    tokens.lexer().next();
    return true;
  }

  @Override
  public void expect(String token) {
    if (!accept(token)) {
      throw tokens.expected("\"" + token + "\"");
    }
  }

  @Override
  public String word() {
    return tokens.take(Token.WORD);
  }

  @Override
  public Value operand() {
    return uses.operand(bodies.block());
  }

  @Override
  public List<Value> operands() {
    if (!tokens.at(Token.VALUE)) {
      return List.of();
    }
    List<Value> operands = new ArrayList<>();
    operands.add(operand());
    while (tokens.at(Token.COMMA)) {
      int comma = tokens.lexer().start();
      tokens.lexer().next();
      if (!tokens.at(Token.VALUE)) {
        tokens.lexer().moveTo(comma);
        break;
      }
      operands.add(operand());
    }
    return operands;
  }

  @Override
  public String newName() {
    return tokens.valueName();
  }

  @Override
  public Type type() {
    return parsers.types().type();
  }

  @Override
  public Type.FunctionType functionType() {
    return parsers.types().function();
  }

  @Override
  public Attribute attribute() {
    return parsers.attributes().attribute();
  }

  @Override
  public String bracketed() {
    return parsers.attributes().bracketed();
  }

  @Override
  public long[] list() {
    tokens.expect(Token.LEFT_BRACKET);
    long[] numbers = new long[8];
    int count = 0;
    if (!tokens.at(Token.RIGHT_BRACKET)) {
      do {
        if (count == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = tokens.integer();
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_BRACKET);
    return Arrays.copyOf(numbers, count);
  }

  @Override
  public long integer() {
    return tokens.integer();
  }

  @Override
  public String string() {
    return tokens.string();
  }

  @Override
  public String symbol() {
    return tokens.symbol();
  }

  @Override
  public Attributes optionalAttributes() {
    return parsers.attributes().optionalDictionary();
  }

  @Override
  public Region region(List<String> argumentNames, List<Type> argumentTypes) {
    return bodies.region(argumentNames, argumentTypes);
  }

  @Override
  public BlockBuilder implicitRegion() {
    implicitRegions = true;
    return bodies.block().nested();
  }

  @Override
  public Location location() {
    return tokens.location();
  }

  @Override
  public PartirException error(Location location, String problem, String remedy) {
    return new PartirException(Diagnostic.at(location, ErrorCode.INVALID_OP, problem, remedy));
  }

  @Override
  public void checkTypes(
      List<Value> operands, List<? extends Type> types, @Nullable Location location) {
    uses.check(operands, types, location);
  }
}
