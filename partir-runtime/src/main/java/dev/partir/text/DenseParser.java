package dev.partir.text;

import dev.partir.array.NumberFormat;
import dev.partir.ir.Attribute;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Parses the elements of constants: {@code dense<...> : type} with one element for all, nested
 * lists or a string of hexadecimal digits, and {@code dense_resource<name> : type} (MLIR builtin
 * dialect, "DenseIntOrFPElementsAttr").
 */
final class DenseParser {
  private final Tokens tokens;
  private final Lexer lexer;
  private final TypeParser types;
  private final Resources resources;

  DenseParser(Tokens tokens, TypeParser types, Resources resources) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.types = types;
    this.resources = resources;
  }

  /** Takes {@code dense<...> : type}; the word is next. */
  Attribute dense() {
    int from = lexer.start();
    lexer.next();
    if (!tokens.at(Token.LESS)) {
      throw tokens.expected(Token.LESS.description());
    }
    int body = lexer.end();
    // The type says what the elements are, and stands behind them.
    int close = closing(body);
    lexer.moveTo(close);
    tokens.expect(Token.GREATER);
    TensorType type = type();
    int back = lexer.start();
    lexer.moveTo(body);
    Attribute dense = elements(from, close, type);
    if (lexer.start() != close) {
      throw tokens.expected(Token.GREATER.description());
    }
    lexer.moveTo(back);
    return dense;
  }

  private TensorType type() {
    tokens.expect(Token.COLON);
    int from = lexer.start();
    if (!(types.type() instanceof TensorType type)) {
      throw tokens.error(from, ErrorCode.SYNTAX, "the type of a constant is no tensor", "");
    }
    if (!type.isStatic()) {
      throw tokens.error(
          from,
          ErrorCode.TYPE_MISMATCH,
          "the type " + type + " of a constant has an unknown size",
          "Write the sizes of its elements");
    }
    return type;
  }

  /** Returns where the literal ends: at the next {@code >} outside of strings and comments. */
  private int closing(int from) {
    String text = tokens.source().text();
    for (int p = from; p < lexer.limit(); p++) {
      char c = text.charAt(p);
      if (c == '>') {
        return p;
      }
      if (c == '"' || c == '/') {
        lexer.moveTo(p);
        if (lexer.token() == Token.ERROR || lexer.token() == Token.SLASH) {
          throw tokens.expected("the elements of a constant");
        }
        p = (c == '"' ? lexer.end() : lexer.start()) - 1;
      }
    }
    throw tokens.error(from - 1, ErrorCode.SYNTAX, "the \"<\" is not closed by a \">\"", "");
  }

  private Attribute elements(int from, int close, TensorType type) {
    if (tokens.at(Token.STRING)) {
      return blob(lexer.start() + 1, lexer.end() - 1, type);
    }
    long count = type.elementCount();
    if (lexer.start() == close) {
      if (count != 0) {
        throw tokens.error(
            from, ErrorCode.TYPE_MISMATCH, "a " + type + " without elements", "Write " + count);
      }
      return Attribute.Dense.of(type, new byte[0], false);
    }
    boolean splat = !tokens.at(Token.LEFT_BRACKET);
    if (!splat && count > close - from) {
      throw tokens.error(
          from,
          ErrorCode.TYPE_MISMATCH,
          "the constant has fewer elements than the " + count + " of its type " + type,
          "Write all elements in nested lists, or one element for all");
    }
    long size = type.element().bytes(splat ? 1 : count);
    if (size > Integer.MAX_VALUE - 8) {
      throw tokens.error(
          from, ErrorCode.LIMIT, "a constant of " + size + " bytes", "The most is 2^31 - 9");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    var writer = new ElementParser(tokens, type.element(), bytes);
    if (splat) {
      writer.element();
    } else {
      list(type, 0, writer);
    }
    return Attribute.Dense.of(type, bytes.array(), splat);
  }

  private void list(TensorType type, int dim, ElementParser elements) {
    int from = lexer.start();
    if (dim == type.rank()) {
      throw tokens.error(
          from,
          ErrorCode.TYPE_MISMATCH,
          "the lists of the constant nest deeper than the rank " + type.rank() + " of " + type,
          "");
    }
    tokens.expect(Token.LEFT_BRACKET);
    boolean innermost = dim + 1 == type.rank();
    long expected = type.dim(dim);
    long count = 0;
    if (!tokens.at(Token.RIGHT_BRACKET)) {
      do {
        if (count++ == expected) {
          throw wrongCount(from, "more than " + expected, type, dim);
        }
        if (!innermost) {
          list(type, dim + 1, elements);
        } else if (tokens.at(Token.LEFT_BRACKET)) {
          list(type, dim + 1, elements);
        } else {
          elements.element();
        }
      } while (tokens.accept(Token.COMMA));
    }
    if (count != expected) {
      throw wrongCount(from, "only " + count, type, dim);
    }
    tokens.expect(Token.RIGHT_BRACKET);
  }

  private PartirException wrongCount(int from, String count, TensorType type, int dim) {
    return tokens.error(
        from,
        ErrorCode.TYPE_MISMATCH,
        "a list of "
            + count
            + " elements in dimension "
            + dim
            + ", whose size in "
            + type
            + " is "
            + type.dim(dim),
        "Write " + type.dim(dim) + " elements");
  }

  /** Takes a string of hexadecimal digits with the bytes of all elements, or of one for all. */
  private Attribute blob(int start, int end, TensorType type) {
    if (!tokens.source().text().startsWith("0x", start)) {
      throw tokens.error(
          start - 1,
          ErrorCode.UNSUPPORTED,
          "a constant of strings",
          "Elements are numbers, or one string of hexadecimal digits that begins with 0x");
    }
    byte[] bytes = decode(start + 2, end);
    lexer.next();
    return dense(type, bytes, start - 1);
  }

  /** Returns the constant that {@code bytes} hold as MLIR stores it. */
  private Attribute dense(TensorType type, byte[] bytes, int offset) {
    long count = type.elementCount();
    ElementType element = type.element();
    if (element == ElementType.I1) {
      // Booleans are packed into bits, the lowest first; all of one byte stands for all elements.
      boolean uniform = bytes.length == 1 && (bytes[0] == 0 || bytes[0] == -1);
      if (uniform && count != 0) {
        return Attribute.Dense.of(type, new byte[] {(byte) (bytes[0] & 1)}, true);
      }
      if (bytes.length == (count + 7) / 8) {
        byte[] unpacked = new byte[(int) count];
        for (int i = 0; i < count; i++) {
          unpacked[i] = (byte) (bytes[i >> 3] >> (i & 7) & 1);
        }
        return Attribute.Dense.of(type, unpacked, false);
      }
    }
    if (bytes.length == type.byteCount()) {
      return Attribute.Dense.of(type, normalized(bytes, element), false);
    }
    if (bytes.length == element.bytes(1) && count != 0) {
      return Attribute.Dense.of(type, normalized(bytes, element), true);
    }
    throw tokens.error(
        offset,
        ErrorCode.TYPE_MISMATCH,
        "the constant has "
            + bytes.length
            + " bytes, its type "
            + type
            + " takes "
            + type.byteCount(),
        "Write all bytes, or those of one element for all");
  }

  /** Wraps elements of less than a byte to their width, in place. */
  private static byte[] normalized(byte[] bytes, ElementType element) {
    if (element.bits() < 8) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            element.isFloat()
                ? (byte) (bytes[i] & ((1 << element.bits()) - 1))
                : (byte) NumberFormat.wrap(element, bytes[i]);
      }
    }
    return bytes;
  }

  private byte[] decode(int start, int end) {
    if ((end - start) % 2 != 0) {
      throw tokens.error(start, ErrorCode.SYNTAX, "an odd number of hexadecimal digits", "");
    }
    String text = tokens.source().text();
    byte[] bytes = new byte[(end - start) / 2];
    for (int i = 0, p = start; i < bytes.length; i++, p += 2) {
      int value = Hex.digit(text.charAt(p)) << 4 | Hex.digit(text.charAt(p + 1));
      if (value < 0) {
        int wrong = Hex.digit(text.charAt(p)) < 0 ? p : p + 1;
        throw tokens.error(
            wrong, ErrorCode.SYNTAX, "\"" + text.charAt(wrong) + "\" is no hexadecimal digit", "");
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  /** Takes {@code dense_resource<name> : type}; the word is next. */
  Attribute resource() {
    lexer.next();
    tokens.expect(Token.LESS);
    int from = lexer.start();
    String name = tokens.at(Token.STRING) ? tokens.string() : tokens.take(Token.WORD);
    tokens.expect(Token.GREATER);
    TensorType type = type();
    Resources.Blob blob = resources.blob(name);
    return blob == null
        ? new Attribute.Resource(name, type)
        : dense(type, decode(blob.start(), blob.end()), from);
  }
}
