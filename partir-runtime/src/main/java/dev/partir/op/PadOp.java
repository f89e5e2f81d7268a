package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.pad}: adds (or, with negative numbers, takes) elements at the edges and between
 * elements.
 */
public enum PadOp implements Op {
  INSTANCE;

  private static final String LOW = "edge_padding_low";
  private static final String HIGH = "edge_padding_high";
  private static final String INTERIOR = "interior_padding";

  @Override
  public String opName() {
    return "stablehlo.pad";
  }

  /** Adds a padding with a scalar. */
  public static Value build(
      BlockBuilder block, Value operand, Value scalar, long[] low, long[] high, long[] interior) {
    long[] dims = operand.tensor().dims();
    for (int d = 0; d < dims.length; d++) {
      dims[d] += low[d] + high[d] + Math.max(0, dims[d] - 1) * interior[d];
    }
    Attributes attributes =
        Attributes.builder()
            .putArray(LOW, low)
            .putArray(HIGH, high)
            .putArray(INTERIOR, interior)
            .build();
    return block
        .add(
            INSTANCE,
            List.of(operand, scalar),
            attributes,
            List.of(operand.tensor().withDims(dims)))
        .result();
  }

  /** Adds zeros behind a dimension until it has {@code size}, unless it has. */
  public static Value behind(BlockBuilder block, Value operand, int dim, long size) {
    TensorType type = operand.tensor();
    long missing = size - type.dim(dim);
    if (missing <= 0) {
      return operand;
    }
    long[] low = new long[type.rank()];
    long[] high = new long[type.rank()];
    high[dim] = missing;
    TensorType scalar = TensorType.of(type.element());
    Value zero = ConstantOp.splat(block, HostArray.zeros(scalar), scalar);
    return build(block, operand, zero, low, high, new long[type.rank()]);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0)
        || !check.tensors()
        || !IntegerAttributes.required(check.constraint("I3"), operation.attributes(), LOW)
        || !IntegerAttributes.required(check.constraint("I4"), operation.attributes(), HIGH)
        || !IntegerAttributes.required(check.constraint("I5"), operation.attributes(), INTERIOR)) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    TensorType value = operation.operand(1).tensor();
    long[] low = operation.attributes().integers(LOW);
    long[] high = operation.attributes().integers(HIGH);
    long[] interior = operation.attributes().integers(INTERIOR);
    check
        .constraint("C1")
        .require(
            value.rank() == 0 && value.element() == type.element(),
            () -> "it pads a " + type + " with a " + value,
            "Pad with a scalar of the element type");
    if (!check
        .constraint("C2")
        .require(
            low.length == type.rank()
                && high.length == type.rank()
                && interior.length == type.rank(),
            () ->
                "it has "
                    + low.length
                    + ", "
                    + high.length
                    + " and "
                    + interior.length
                    + " paddings for rank "
                    + type.rank(),
            "Give one low, high and interior padding per dimension")) {
      return;
    }
    long[] dims = new long[type.rank()];
    for (int d = 0; d < dims.length; d++) {
      int dim = d;
      if (type.dim(d) == TensorType.DYNAMIC) {
        dims[d] = TensorType.DYNAMIC;
        check
            .constraint("C3")
            .require(
                interior[d] >= 0,
                () -> "dimension " + dim + " has interior padding " + interior[dim],
                "Interior padding must not be negative");
        continue;
      }
      dims[d] = padded(type.dim(d), low[d], high[d], interior[d]);
      check
          .constraint("C3, C4")
          .require(
              interior[d] >= 0 && dims[d] >= 0,
              () ->
                  "dimension "
                      + dim
                      + " of size "
                      + type.dim(dim)
                      + " is padded by "
                      + low[dim]
                      + " and "
                      + high[dim]
                      + " with interior "
                      + interior[dim],
              "Interior padding and the result's size must not be negative");
    }
    if (check.ok()) {
      check.result(0, type.withDims(dims));
    }
  }

  /** Returns the size of a padded dimension, -1 where it is none. */
  private static long padded(long size, long low, long high, long interior) {
    try {
      long between = Math.multiplyExact(Math.max(0, size - 1), interior);
      return Math.max(-1, Math.addExact(Math.addExact(low, high), Math.addExact(size, between)));
    } catch (ArithmeticException tooLarge) {
      return -1;
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    long[] low = operation.attributes().integers(LOW);
    long[] high = operation.attributes().integers(HIGH);
    long[] interior = operation.attributes().integers(INTERIOR);
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (low[d] == 0 && high[d] == 0 && interior[d] == 0) {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).result(0, d, factor);
      } else {
        int factor = rule.factor(operation.result().tensor().dim(d), FactorRule.Kind.PERMUTATION);
        rule.window(0, d, factor, Window.dilated(1, interior[d] + 1, -low[d], 1))
            .result(0, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    TensorType type = operation.operand(0).tensor();
    FactorRule rule = rule(operation);
    long[] low = operation.attributes().integers(LOW);
    long[] high = operation.attributes().integers(HIGH);
    long[] interior = operation.attributes().integers(INTERIOR);
    Value value = operands.get(0);
    for (int d = 0; d < low.length; d++) {
      if (rule.window(0, d) != null && context.blockStart(rule.operandDim(0, d)[0]) != null) {
        long block = results.get(0).dim(d);
        value = Windows.fill(context, rule, 0, d, value, type.dim(d), block, operands.get(1));
        // What remains are the holes at the ends of the block.
        long apart = interior[d] + 1;
        low[d] = Math.floorMod(low[d], apart);
        high[d] = block - low[d] - (value.tensor().dim(d) - 1) * apart - 1;
      }
    }
    return List.of(build(context.block(), value, operands.get(1), low, high, interior));
  }

  /** Takes back what was padded; the scalar gets the rest of the sum. */
  @Override
  public void pullback(Pullback at) {
    Attributes attributes = at.operation().attributes();
    long[] low = attributes.integers(LOW);
    long[] high = attributes.integers(HIGH);
    long[] interior = attributes.integers(INTERIOR);
    long[] strides = new long[low.length];
    long[] none = new long[low.length];
    for (int d = 0; d < low.length; d++) {
      strides[d] = interior[d] + 1;
      low[d] = -low[d];
      high[d] = -high[d];
    }
    Terms t = at.terms();
    Value whole = t.pad(at.cotangent(), low, high, none);
    Value taken = whole;
    if (Arrays.stream(interior).anyMatch(n -> n > 0)) {
      taken = SliceOp.build(at.block(), whole, none, whole.tensor().dims(), strides);
    }
    at.give(0, taken);
    if (at.wants(1)) {
      at.give(1, t.minus(t.sumAll(at.cotangent()), t.sumAll(taken)));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(
        pad(
            operands.get(0),
            operands.get(1),
            operation.attributes().integers(LOW),
            operation.attributes().integers(INTERIOR),
            operation.result().tensor()));
  }

  /**
   * Returns the array with {@code value} before, between and after its elements.
   *
   * @param low how many elements come before the first, negative where it and others are cut off
   * @param interior how many come between two
   * @param result the type of the whole, which says how many come after the last
   */
  static HostArray pad(
      HostArray operand, HostArray value, long[] low, long[] interior, TensorType result) {
    TensorType type = operand.type();
    HostArray out = StridedCopy.read(value, 0, new long[result.rank()], result);
    long[] from = StridedCopy.strides(type.dims());
    long[] to = StridedCopy.strides(result.dims());
    long[] sizes = new long[type.rank()];
    long source = 0;
    long target = 0;
    for (int d = 0; d < sizes.length; d++) {
      long step = interior[d] + 1;
      // The elements of the operand that fall within the result.
      long first = low[d] >= 0 ? 0 : Math.floorDiv(-low[d] + step - 1, step);
      long last = Math.min(type.dim(d) - 1, Math.floorDiv(result.dim(d) - 1 - low[d], step));
      sizes[d] = Math.max(0, last - first + 1);
      source += first * from[d];
      target += (first * step + low[d]) * to[d];
      to[d] *= step;
    }
    StridedCopy.copy(operand, source, from, out, target, to, sizes);
    return out;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer, "low", LOW, "high", HIGH, "interior", INTERIOR);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser, "low", LOW, "high", HIGH, "interior", INTERIOR);
  }
}
