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
 * the operand. A dimension of the operand that is cut is a reduction: every device gives what its
 * block has of the box, and neutral elements elsewhere. The box itself is cut from a whole operand
 * in blocks.
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
      } else if (result.dim(d) > 0 && LocalPlaces.isSummable(type.element())) {
        Monoid monoid = LocalPlaces.monoid(type.element());
        rule.operand(0, d, rule.reduction(type.dim(d), monoid));
        rule.result(0, d, rule.factor(result.dim(d), FactorRule.Kind.PARALLEL));
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

  /** Adds the cotangent at its place: within what a loop carries, in place. */
  @Override
  public void pullback(Pullback at) {
    Value cotangent = at.cotangent();
    TensorType type = at.operation().operand(0).tensor();
    List<Value> starts = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      starts.add(at.operand(1 + d));
    }
    at.giveInto(
        0,
        () -> DynamicUpdateSliceOp.build(at.block(), at.terms().zeros(type), cotangent, starts),
        sum -> {
          Value there = build(at.block(), sum, starts, cotangent.tensor().dims());
          Value added = at.terms().plus(there, cotangent);
          return DynamicUpdateSliceOp.build(at.block(), sum, added, starts);
        },
        sum -> DynamicUpdateSliceOp.build(at.block(), sum, cotangent, starts));
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
    TensorType global = operation.operand(0).tensor();
    TensorType whole = operation.result().tensor();
    FactorRule rule = rule(operation);
    BlockBuilder block = context.block();
    Value operand = operands.get(0);
    List<Value> starts = new ArrayList<>();
    Value mask = null;
    for (int d = 0; d < global.rank(); d++) {
      long size = whole.dim(d);
      boolean cut = size < global.dim(d);
      Value start = LocalPlaces.clamp(block, operands.get(1 + d), 0, global.dim(d) - size);
      int[] factors = rule.operandDim(0, d);
      Value held = cut && factors.length > 0 ? context.blockStart(factors[0]) : null;
      int[] made = rule.resultDim(0, d);
      Value wanted = cut && made.length > 0 ? context.blockStart(made[0]) : null;
      if (wanted != null) {
        start = BinaryOp.ADD.build(block, start, wanted);
      }
      if (held != null) {
        start = LocalPlaces.minus(block, start, held);
      }
      if (held != null && size == 1) {
        Value inside = LocalPlaces.within(block, start, operand.tensor().dim(d));
        mask = mask == null ? inside : BinaryOp.AND.build(block, mask, inside);
      } else if (held != null) {
        Value fill = LocalPlaces.neutral(block, global.element());
        operand = LocalPlaces.surround(block, operand, d, size, fill);
        start = LocalPlaces.plus(block, start, size);
      } else if (wanted != null) {
        // The last block may end in padding, and must not be moved to lie within the operand.
        long padding = context.blockReach(made[0]) - size;
        operand = PadOp.behind(block, operand, d, global.dim(d) + padding);
      }
      starts.add(start);
    }
    Value slice = build(block, operand, starts, results.get(0).dims());
    if (mask != null) {
      TensorType type = results.get(0);
      Value fill = LocalPlaces.neutral(block, type.element());
      slice =
          SelectOp.build(
              block,
              BroadcastInDimOp.build(block, mask, type.withElement(ElementType.I1)),
              slice,
              BroadcastInDimOp.build(block, fill, type));
    }
    return List.of(slice);
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
