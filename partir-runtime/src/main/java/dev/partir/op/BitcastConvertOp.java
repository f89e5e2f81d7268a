package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.AsmParser;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.bitcast_convert}: reads the bits of elements as elements of another type. Where
 * the other type is narrower, an element becomes a row of a new last dimension, its lowest bits
 * first; where it is wider, the last dimension becomes one element.
 */
public enum BitcastConvertOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.bitcast_convert";
  }

  /** Adds the operation for a type of the same width. */
  public static Value build(BlockBuilder block, Value operand, ElementType element) {
    return block
        .add(
            INSTANCE,
            List.of(operand),
            dev.partir.ir.Attributes.EMPTY,
            List.of(operand.tensor().withElement(element)))
        .result();
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    check
        .constraint("C2")
        .require(
            from.element().isComplex() == to.element().isComplex(),
            () -> "it makes a " + to + " of a " + from,
            "Complex numbers become complex numbers only");
    boolean narrows = from.element().bits() > to.element().bits();
    TensorType wide = narrows ? from : to;
    TensorType narrow = narrows ? to : from;
    int rows = wide.element().bits() / narrow.element().bits();
    check.constraint("C1");
    if (rows * narrow.element().bits() != wide.element().bits()) {
      check.require(
          false,
          () -> wide.element() + " is no whole number of " + narrow.element(),
          "The width of one type must be a multiple of the other's");
    } else if (rows == 1) {
      check.require(
          from.compatibleShape(to),
          () -> "it makes a " + to + " of a " + from,
          "The shapes must be equal, for the types have the same width");
    } else {
      long[] dims = Arrays.copyOf(wide.dims(), wide.rank() + 1);
      dims[wide.rank()] = rows;
      check.require(
          narrow.compatibleShape(narrow.withDims(dims)),
          () -> "it makes a " + to + " of a " + from,
          "The narrower type must have one dimension more, of size " + rows);
    }
    if (check.ok()) {
      check.result(0, to.withDims(sizes(from.dims(), narrows, rows)));
    }
  }

  private static long[] sizes(long[] from, boolean narrows, int rows) {
    long[] sizes = Arrays.copyOf(from, from.length + (rows == 1 ? 0 : narrows ? 1 : -1));
    if (narrows && rows > 1) {
      sizes[from.length] = rows;
    }
    return sizes;
  }

  @Override
  public Fusion fusion() {
    return Fusion.ELEMENTWISE;
  }

  /** The shared dimensions are parallel; that of the parts of an element is whole. */
  @Override
  public FactorRule rule(Operation operation) {
    TensorType from = operation.operand(0).tensor();
    TensorType to = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < Math.min(from.rank(), to.rank()); d++) {
      int factor = rule.factor(from.dim(d), FactorRule.Kind.PARALLEL);
      rule.operand(0, d, factor).result(0, d, factor);
    }
    return rule.build();
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray in = operands.get(0);
    HostArray out = HostArray.zeros(operation.result().tensor());
    int from = in.type().element().part().bits();
    int to = out.type().element().part().bits();
    if (from == to) {
      for (int i = 0; i < out.length(); i++) {
        out.setBits(i, in.bits(i));
      }
    } else if (from > to) {
      int rows = from / to;
      for (int i = 0; i < in.length(); i++) {
        long bits = in.bits(i);
        for (int j = 0; j < rows; j++) {
          out.setBits(i * rows + j, bits >>> (j * to));
        }
      }
    } else {
      int rows = to / from;
      for (int i = 0; i < out.length(); i++) {
        long bits = 0;
        for (int j = 0; j < rows; j++) {
          bits |= in.bits(i * rows + j) << (j * from);
        }
        out.setBits(i, bits);
      }
    }
    return List.of(out);
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
