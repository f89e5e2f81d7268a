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

/**
 * {@code stablehlo.reverse}: turns the order of elements around along dimensions, which must be
 * whole.
 */
public enum ReverseOp implements Op {
  INSTANCE;

  private static final String DIMS = "dimensions";

  @Override
  public String opName() {
    return "stablehlo.reverse";
  }

  /** Adds the turning around of dimensions. */
  public static Value build(BlockBuilder block, Value operand, long... dims) {
    return block
        .add(
            INSTANCE,
            List.of(operand),
            Attributes.builder().putArray(DIMS, dims).build(),
            List.of(operand.type()))
        .result();
  }

  private static boolean[] reversed(Operation operation) {
    boolean[] reversed = new boolean[operation.result().tensor().rank()];
    for (int dim : operation.attributes().dims(DIMS)) {
      reversed[dim] = true;
    }
    return reversed;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0)
        && check.tensors()
        && IntegerAttributes.required(check.constraint("I2"), operation.attributes(), DIMS)) {
      TensorType type = operation.operand(0).tensor();
      int[] dims = operation.attributes().dims(DIMS);
      ShapeOps.dimensions(check.constraint("C2, C3"), DIMS, dims, type.rank());
      check.constraint("C1");
      check.result(0, type);
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    boolean[] reversed = reversed(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (reversed[d]) {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PERMUTATION);
        rule.window(0, d, factor, Window.reversed(type.dim(d))).result(0, d, factor);
      } else {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).result(0, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    at.give(0, build(at.block(), at.cotangent(), at.operation().attributes().integers(DIMS)));
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType type = operands.get(0).type();
    boolean[] reversed = reversed(operation);
    long[] strides = StridedCopy.strides(type.dims());
    long offset = 0;
    for (int d = 0; d < strides.length; d++) {
      if (reversed[d]) {
        offset += (type.dim(d) - 1) * strides[d];
        strides[d] = -strides[d];
      }
    }
    return List.of(StridedCopy.read(operands.get(0), offset, strides, type));
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
