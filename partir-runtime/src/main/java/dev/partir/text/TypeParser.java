package dev.partir.text;

import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses types: tensors, tuples, tokens, functions, and aliases of them. */
final class TypeParser {
  private static final Map<String, ElementType> ELEMENTS = new HashMap<>();

  static {
    for (ElementType type : ElementType.values()) {
      if (!type.isComplex()) {
        ELEMENTS.put(type.text(), type);
      }
    }
  }

  /** Types that are remembered: few differ in a program. */
  private static final int SEEN = 256;

  /** Characters of a type that is remembered. */
  private static final int LONGEST = 64;

  private final Tokens tokens;
  private final Lexer lexer;
  private final Aliases aliases;
  private final Map<String, Type> known = new HashMap<>();

  /** Types that were read before, by a hash of how they are written, and where that was. */
  private final @Nullable TensorType[] seen = new TensorType[SEEN];

  private final int[] seenAt = new int[SEEN];
  private final int[] seenLength = new int[SEEN];

  TypeParser(Tokens tokens, Aliases aliases) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.aliases = aliases;
  }

  /** Takes a type that a value can have. */
  Type type() {
    switch (lexer.token()) {
      case WORD -> {
        if (lexer.spells("tensor")) {
          return tensor();
        }
        if (lexer.spells("tuple")) {
          return tuple();
        }
      }
      case BANG -> {
        if (lexer.spells("!stablehlo.token") || lexer.spells("!mhlo.token")) {
          lexer.next();
          return new Type.Token();
        }
        if (lexer.spells("!stablehlo.future")) {
          return future();
        }
        if (aliases.defines(lexer.spelling())) {
          return aliases.take(known, this::type);
        }
      }
      case LEFT_PAREN -> {
        return function();
      }
      default -> throw tokens.expected("a type");
    }
    throw unknown();
  }

  private PartirException unknown() {
    String text = lexer.spelling();
    if (text.startsWith("!") && !text.contains(".")) {
      return tokens.error(
          lexer.start(),
          ErrorCode.UNDEFINED,
          "the type " + text + " is not defined",
          NearestNames.question("", text, aliases.names('!')));
    }
    return tokens.error(
        lexer.start(),
        ErrorCode.UNSUPPORTED,
        "\"" + Tokens.shortened(text) + "\" is no type that a value can have",
        "Known are tensor<...>, tuple<...>, !stablehlo.token, !stablehlo.future<...> and"
            + " functions");
  }

  private Type tuple() {
    lexer.next();
    tokens.expect(Token.LESS);
    tokens.enter();
    List<Type> elements = new ArrayList<>();
    if (!tokens.at(Token.GREATER)) {
      do {
        elements.add(type());
      } while (tokens.accept(Token.COMMA));
    }
    tokens.leave();
    tokens.expect(Token.GREATER);
    return new Type.Tuple(elements);
  }

  /** Takes {@code !stablehlo.future<tensor<2xf32>, ...>}; the name is next. */
  private Type future() {
    lexer.next();
    tokens.expect(Token.LESS);
    List<Type> types = new ArrayList<>();
    do {
      if (!lexer.spells("tensor")) {
        throw tokens.expected("a tensor type, for a future is of tensors");
      }
      types.add(tensor());
    } while (tokens.accept(Token.COMMA));
    tokens.expect(Token.GREATER);
    return new Type.Future(types);
  }

  /** Takes {@code (types) -> types}. */
  Type.FunctionType function() {
    tokens.enter();
    List<Type> inputs = list();
    tokens.expect(Token.ARROW);
    List<Type> results = tokens.at(Token.LEFT_PAREN) ? list() : List.of(type());
    tokens.leave();
    return new Type.FunctionType(inputs, results);
  }

  private List<Type> list() {
    tokens.expect(Token.LEFT_PAREN);
    List<Type> types = new ArrayList<>();
    if (!tokens.at(Token.RIGHT_PAREN)) {
      do {
        types.add(type());
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_PAREN);
    return types;
  }

  /** Takes {@code tensor<2x?xf32>}; the word is next. */
  TensorType tensor() {
    int from = lexer.start();
    lexer.next();
    if (!tokens.at(Token.LESS)) {
      throw tokens.expected(Token.LESS.description());
    }
    int inside = lexer.end();
    int close = close(inside);
    int slot = close < 0 ? 0 : slot(inside, close);
    if (close >= 0 && isSeen(slot, inside, close)) {
      lexer.moveTo(close + 1);
      return Objects.requireNonNull(seen[slot]);
    }
    long[] dims = dimensions();
    if (lexer.spells(QuantizedTypeParser.NAME)) {
      TensorType type = new QuantizedTypeParser(tokens, this).type(dims);
      return encoded(from, type);
    }
    ElementType element = element();
    boolean remember = lexer.start() == close;
    TensorType type = encoded(from, TensorType.of(element, dims));
    if (remember) {
      seen[slot] = type;
      seenAt[slot] = inside;
      seenLength[slot] = close - inside;
    }
    return type;
  }

  /** Takes the encoding of a type, if there is one, and the bracket that closes the type. */
  private TensorType encoded(int from, TensorType type) {
    TensorType encoded = type;
    if (tokens.accept(Token.COMMA)) {
      if (!lexer.spells("#stablehlo.bounds")) {
        throw tokens.error(
            lexer.start(),
            ErrorCode.UNSUPPORTED,
            "the type of a tensor with an encoding",
            "Of encodings bounds are supported, as in #stablehlo.bounds<4, ?>: leave others out");
      }
      encoded = bounded(type);
    }
    tokens.expect(Token.GREATER);
    checkSize(from, type.dims(), type.element());
    return encoded;
  }

  /** Takes {@code #stablehlo.bounds<4, ?>}; the name is next. */
  private TensorType bounded(TensorType type) {
    int from = lexer.start();
    lexer.next();
    tokens.expect(Token.LESS);
    long[] bounds = new long[type.rank()];
    int count = 0;
    while (!tokens.at(Token.GREATER)) {
      if (count > 0) {
        tokens.expect(Token.COMMA);
      }
      int at = lexer.start();
      boolean isKnown = !tokens.accept(Token.QUESTION);
      long bound = isKnown ? tokens.integer() : TensorType.DYNAMIC;
      if (count < bounds.length) {
        boolean isStatic = type.dim(count) != TensorType.DYNAMIC;
        if (isKnown && (isStatic || bound < 0)) {
          throw tokens.error(
              at,
              ErrorCode.TYPE_MISMATCH,
              "the bound " + bound + " of dimension " + count + " of a " + type,
              isStatic ? "Its size is known: write ?" : "A bound is a size");
        }
        bounds[count] = bound;
      }
      count++;
    }
    if (count != bounds.length) {
      throw tokens.error(
          from,
          ErrorCode.TYPE_MISMATCH,
          count + " bounds of a " + type,
          "Give one per dimension, ? where none is known");
    }
    tokens.expect(Token.GREATER);
    return type.bounded(bounds);
  }

  /** Returns where the next bracket closes; -1 where something else stands before it. */
  private int close(int from) {
    String text = tokens.source().text();
    int end = Math.min(lexer.limit(), from + LONGEST);
    for (int p = from; p < end; p++) {
      char c = text.charAt(p);
      if (c == '>') {
        return p;
      }
      if (!Text.isDigit(c) && (c < 'a' || c > 'z')) {
        return -1;
      }
    }
    return -1;
  }

  private int slot(int from, int end) {
    String text = tokens.source().text();
    int hash = 0;
    for (int p = from; p < end; p++) {
      hash = 31 * hash + text.charAt(p);
    }
    return (hash ^ hash >>> 8 ^ hash >>> 16) & (SEEN - 1);
  }

  private boolean isSeen(int slot, int from, int end) {
    String text = tokens.source().text();
    return seen[slot] != null
        && seenLength[slot] == end - from
        && text.regionMatches(seenAt[slot], text, from, end - from);
  }

  /** Reads the sizes; {@code 2x3xf32} is no sequence of tokens. The token is {@code <}. */
  private long[] dimensions() {
    String text = tokens.source().text();
    int limit = lexer.limit();
    long[] dims = new long[4];
    int rank = 0;
    int p = lexer.end();
    while (true) {
      while (p < limit && (text.charAt(p) == ' ' || text.charAt(p) == '\n')) {
        p++;
      }
      char c = p < limit ? text.charAt(p) : 0;
      int from = p;
      long size = 0;
      if (c == '?') {
        size = TensorType.DYNAMIC;
        p++;
      } else if (c == '*') {
        throw tokens.error(
            p, ErrorCode.UNSUPPORTED, "a tensor of unknown rank", "Give it a rank, such as ?x?");
      } else if (Text.isDigit(c)) {
        while (p < limit && Text.isDigit(text.charAt(p))) {
          size = 10 * size + (text.charAt(p++) - '0');
          if (size > Limits.TENSOR_BYTES) {
            throw tooLarge(from);
          }
        }
      } else {
        lexer.moveTo(p);
        return Arrays.copyOf(dims, rank);
      }
      if (p >= limit || text.charAt(p) != 'x') {
        lexer.moveTo(p);
        throw tokens.expected("\"x\" behind a size");
      }
      p++;
      if (rank == dims.length) {
        if (rank == Limits.RANK) {
          throw tokens.error(
              from,
              ErrorCode.LIMIT,
              "a tensor of more than " + Limits.RANK + " dimensions",
              "Use fewer dimensions");
        }
        dims = Arrays.copyOf(dims, 2 * rank);
      }
      dims[rank++] = size;
    }
  }

  private PartirException tooLarge(int offset) {
    return tokens.error(
        offset,
        ErrorCode.LIMIT,
        "a tensor of more than 2^56 bytes",
        "Such a program could be run nowhere: check the sizes");
  }

  private void checkSize(int offset, long[] dims, ElementType element) {
    long bytes = element.bytes(1);
    for (long dim : dims) {
      if (dim > 0) {
        if (bytes > Limits.TENSOR_BYTES / dim) {
          throw tooLarge(offset);
        }
        bytes *= dim;
      }
    }
  }

  /** Takes an element type such as {@code f32} or {@code complex<f64>}. */
  private ElementType element() {
    ElementType element = optionalElement();
    if (element == null) {
      if (tokens.at(Token.BANG) || tokens.at(Token.WORD)) {
        throw tokens.error(
            lexer.start(),
            ErrorCode.UNSUPPORTED,
            "\"" + Tokens.shortened(lexer.spelling()) + "\" is no known element type",
            NearestNames.question("", lexer.spelling(), ELEMENTS.keySet()));
      }
      throw tokens.expected("an element type such as f32");
    }
    return element;
  }

  /** Takes an element type if one is next. */
  @Nullable ElementType optionalElement() {
    if (!tokens.at(Token.WORD)) {
      return null;
    }
    if (lexer.spells("complex")) {
      return complex();
    }
    ElementType type = ELEMENTS.get(lexer.spelling());
    if (type != null) {
      lexer.next();
    }
    return type;
  }

  private @Nullable ElementType complex() {
    int from = lexer.start();
    lexer.next();
    tokens.expect(Token.LESS);
    ElementType part = element();
    tokens.expect(Token.GREATER);
    return switch (part) {
      case F32 -> ElementType.COMPLEX_F32;
      case F64 -> ElementType.COMPLEX_F64;
      default ->
          throw tokens.error(
              from,
              ErrorCode.UNSUPPORTED,
              "complex numbers of " + part,
              "Use complex<f32> or complex<f64>");
    };
  }
}
