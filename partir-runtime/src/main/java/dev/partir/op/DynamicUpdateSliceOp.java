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
 * {@code stablehlo.dynamic_update_slice}: writes a box whose start is computed, moved to lie within
 * the operand. Where the box is smaller than the operand, every device writes what lies in its
 * block; the box is needed whole.
 */
public enum DynamicUpdateSliceOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.dynamic_update_slice";
  }

  /** Adds the writing of a box; {@code starts} are scalars, one per dimension. */
  public static Value build(BlockBuilder block, Value operand, Value update, List<Value> starts) {
    List<Value> operands = new ArrayList<>(List.of(operand, update));
    operands.addAll(starts);
    return block.add(INSTANCE, operands, Attributes.EMPTY, List.of(operand.type())).result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.tensors()
        || !check
            .constraint("C4")
            .require(
                operation.operands().size() >= 2
                    && operation.results().size() == 1
                    && operation.regions().isEmpty(),
                () -> "it has " + operation.operands().size() + " operands",
                "Give it an array, an update and a start per dimension")) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    TensorType update = operation.operand(1).tensor();
    if (!check
            .constraint("C2, C3, C4")
            .require(
                update.rank() == type.rank()
                    && operation.operands().size() == type.rank() + 2
                    && update.element() == type.element(),
                () ->
                    "it writes a "
                        + update
                        + " with "
                        + (operation.operands().size() - 2)
                        + " starts into a "
                        + type,
                "The ranks and element types must be equal, with one start per dimension")
        || !DynamicSliceOp.starts(operation, check, 2, "C5")) {
      return;
    }
    for (int d = 0; d < type.rank(); d++) {
      int dim = d;
      check
          .constraint("C6")
          .require(
              update.dim(d) <= type.dim(d) || type.dim(d) == TensorType.DYNAMIC,
              () ->
                  "the update has size "
                      + update.dim(dim)
                      + " in dimension "
                      + dim
                      + " of size "
                      + type.dim(dim),
              "An update must fit into the operand");
    }
    check.constraint("C1");
    check.result(0, type);
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType type = operation.operand(0).tensor();
    TensorType update = operation.operand(1).tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (type.dim(d) == update.dim(d)) {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).operand(1, d, factor).result(0, d, factor);
      } else {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).result(0, d, factor);
      }
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    TensorType global = operation.operand(0).tensor();
    long[] sizes = operation.operand(1).tensor().dims();
    FactorRule rule = rule(operation);
    BlockBuilder block = context.block();
    Value operand = operands.get(0);
    Value update = operands.get(1);
    List<Value> starts = new ArrayList<>();
    Value mask = null;
    for (int d = 0; d < sizes.length; d++) {
      Value start = LocalPlaces.clamp(block, operands.get(2 + d), 0, global.dim(d) - sizes[d]);
      Value held = sizes[d] < global.dim(d) ? context.blockStart(rule.operandDim(0, d)[0]) : null;
      if (held != null) {
        start = LocalPlaces.minus(block, start, held);
        if (sizes[d] == 1) {
          Value inside = LocalPlaces.within(block, start, operand.tensor().dim(d));
          mask = mask == null ? inside : BinaryOp.AND.build(block, mask, inside);
        } else if (sizes[d] > 1) {
          Value fill = LocalPlaces.neutral(block, global.element());
          operand = LocalPlaces.surround(block, operand, d, sizes[d], fill);
          start = LocalPlaces.plus(block, start, sizes[d]);
        }
      }
      starts.add(start);
    }
    TensorType type = update.tensor();
    if (mask != null) {
      // What is there already is written where the place lies in another block, so that the
      // operand is changed in place.
      Value there = DynamicSliceOp.build(block, operand, starts, type.dims());
      Value masked = BroadcastInDimOp.build(block, mask, type.withElement(ElementType.I1));
      update = SelectOp.build(block, masked, update, there);
    }
    List<Value> all = new ArrayList<>(List.of(operand, update));
    all.addAll(starts);
    Value written =
        block
            .add(
                this,
                all,
                operation.attributes(),
                List.of(),
                List.of(operand.type()),
                List.of(),
                operation.location())
            .result();
    for (int d = 0; d < sizes.length; d++) {
      if (written.tensor().dim(d) > results.get(0).dim(d)) {
        written = LocalPlaces.inner(block, written, d, sizes[d]);
      }
    }
    return List.of(written);
  }

  @Override
  public void pullback(Pullback at) {
    TensorType update = at.operation().operand(1).tensor();
    List<Value> starts = new ArrayList<>();
    for (int d = 0; d < update.rank(); d++) {
      starts.add(at.operand(2 + d));
    }
    if (at.wants(0)) {
      at.give(0, build(at.block(), at.cotangent(), at.terms().zeros(update), starts));
    }
    if (at.wants(1)) {
      at.give(1, DynamicSliceOp.build(at.block(), at.cotangent(), starts, update.dims()));
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray operand = operands.get(0);
    HostArray update = operands.get(1);
    TensorType type = operand.type();
    long[] sizes = update.type().dims();
    long[] starts = DynamicSliceOp.starts(operands.subList(2, operands.size()), type, sizes);
    long[] strides = StridedCopy.strides(type.dims());
    HostArray out = StridedCopy.read(operand, 0, strides, type);
    long offset = 0;
    for (int d = 0; d < starts.length; d++) {
      offset += starts[d] * strides[d];
    }
    StridedCopy.copy(update, 0, StridedCopy.strides(sizes), out, offset, strides, sizes);
    return List.of(out);
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    // Done in place: only the update is read and written.
    return Cost.of(0, new TensorType[] {operands[1]}, new TensorType[] {operands[1]});
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    ShapeOps.print(operation, printer);
    return true;
  }

  @Override
  public AsmParser.Parsed parse(AsmParser parser) {
    return ShapeOps.parse(parser);
  }
}
