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
 * {@code stablehlo.concatenate}: arrays one behind the other along a dimension, which must be
 * whole.
 */
public enum ConcatenateOp implements Op {
  INSTANCE;

  private static final String DIMENSION = "dimension";

  @Override
  public String opName() {
    return "stablehlo.concatenate";
  }

  /** Adds a concatenation along {@code dimension}. */
  public static Value build(BlockBuilder block, List<Value> operands, int dimension) {
    return block
        .add(
            INSTANCE,
            operands,
            Attributes.builder().put(DIMENSION, dimension).build(),
            List.of(infer(operands, dimension)))
        .result();
  }

  private static TensorType infer(List<Value> operands, int dimension) {
    long[] dims = operands.get(0).tensor().dims();
    for (Value operand : operands.subList(1, operands.size())) {
      TensorType type = operand.tensor();
      for (int d = 0; d < dims.length; d++) {
        long size = type.dim(d);
        if (d != dimension) {
          dims[d] = dims[d] == TensorType.DYNAMIC ? size : dims[d];
        } else if (dims[d] == TensorType.DYNAMIC || size == TensorType.DYNAMIC) {
          dims[d] = TensorType.DYNAMIC;
        } else {
          // More than 64 bits hold is more than any result is declared with.
          dims[d] = dims[d] + size < 0 ? Long.MAX_VALUE : dims[d] + size;
        }
      }
    }
    return operands.get(0).tensor().withDims(dims);
  }

  private static int dimension(Operation operation) {
    return IntegerAttributes.dim(operation.attributes(), DIMENSION);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.tensors()
        || !check
            .constraint("C3")
            .require(
                !operation.operands().isEmpty()
                    && operation.results().size() == 1
                    && operation.regions().isEmpty(),
                () ->
                    "it has "
                        + operation.operands().size()
                        + " operands and "
                        + operation.results().size()
                        + " results",
                "Give it at least one operand and a result")
        || !IntegerAttributes.requiredScalar(
            check.constraint("I2"), operation.attributes(), DIMENSION)) {
      return;
    }
    TensorType first = operation.operand(0).tensor();
    int dimension = dimension(operation);
    if (!check
        .constraint("C4")
        .require(
            dimension >= 0 && dimension < first.rank(),
            () -> "dimension is " + dimension + " for operands of rank " + first.rank(),
            "It must be from 0 to " + (first.rank() - 1))) {
      return;
    }
    TensorType outline = ShapeOps.withDim(first, dimension, 0);
    for (Value operand : operation.operands()) {
      TensorType type = operand.tensor();
      check
          .constraint("C1, C2")
          .require(
              type.rank() == first.rank()
                  && ShapeOps.withDim(type, dimension, 0).compatible(outline),
              () -> "a " + type + " stands beside a " + first,
              "Operands may differ in dimension " + dimension + " only");
    }
    if (check.ok()) {
      check.constraint("C5, C6");
      check.result(0, infer(operation.operands(), dimension));
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType result = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < result.rank(); d++) {
      boolean joined = d == dimension(operation);
      int factor =
          rule.factor(
              result.dim(d), joined ? FactorRule.Kind.PERMUTATION : FactorRule.Kind.PARALLEL);
      rule.result(0, d, factor);
      long start = 0;
      for (int o = 0; o < operation.operands().size(); o++) {
        if (joined) {
          rule.window(o, d, factor, Window.shifted(-start));
          start += operation.operand(o).tensor().dim(d);
        } else {
          rule.operand(o, d, factor);
        }
      }
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    int dim = dimension(operation);
    FactorRule rule = rule(operation);
    if (context.blockStart(rule.resultDim(0, dim)[0]) == null) {
      return Op.super.localize(operation, operands, results, context);
    }
    TensorType block = results.get(0);
    // Every place of the block is inside of one operand.
    Value made = operands.get(0);
    for (int o = 1; o < operands.size(); o++) {
      long size = operation.operand(o).tensor().dim(dim);
      Value inside = Windows.inside(context, rule, o, dim, block, size, block.dim(dim));
      if (inside != null) {
        made = SelectOp.build(context.block(), inside, operands.get(o), made);
      }
    }
    return List.of(made);
  }

  @Override
  public void pullback(Pullback at) {
    int dim = dimension(at.operation());
    long[] start = new long[at.cotangent().tensor().rank()];
    long[] limit = at.cotangent().tensor().dims();
    for (int i = 0; i < at.operation().operands().size(); i++) {
      limit[dim] = start[dim] + at.operation().operand(i).tensor().dim(dim);
      if (at.wants(i)) {
        at.give(i, at.terms().slice(at.cotangent(), start, limit));
      }
      start[dim] = limit[dim];
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int dimension = dimension(operation);
    HostArray out = HostArray.zeros(operation.result().tensor());
    long[] strides = StridedCopy.strides(out.type().dims());
    long offset = 0;
    for (HostArray operand : operands) {
      long[] sizes = operand.type().dims();
      StridedCopy.copy(operand, 0, StridedCopy.strides(sizes), out, offset, strides, sizes);
      offset += sizes[dimension] * strides[dimension];
    }
    return List.of(out);
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, operands, results);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer
        .print("stablehlo.concatenate ")
        .operands(operation.operands())
        .print(", dim = " + dimension(operation))
        .attributes(operation.attributes(), List.of(DIMENSION))
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    List<Value> operands = parser.operands();
    parser.accept(",");
    parser.expect("dim");
    parser.expect("=");
    return ShapeOps.finish(parser, operands, Attributes.builder().put(DIMENSION, parser.integer()));
  }
}
