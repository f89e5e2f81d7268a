package dev.partir.text;

import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.Quantization;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parses quantized element types, {@code !quant.uniform<i8<-127:127>:f32:1, {0.1:1, 0.2}>}, and
 * holds them to the constraints of the StableHLO specification ("Types"); those with blocks of
 * several dimensions, {@code !quant.uniform<i8:f32:{0:1, 1:2}, {{0.5, 0.25}}>}, to those of MLIR.
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
    Quantization.Grid grid = Quantization.Whole.INSTANCE;
    boolean blocks = false;
    if (tokens.accept(Token.COLON)) {
      blocks = tokens.at(Token.LEFT_BRACE);
      grid = blocks ? blocks(dims) : new Quantization.PerAxis(axis(dims));
    }
    tokens.expect(Token.COMMA);
    var parameters = new Parameters(min, max);
    if (grid == Quantization.Whole.INSTANCE) {
      parameters.one();
    } else {
      long[] counts = new long[blocks ? dims.length : 1];
      Arrays.fill(counts, -1);
      parameters.nested(0, counts);
      if (grid instanceof Quantization.SubChannel sub) {
        List<Long> sizes = Arrays.stream(counts).boxed().toList();
        grid = new Quantization.SubChannel(sub.axes(), sub.sizes(), sizes);
      }
      checkCounts(from, grid, counts, dims);
    }
    tokens.expect(Token.GREATER);
    return TensorType.of(storage, dims)
        .quantized(
            new Quantization(expressed, min, max, grid, parameters.scales, parameters.zeroPoints));
  }

  /** Takes the sizes of blocks, {@code {0:1, 1:2}}; how many there are follows from the scales. */
  private Quantization.SubChannel blocks(long[] dims) {
    List<Integer> axes = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    tokens.expect(Token.LEFT_BRACE);
    if (!tokens.at(Token.RIGHT_BRACE)) {
      do {
        int at = lexer.start();
        int axis = axis(dims);
        if (axes.contains(axis)) {
          throw wrong(at, "the quantized dimension " + axis + " is given twice", "", "Once each");
        }
        axes.add(axis);
        tokens.expect(Token.COLON);
        at = lexer.start();
        long size = tokens.integer();
        if (size <= 0) {
          throw wrong(at, "a block of size " + size, "", "Blocks have a size of at least 1");
        }
        sizes.add(size);
      } while (tokens.accept(Token.COMMA));
    }
    tokens.expect(Token.RIGHT_BRACE);
    return new Quantization.SubChannel(axes, sizes, List.of());
  }

  /** Requires as many scales along each dimension as it has blocks. */
  private void checkCounts(int from, Quantization.Grid grid, long[] counts, long[] dims) {
    if (grid instanceof Quantization.PerAxis per) {
      if (!TensorType.compatible(dims[per.axis()], counts[0])) {
        throw wrong(
            from,
            counts[0] + " scales for dimension " + per.axis() + " of size " + dims[per.axis()],
            "C13",
            "Give one per index");
      }
      return;
    }
    long[] blocks = grid.blocks(dims);
    for (int d = 0; d < dims.length; d++) {
      boolean isWhole = blocks[d] == dims[d];
      if (isWhole ? counts[d] != 1 : dims[d] >= 0 && counts[d] * blocks[d] != dims[d]) {
        throw wrong(
            from,
            counts[d]
                + " scales along dimension "
                + d
                + " of size "
                + dims[d]
                + (isWhole ? ", which is one block" : ", in blocks of " + blocks[d]),
            "",
            "Give one per block, of sizes that divide the dimension");
      }
    }
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

  /** The scales and zero points of a type. */
  private final class Parameters {
    private final List<Double> scales = new ArrayList<>();
    private final List<Long> zeroPoints = new ArrayList<>();
    private final long min;
    private final long max;

    Parameters(long min, long max) {
      this.min = min;
      this.max = max;
    }

    /**
     * Takes lists that are nested as deep as {@code counts} is long.
     *
     * @param counts set to the lengths of the lists of each depth; -1 where none was seen yet
     */
    void nested(int depth, long[] counts) {
      if (depth == counts.length) {
        one();
        return;
      }
      int at = lexer.start();
      tokens.expect(Token.LEFT_BRACE);
      long count = 0;
      do {
        nested(depth + 1, counts);
        count++;
      } while (tokens.accept(Token.COMMA));
      tokens.expect(Token.RIGHT_BRACE);
      if (counts[depth] >= 0 && counts[depth] != count) {
        throw wrong(
            at,
            "a list of " + count + " scales beside one of " + counts[depth],
            "",
            "Give all as many");
      }
      counts[depth] = count;
    }

    /** Takes a scale and, behind a colon, a zero point. */
    void one() {
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
  }

  private PartirException wrong(int offset, String problem, String constraint, String remedy) {
    return tokens.error(
        offset,
        ErrorCode.TYPE_MISMATCH,
        problem
            + (constraint.isEmpty() ? "" : " (constraint " + constraint + " of quantized types)"),
        remedy);
  }
}
