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
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * {@code stablehlo.broadcast_in_dim}: repeats an array along dimensions that it has not, or has
 * with size 1.
 */
public enum BroadcastInDimOp implements Op {
  INSTANCE;

  private static final String DIMS = "broadcast_dimensions";

  @Override
  public String opName() {
    return "stablehlo.broadcast_in_dim";
  }

  /**
   * Adds a broadcast to {@code type}.
   *
   * @param dims for each dimension of the operand the dimension of the result that it becomes; none
   *     for a scalar
   */
  public static Value build(BlockBuilder block, Value operand, TensorType type, long... dims) {
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Attributes.builder().putArray(DIMS, dims).build(),
            List.of(type))
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0)
        || !check.tensors()
        || !IntegerAttributes.required(check.constraint("I2"), operation.attributes(), DIMS)) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    int[] dims = operation.attributes().dims(DIMS);
    if (!check
            .constraint("C2")
            .require(
                dims.length == from.rank(),
                () ->
                    "broadcast_dimensions has "
                        + dims.length
                        + " numbers for an operand of rank "
                        + from.rank(),
                "Give one result dimension per operand dimension")
        || !ShapeOps.dimensions(check.constraint("C3, C4"), DIMS, dims, to.rank())) {
      return;
    }
    check
        .constraint("C1")
        .require(
            from.element() == to.element(),
            () -> "it makes " + to.element() + " of " + from.element(),
            "Convert the elements first");
    check.constraint("C5");
    for (int i = 0; i < dims.length; i++) {
      int d = i;
      check.require(
          from.dim(d) == 1 || TensorType.compatible(from.dim(d), to.dim(dims[d])),
          () ->
              "operand dimension "
                  + d
                  + " of size "
                  + from.dim(d)
                  + " becomes result dimension "
                  + dims[d]
                  + " of size "
                  + to.dim(dims[d]),
          "The sizes must be equal, or the operand's 1");
    }
    if (check.ok()) {
      check.result(0, known(from, to, dims));
    }
  }

  /** Returns the result's type with the sizes that it has from the operand. */
  private static TensorType known(TensorType from, TensorType to, int[] dims) {
    long[] sizes = to.dims();
    for (int d = 0; d < dims.length; d++) {
      if (sizes[dims[d]] == TensorType.DYNAMIC) {
        sizes[dims[d]] = from.dim(d);
      }
    }
    return to.withDims(sizes);
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < to.rank(); d++) {
      rule.result(0, d, rule.factor(to.dim(d), FactorRule.Kind.PARALLEL));
    }
    int[] dims = operation.attributes().dims(DIMS);
    for (int d = 0; d < dims.length; d++) {
      if (from.dim(d) == to.dim(dims[d])) {
        rule.operand(0, d, dims[d]);
      }
    }
    return rule.build();
  }

  /** Sums over what was repeated. */
  @Override
  public void pullback(Pullback at) {
    TensorType from = at.operation().operand(0).tensor();
    TensorType to = at.operation().result().tensor();
    int[] dims = at.operation().attributes().dims(DIMS);
    boolean[] kept = new boolean[to.rank()];
    for (int d = 0; d < dims.length; d++) {
      kept[dims[d]] = from.dim(d) == to.dim(dims[d]);
    }
    long[] summed = LongStream.range(0, to.rank()).filter(d -> !kept[(int) d]).toArray();
    Terms t = at.terms();
    Value sum = t.sum(at.cotangent(), summed);
    // The sum has what is kept of the operand in the order of the result.
    int[] order =
        IntStream.range(0, dims.length)
            .filter(d -> kept[dims[d]])
            .boxed()
            .sorted(Comparator.comparingInt(d -> dims[d]))
            .mapToInt(d -> d)
            .toArray();
    long[] permutation = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      int place = i;
      permutation[(int) Arrays.stream(order).filter(d -> d < order[place]).count()] = i;
    }
    at.give(0, t.reshape(t.transpose(sum, permutation), from.dims()));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType from = operands.get(0).type();
    TensorType to = operation.result().tensor();
    long[] source = StridedCopy.strides(from.dims());
    long[] strides = new long[to.rank()];
    int[] dims = operation.attributes().dims(DIMS);
    for (int d = 0; d < dims.length; d++) {
      strides[dims[d]] = from.dim(d) == 1 ? 0 : source[d];
    }
    return List.of(StridedCopy.read(operands.get(0), 0, strides, to));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer, "dims", DIMS);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser, "dims", DIMS);
  }
}
