package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stablehlo.dynamic_slice}: a box of fixed size whose start is computed, moved to lie within
 * the operand.
 */
public enum DynamicSliceOp implements Op {
  INSTANCE;

  private static final String SIZES = "slice_sizes";

  @Override
  public String opName() {
    return "stablehlo.dynamic_slice";
  }

  /** Adds a slice; {@code starts} are scalars, one per dimension. */
  public static Value build(BlockBuilder block, Value operand, List<Value> starts, long... sizes) {
    List<Value> operands = new ArrayList<>();
    operands.add(operand);
    operands.addAll(starts);
    return block
        .add(
            INSTANCE,
            operands,
            Attributes.builder().putArray(SIZES, sizes).build(),
            List.of(operand.tensor().withDims(sizes)))
        .result();
  }

  /** Cuts the device's block out of a whole value whose dimension d is tiled as factor d is. */
  static Value block(LocalContext context, Value whole, TensorType local) {
    List<Value> starts = new ArrayList<>();
    Value padded = whole;
    Value zero = null;
    for (int d = 0; d < local.rank(); d++) {
      Value start = context.blockStart(d);
      if (start != null) {
        padded = PadOp.behind(context.block(), padded, d, context.blockReach(d));
      }
      if (start == null) {
        if (zero == null) {
          zero =
              ConstantOp.splat(
                  context.block(),
                  HostArray.scalar(ElementType.I32, 0),
                  TensorType.of(ElementType.I32));
        }
        start = zero;
      }
      starts.add(start);
    }
    return build(context.block(), padded, starts, local.dims());
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.tensors()
        || !check
            .constraint("C2")
            .require(
                !operation.operands().isEmpty()
                    && operation.results().size() == 1
                    && operation.regions().isEmpty(),
                () -> "it has " + operation.operands().size() + " operands",
                "Give it an array and a start per dimension")
        || !IntegerAttributes.required(check.constraint("I3"), operation.attributes(), SIZES)) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    long[] sizes = operation.attributes().integers(SIZES);
    if (!check
            .constraint("C2, C4")
            .require(
                sizes.length == type.rank() && operation.operands().size() == type.rank() + 1,
                () ->
                    "it has "
                        + sizes.length
                        + " sizes and "
                        + (operation.operands().size() - 1)
                        + " starts for rank "
                        + type.rank(),
                "Give one of each per dimension")
        || !starts(operation, check, 1, "C3")) {
      return;
    }
    for (int d = 0; d < sizes.length; d++) {
      int dim = d;
      check
          .constraint("C4")
          .require(
              sizes[d] >= 0 && (sizes[d] <= type.dim(d) || type.dim(d) == TensorType.DYNAMIC),
              () ->
                  "slice size " + sizes[dim] + " in dimension " + dim + " of size " + type.dim(dim),
              "A size must be at most that of the dimension");
    }
    if (check.ok()) {
      check.constraint("C1, C5");
      check.result(0, type.withDims(sizes));
    }
  }

  /** Checks that the operands from {@code first} on are scalar integers of one type. */
  static boolean starts(Operation operation, OpChecker check, int first, String constraint) {
    for (int i = first; i < operation.operands().size(); i++) {
      TensorType start = operation.operand(i).tensor();
      int dim = i - first;
      if (!check
              .constraint("")
              .require(
                  start.rank() == 0
                      && start.element().isInteger()
                      && start.element() != ElementType.I1,
                  () -> "start " + dim + " is a " + start,
                  "A start is a scalar integer")
          || !check
              .constraint(constraint)
              .require(
                  start.equals(operation.operand(first).type()),
                  () ->
                      "start "
                          + dim
                          + " is a "
                          + start
                          + " beside a "
                          + operation.operand(first).type(),
                  "All starts must have one type")) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Fusion fusion() {
    return Fusion.REPLICABLE;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    TensorType result = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (type.dim(d) == result.dim(d)) {
        // The start can only be 0 here.
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).result(0, d, factor);
      }
    }
    return rule.build();
  }

  /**
   * Returns the start in each dimension, moved so that a box of {@code sizes} lies within {@code
   * type}.
   */
  static long[] starts(List<HostArray> scalars, TensorType type, long... sizes) {
    long[] starts = new long[sizes.length];
    for (int d = 0; d < starts.length; d++) {
      long start = ShapeOps.place(scalars.get(d), 0);
      if (start < 0 && scalars.get(d).type().element() == ElementType.UI64) {
        start = Long.MAX_VALUE;
      }
      starts[d] = Math.max(0, Math.min(start, type.dim(d) - sizes[d]));
    }
    return starts;
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray operand = operands.get(0);
    TensorType result = operation.result().tensor();
    long[] starts = starts(operands.subList(1, operands.size()), operand.type(), result.dims());
    long[] strides = StridedCopy.strides(operand.type().dims());
    long offset = 0;
    for (int d = 0; d < starts.length; d++) {
      offset += starts[d] * strides[d];
    }
    return List.of(StridedCopy.read(operand, offset, strides, result));
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    return Cost.of(0, results, results);
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    return List.of(
        build(
            context.block(),
            operands.get(0),
            operands.subList(1, operands.size()),
            results.get(0).dims()));
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer, "sizes", SIZES);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser, "sizes", SIZES);
  }
}
