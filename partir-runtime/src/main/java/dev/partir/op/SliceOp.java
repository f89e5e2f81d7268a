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
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stablehlo.slice}: a box with fixed bounds and strides. Can be tiled along the dimensions
 * that it leaves whole.
 */
public enum SliceOp implements Op {
  INSTANCE;

  private static final String START = "start_indices";
  private static final String LIMIT = "limit_indices";
  private static final String STRIDES = "strides";

  @Override
  public String opName() {
    return "stablehlo.slice";
  }

  /** Adds a slice; {@code limit} is exclusive. */
  public static Value build(
      BlockBuilder block, Value operand, long[] start, long[] limit, long[] strides) {
    Attributes attributes = attributes(start, limit, strides);
    return block
        .add(INSTANCE, List.of(operand), attributes, List.of(infer(operand.tensor(), attributes)))
        .result();
  }

  static Attributes attributes(long[] start, long[] limit, long[] strides) {
    return Attributes.builder()
        .putArray(START, start)
        .putArray(LIMIT, limit)
        .putArray(STRIDES, strides)
        .build();
  }

  private static TensorType infer(TensorType type, Attributes attributes) {
    long[] start = attributes.integers(START);
    long[] limit = attributes.integers(LIMIT);
    long[] strides = attributes.integers(STRIDES);
    long[] dims = new long[type.rank()];
    for (int d = 0; d < dims.length; d++) {
      long length = limit[d] - start[d];
      dims[d] = length == 0 ? 0 : (length - 1) / strides[d] + 1;
    }
    return type.withDims(dims);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0)
        || !check.tensors()
        || !IntegerAttributes.required(check.constraint("I2"), operation.attributes(), START)
        || !IntegerAttributes.required(check.constraint("I3"), operation.attributes(), LIMIT)
        || !IntegerAttributes.required(check.constraint("I4"), operation.attributes(), STRIDES)) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    long[] start = operation.attributes().integers(START);
    long[] limit = operation.attributes().integers(LIMIT);
    long[] strides = operation.attributes().integers(STRIDES);
    if (!check
        .constraint("C2")
        .require(
            start.length == type.rank()
                && limit.length == type.rank()
                && strides.length == type.rank(),
            () ->
                "it has "
                    + start.length
                    + " starts, "
                    + limit.length
                    + " limits and "
                    + strides.length
                    + " strides for rank "
                    + type.rank(),
            "Give one of each per dimension")) {
      return;
    }
    for (int d = 0; d < start.length; d++) {
      int dim = d;
      check
          .constraint("C3, C4")
          .require(
              0 <= start[d]
                  && start[d] <= limit[d]
                  && (type.dim(d) == TensorType.DYNAMIC || limit[d] <= type.dim(d))
                  && strides[d] >= 1,
              () ->
                  "dimension "
                      + dim
                      + " of size "
                      + type.dim(dim)
                      + " is sliced ["
                      + start[dim]
                      + ":"
                      + limit[dim]
                      + ":"
                      + strides[dim]
                      + "]",
              "Bounds must lie within the dimension and strides be positive");
    }
    if (check.ok()) {
      check.constraint("C1, C5");
      check.result(0, infer(type, operation.attributes()));
    }
  }

  private static boolean whole(Operation operation, int dim) {
    long size = operation.operand(0).tensor().dim(dim);
    return size == operation.result().tensor().dim(dim);
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    TensorType result = operation.result().tensor();
    long[] start = operation.attributes().integers(START);
    long[] strides = operation.attributes().integers(STRIDES);
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (whole(operation, d)) {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).result(0, d, factor);
      } else if (result.dim(d) > 1) {
        int factor = rule.factor(result.dim(d), FactorRule.Kind.PERMUTATION);
        rule.window(0, d, factor, Window.sliding(strides[d], start[d], 1)).result(0, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    long[] start = at.operation().attributes().integers(START);
    long[] strides = at.operation().attributes().integers(STRIDES);
    TensorType from = at.operation().operand(0).tensor();
    TensorType to = at.operation().result().tensor();
    long[] high = new long[start.length];
    long[] interior = new long[start.length];
    for (int d = 0; d < start.length; d++) {
      boolean empty = to.dim(d) == 0;
      interior[d] = empty ? 0 : strides[d] - 1;
      high[d] = from.dim(d) - start[d] - (empty ? 0 : (to.dim(d) - 1) * strides[d] + 1);
    }
    at.give(0, at.terms().pad(at.cotangent(), start, high, interior));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(0).type();
    long[] strides = StridedCopy.strides(type.dims());
    long[] start = operation.attributes().integers(START);
    long[] steps = operation.attributes().integers(STRIDES);
    long offset = 0;
    for (int d = 0; d < strides.length; d++) {
      offset += start[d] * strides[d];
      strides[d] *= steps[d];
    }
    return List.of(StridedCopy.read(operands.get(0), offset, strides, operation.result().tensor()));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, results, results);
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    long[] start = operation.attributes().integers(START);
    long[] limit = operation.attributes().integers(LIMIT);
    FactorRule rule = rule(operation);
    for (int d = 0; d < limit.length; d++) {
      boolean window =
          rule.window(0, d) != null && context.blockStart(rule.operandDim(0, d)[0]) != null;
      if (whole(operation, d) || window) {
        start[d] = 0;
        limit[d] = operands.get(0).tensor().dim(d);
      }
    }
    long[] strides = operation.attributes().integers(STRIDES);
    return List.of(build(context.block(), operands.get(0), start, limit, strides));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    long[] start = operation.attributes().integers(START);
    long[] limit = operation.attributes().integers(LIMIT);
    long[] strides = operation.attributes().integers(STRIDES);
    List<String> boxes = new ArrayList<>();
    for (int d = 0; d < start.length; d++) {
      boxes.add(start[d] + ":" + limit[d] + (strides[d] == 1 ? "" : ":" + strides[d]));
    }
    printer
        .print("stablehlo.slice ")
        .operand(operation.operand(0))
        .print(" [" + String.join(", ", boxes) + "]")
        .attributes(operation.attributes(), List.of(START, LIMIT, STRIDES))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    Value operand = parser.operand();
    List<long[]> boxes = new ArrayList<>();
    parser.expect("[");
    while (!parser.accept("]")) {
      if (!boxes.isEmpty()) {
        parser.expect(",");
      }
      long start = parser.integer();
      parser.expect(":");
      long limit = parser.integer();
      boxes.add(new long[] {start, limit, parser.accept(":") ? parser.integer() : 1});
    }
    var attributes = Attributes.builder();
    attributes.putArray(START, boxes.stream().mapToLong(box -> box[0]).toArray());
    attributes.putArray(LIMIT, boxes.stream().mapToLong(box -> box[1]).toArray());
    attributes.putArray(STRIDES, boxes.stream().mapToLong(box -> box[2]).toArray());
    return ShapeOps.finish(parser, List.of(operand), attributes);
  }
}
