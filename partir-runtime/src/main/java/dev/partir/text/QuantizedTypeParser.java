package dev.partir.text;

import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.Quantization;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses quantized element types, {@code !quant.uniform<i8<-127:127>:f32:1, {0.1:1, 0.2}>}, and
 * holds them to the constraints of the StableHLO specification ("Types").
 */
final class QuantizedTypeParser {
  static final String NAME = "!quant.uniform";

  private final Tokens tokens;
  private final Lexer lexer;
  private final TypeParser types;

  QuantizedTypeParser(Tokens tokens, TypeParser types) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
    this.types = types;
  }

  /** Takes the element type of a tensor of the given sizes; the name is next. */
  TensorType type(long[] dims) {
    int from = lexer.start();
    lexer.next();
    tokens.expect(Token.LESS);
    ElementType storage = storage();
    long min = Quantization.min(storage);
    long max = Quantization.max(storage);
    if (tokens.at(Token.LESS)) {
      int bounds = lexer.start();
      lexer.next();
      min = tokens.integer();
      tokens.expect(Token.COLON);
      max = tokens.integer();
      tokens.expect(Token.GREATER);
      if (min < Quantization.min(storage) || max > Quantization.max(storage) || min >= max) {
        throw wrong(
            bounds,
            "the range from " + min + " to " + max + " of integers of type " + storage,
            "C4",
            "It lies within "
                + Quantization.min(storage)
                + " to "
                + Quantization.max(storage)
                + ", the smaller number first");
      }
    }
    tokens.expect(Token.COLON);
    int expressedAt = lexer.start();
    ElementType expressed = types.optionalElement();
    if (expressed == null || !expressed.isFloat() || expressed.bits() <= storage.bits()) {
      throw wrong(
          expressedAt,
          "the expressed type is no floating-point type wider than " + storage,
          "C1",
          "Use one such as f32");
    }
    int axis = Quantization.NO_AXIS;
    if (tokens.accept(Token.COLON)) {
      if (tokens.at(Token.LEFT_BRACE)) {
        throw tokens.error(
            lexer.start(),
            ErrorCode.UNSUPPORTED,
            "a quantization of blocks of several dimensions",
            "Use one scale, or one per index of a dimension");
      }
      axis = axis(dims);
    }
    tokens.expect(Token.COMMA);
    List<Double> scales = new ArrayList<>();
    List<Long> zeroPoints = new ArrayList<>();
    if (axis == Quantization.NO_AXIS) {
      parameter(scales, zeroPoints, min, max);
    } else {
      tokens.expect(Token.LEFT_BRACE);
      do {
        parameter(scales, zeroPoints, min, max);
      } while (tokens.accept(Token.COMMA));
      tokens.expect(Token.RIGHT_BRACE);
      if (!TensorType.compatible(dims[axis], scales.size())) {
        throw wrong(
            from,
            scales.size() + " scales for dimension " + axis + " of size " + dims[axis],
            "C13",
            "Give one per index");
      }
    }
    tokens.expect(Token.GREATER);
    return TensorType.of(storage, dims)
        .quantized(new Quantization(expressed, min, max, axis, scales, zeroPoints));
  }

  /** Takes an integer type, {@code i8} or {@code u8}. */
  private ElementType storage() {
    int from = lexer.start();
    ElementType storage = types.optionalElement();
    if (storage == null && tokens.at(Token.WORD) && lexer.spelling().startsWith("u")) {
      storage = ElementType.parse("ui" + lexer.spelling().substring(1));
      if (storage != null) {
        lexer.next();
      }
    }
    if (storage == null || !storage.isInteger() || storage.bits() == 1 || storage.bits() > 32) {
      throw tokens.error(
          from,
          ErrorCode.TYPE_MISMATCH,
          "the storage type is no integer type of 2 to 32 bits",
          "Use one such as i8 or u8");
    }
    return storage;
  }

  private int axis(long[] dims) {
    int from = lexer.start();
    long axis = tokens.integer();
    if (axis < 0 || axis >= dims.length) {
      throw wrong(
          from,
          "the quantized dimension " + axis + " of a tensor of rank " + dims.length,
          "C12",
          "Dimensions count from 0 to " + (dims.length - 1));
    }
    return (int) axis;
  }

  /** Takes a scale and, behind a colon, a zero point. */
  private void parameter(List<Double> scales, List<Long> zeroPoints, long min, long max) {
    int from = lexer.start();
    boolean negative = tokens.accept(Token.MINUS);
    if (!tokens.at(Token.FLOAT)) {
      throw tokens.expected("a scale such as 0.5");
    }
    double scale = Double.parseDouble(lexer.spelling());
    lexer.next();
    if (negative || scale == 0 || Double.isInfinite(scale)) {
      throw wrong(
          from,
          "the scale " + (negative ? -scale : scale),
          "C6, C7",
          "Scales are positive and finite");
    }
    scales.add(scale);
    if (!tokens.accept(Token.COLON)) {
      zeroPoints.add(0L);
      return;
    }
    int at = lexer.start();
    long zeroPoint = tokens.integer();
    if (zeroPoint < min || zeroPoint > max) {
      throw wrong(
          at,
          "the zero point " + zeroPoint + " of integers from " + min + " to " + max,
          "C8",
          "It is one of them");
    }
    zeroPoints.add(zeroPoint);
  }

  private PartirException wrong(int offset, String problem, String constraint, String remedy) {
    return tokens.error(
        offset,
        ErrorCode.TYPE_MISMATCH,
        problem + " (constraint " + constraint + " of quantized types)",
        remedy);
  }
}
