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
import java.util.List;

/** {@code stablehlo.transpose}: permutes the dimensions. */
public enum TransposeOp implements Op {
  INSTANCE;

  private static final String PERMUTATION = "permutation";

  @Override
  public String opName() {
    return "stablehlo.transpose";
  }

  /**
   * Adds a transposition whose result dimension d is dimension {@code permutation[d]} of the
   * operand.
   */
  public static Value build(BlockBuilder block, Value operand, long... permutation) {
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Attributes.builder().putArray(PERMUTATION, permutation).build(),
            List.of(infer(operand.tensor(), permutation)))
        .result();
  }

  /** Returns which dimension of the operand each of the result is. */
  public static int[] permutation(Operation operation) {
    return operation.attributes().dims(PERMUTATION);
  }

  private static TensorType infer(TensorType type, long... permutation) {
    long[] dims = new long[type.rank()];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = type.dim((int) permutation[d]);
    }
    return type.withDims(dims);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0)
        || !check.tensors()
        || !IntegerAttributes.required(
            check.constraint("I2"), operation.attributes(), PERMUTATION)) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    int[] permutation = operation.attributes().dims(PERMUTATION);
    if (check
            .constraint("C2")
            .require(
                permutation.length == type.rank(),
                () ->
                    "permutation has "
                        + permutation.length
                        + " numbers for an operand of rank "
                        + type.rank(),
                "Name every dimension once")
        && ShapeOps.dimensions(check, PERMUTATION, permutation, type.rank())) {
      check.constraint("C1, C3");
      check.result(0, infer(type, operation.attributes().integers(PERMUTATION)));
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    int[] permutation = operation.attributes().dims(PERMUTATION);
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < permutation.length; d++) {
      int factor = rule.factor(type.dim(permutation[d]), FactorRule.Kind.PARALLEL);
      rule.operand(0, permutation[d], factor).result(0, d, factor);
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    int[] permutation = at.operation().attributes().dims(PERMUTATION);
    long[] inverse = new long[permutation.length];
    for (int d = 0; d < permutation.length; d++) {
      inverse[permutation[d]] = d;
    }
    at.give(0, at.terms().transpose(at.cotangent(), inverse));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(0).type();
    long[] source = StridedCopy.strides(type.dims());
    int[] permutation = operation.attributes().dims(PERMUTATION);
    long[] strides = new long[permutation.length];
    for (int d = 0; d < permutation.length; d++) {
      strides[d] = source[permutation[d]];
    }
    return List.of(StridedCopy.read(operands.get(0), 0, strides, operation.result().tensor()));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer, "dims", PERMUTATION);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser, "dims", PERMUTATION);
  }
}
