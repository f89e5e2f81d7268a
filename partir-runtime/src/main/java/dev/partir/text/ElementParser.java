package dev.partir.text;

import dev.partir.array.NumberFormat;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.nio.ByteBuffer;

/** Parses elements of constants into their bytes. */
final class ElementParser {
  private final Tokens tokens;
  private final Lexer lexer;
  private final ElementType type;
  private final ByteBuffer bytes;

  ElementParser(Tokens tokens, ElementType type, ByteBuffer bytes) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.type = type;
    this.bytes = bytes;
  }

  /** Takes one element. */
  void element() {
    switch (type) {
      case COMPLEX_F32 -> pair(ElementType.F32);
      case COMPLEX_F64 -> pair(ElementType.F64);
      default -> {
        if (type.isFloat()) {
          putFloat(type);
        } else {
          putInteger();
        }
      }
    }
  }

  private void pair(ElementType part) {
    tokens.expect(Token.LEFT_PAREN);
    putFloat(part);
    tokens.expect(Token.COMMA);
    putFloat(part);
    tokens.expect(Token.RIGHT_PAREN);
  }

  private void putFloat(ElementType part) {
    long bits;
    if (tokens.at(Token.INTEGER)) {
      bits = bits(part);
    } else {
      double value = number();
      bits =
          part == ElementType.F64
              ? Double.doubleToRawLongBits(value)
              : NumberFormat.toBits(part, NumberFormat.round(part, value));
    }
    switch (part.bits()) {
      case 16 -> bytes.putShort((short) bits);
      case 32 -> bytes.putInt((int) bits);
      case 64 -> bytes.putLong(bits);
      default -> bytes.put((byte) bits);
    }
  }

  /** Takes the bits of a floating-point number, written as hexadecimal integer. */
  private long bits(ElementType part) {
    String digits = lexer.spelling();
    int from = lexer.start();
    if (!digits.startsWith("0x")) {
      throw tokens.error(
          from,
          ErrorCode.SYNTAX,
          "the integer " + Tokens.shortened(digits) + " as an element of type " + type,
          "Write it with a point, such as " + Tokens.shortened(digits) + ".0");
    }
    int first = 2;
    while (first < digits.length() - 1 && digits.charAt(first) == '0') {
      first++;
    }
    if ((digits.length() - first) * 4 > 64
        || (part.bits() < 64
            && Long.parseUnsignedLong(digits, first, digits.length(), 16) >>> part.bits() != 0)) {
      throw tokens.error(
          from,
          ErrorCode.TYPE_MISMATCH,
          digits + " has more than the " + part.bits() + " bits of " + part,
          "");
    }
    lexer.next();
    return Long.parseUnsignedLong(digits, first, digits.length(), 16);
  }

  /** Takes a floating-point number, which may be negative. */
  private double number() {
    boolean negative = tokens.accept(Token.MINUS);
    if (!tokens.at(Token.FLOAT)) {
      throw tokens.expected("a number such as 1.0 or 0x7F800000");
    }
    double value = Double.parseDouble(lexer.spelling());
    lexer.next();
    return negative ? -value : value;
  }

  private void putInteger() {
    long value;
    if (tokens.at(Token.WORD)) {
      value = bool();
    } else {
      int from = lexer.start();
      boolean negative = tokens.accept(Token.MINUS);
      if (!tokens.at(Token.INTEGER)) {
        throw tokens.expected("an integer of type " + type);
      }
      value = integer(from, negative);
    }
    switch (type.bits()) {
      case 16 -> bytes.putShort((short) value);
      case 32 -> bytes.putInt((int) value);
      case 64 -> bytes.putLong(value);
      default -> bytes.put((byte) NumberFormat.wrap(type, (int) value));
    }
  }

  private long bool() {
    boolean isTrue = tokens.atWord("true");
    if (type != ElementType.I1 || !(isTrue || tokens.atWord("false"))) {
      throw tokens.expected("an integer of type " + type);
    }
    lexer.next();
    return isTrue ? 1 : 0;
  }

  /** Takes the digits, which must fit the type; a signed type takes what its bits can hold. */
  private long integer(int from, boolean negative) {
    String digits = lexer.spelling();
    long magnitude;
    try {
      magnitude =
          digits.startsWith("0x")
              ? Long.parseUnsignedLong(digits, 2, digits.length(), 16)
              : Long.parseUnsignedLong(digits);
    } catch (NumberFormatException tooLarge) {
      throw outside(from, digits);
    }
    int bits = type.bits();
    boolean fits;
    if (negative) {
      long largest = 1L << (bits - 1);
      fits =
          type.kind() != ElementType.Kind.UNSIGNED
              ? Long.compareUnsigned(magnitude, largest) <= 0
              : magnitude == 0;
    } else {
      fits = bits == 64 || magnitude >>> bits == 0;
    }
    if (!fits) {
      throw outside(from, (negative ? "-" : "") + digits);
    }
    lexer.next();
    return negative ? -magnitude : magnitude;
  }

  private PartirException outside(int from, String number) {
    return tokens.error(
        from,
        ErrorCode.TYPE_MISMATCH,
        Tokens.shortened(number) + " is outside of the numbers of type " + type,
        "Use a wider type");
  }
}
