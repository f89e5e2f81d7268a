package dev.partir.text;

import dev.partir.array.NumberFormat;
import dev.partir.ir.Attribute;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses numbers as attributes: {@code 1 : i64}, {@code 0x7F800000 : f32}, {@code array<...>}. */
final class NumberParser {
  private final Tokens tokens;
  private final Lexer lexer;
  private final TypeParser types;
  private final RawText raw;

  NumberParser(Tokens tokens, TypeParser types, RawText raw) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.types = types;
    this.raw = raw;
  }

  /** Takes a number with its type, which is i64 or f64 where none is written. */
  Attribute number() {
    int from = lexer.start();
    boolean negative = tokens.accept(Token.MINUS);
    if (!tokens.at(Token.INTEGER) && !tokens.at(Token.FLOAT)) {
      throw tokens.expected("a number");
    }
    boolean isFloat = tokens.at(Token.FLOAT);
    String digits = lexer.spelling();
    int end = lexer.end();
    lexer.next();
    ElementType type = isFloat ? ElementType.F64 : ElementType.I64;
    if (tokens.at(Token.COLON)) {
      int colon = lexer.start();
      lexer.next();
      ElementType written = types.optionalElement();
      if (written == null || written.isComplex()) {
        lexer.moveTo(colon);
        return new Attribute.Raw(raw.typed(tokens.source().text().substring(from, end)));
      }
      type = written;
    }
    if (type.isInteger()) {
      if (isFloat) {
        throw tokens.error(
            from, ErrorCode.TYPE_MISMATCH, "the number " + digits + " of type " + type, "");
      }
      return new Attribute.Int(integer(from, negative, digits), type);
    }
    return new Attribute.Float(floating(from, negative, digits, isFloat, type), type);
  }

  private long integer(int from, boolean negative, String digits) {
    try {
      if (digits.startsWith("0x")) {
        long bits = Long.parseUnsignedLong(digits, 2, digits.length(), 16);
        return negative ? -bits : bits;
      }
      return negative ? Long.parseLong("-" + digits) : Long.parseUnsignedLong(digits);
    } catch (NumberFormatException tooLarge) {
      throw tokens.error(
          from,
          ErrorCode.LIMIT,
          "the integer " + Tokens.shortened(digits) + " has more than 64 bits",
          "");
    }
  }

  private double floating(
      int from, boolean negative, String digits, boolean isFloat, ElementType type) {
    double value;
    if (isFloat) {
      value = Double.parseDouble(digits);
    } else if (digits.startsWith("0x") && !negative) {
      value = FloatText.fromBits(type, integer(from, false, digits));
    } else {
      throw tokens.error(
          from,
          ErrorCode.SYNTAX,
          "the integer " + Tokens.shortened(digits) + " of type " + type,
          "Write it with a point, such as " + Tokens.shortened(digits) + ".0");
    }
    value = negative ? -value : value;
    return type == ElementType.F64 ? value : NumberFormat.round(type, value);
  }

  /** Takes {@code array<i64: 1, 2>}; an array of other things than integers is kept as written. */
  Attribute array() {
    int from = lexer.start();
    lexer.next();
    tokens.expect(Token.LESS);
    ElementType type = types.optionalElement();
    List<Long> values = type != null && type.isInteger() ? integers(type) : null;
    if (type == null || values == null) {
      lexer.moveTo(from);
      return new Attribute.Raw(raw.named());
    }
    tokens.expect(Token.GREATER);
    return new Attribute.IntArray(type, values);
  }

  private @Nullable List<Long> integers(ElementType type) {
    List<Long> values = new ArrayList<>();
    if (tokens.accept(Token.COLON)) {
      do {
        if (type == ElementType.I1 && tokens.at(Token.WORD)) {
          boolean isTrue = tokens.atWord("true");
          if (!isTrue && !tokens.atWord("false")) {
            throw tokens.expected("\"true\" or \"false\"");
          }
          lexer.next();
          values.add(isTrue ? 1L : 0L);
        } else {
          values.add(tokens.integer());
        }
      } while (tokens.accept(Token.COMMA));
    }
    return values;
  }
}
