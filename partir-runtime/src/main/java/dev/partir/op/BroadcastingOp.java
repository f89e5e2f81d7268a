package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.ir.AsmPrinter;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elementwise operations of CHLO whose operands are broadcast to one shape: sizes of 1 become
 * those of the other operands. An operand of lower rank stands for trailing dimensions, or for
 * those that {@code broadcast_dimensions} names.
 */
@SuppressWarnings("ImmutableEnumChecker") // Operations hold no state.
public enum BroadcastingOp implements Pointwise {
  ADD("add", BinaryOp.ADD),
  AND("and", BinaryOp.AND),
  ATAN2("atan2", BinaryOp.ATAN2),
  COMPARE("compare", CompareOp.INSTANCE),
  COMPLEX("complex", ComplexOp.INSTANCE),
  DIVIDE("divide", BinaryOp.DIVIDE),
  MAXIMUM("maximum", BinaryOp.MAXIMUM),
  MINIMUM("minimum", BinaryOp.MINIMUM),
  MULTIPLY("multiply", BinaryOp.MULTIPLY),
  NEXT_AFTER("next_after", NextAfterOp.INSTANCE),
  OR("or", BinaryOp.OR),
  POLYGAMMA("polygamma", BinaryOp.POLYGAMMA),
  POWER("power", BinaryOp.POWER),
  REMAINDER("remainder", BinaryOp.REMAINDER),
  SELECT("select", SelectOp.INSTANCE),
  SHIFT_LEFT("shift_left", BinaryOp.SHIFT_LEFT),
  SHIFT_RIGHT_ARITHMETIC("shift_right_arithmetic", BinaryOp.SHIFT_RIGHT_ARITHMETIC),
  SHIFT_RIGHT_LOGICAL("shift_right_logical", BinaryOp.SHIFT_RIGHT_LOGICAL),
  SUBTRACT("subtract", BinaryOp.SUBTRACT),
  XOR("xor", BinaryOp.XOR),
  ZETA("zeta", BinaryOp.ZETA);

  private static final String DIMS = "broadcast_dimensions";

  private final String fullName;
  private final Pointwise onEqualShapes;

  BroadcastingOp(String name, Pointwise onEqualShapes) {
    this.fullName = "chlo.broadcast_" + name;
    this.onEqualShapes = onEqualShapes;
  }

  @Override
  public String opName() {
    return fullName;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    int operands = this == SELECT ? 3 : 2;
    if (!check.arity(operands, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType[] types = Op.operandTypes(operation);
    int rank = rank(types);
    if (operation.attributes().has(DIMS)) {
      long[] dims = operation.attributes().integers(DIMS);
      int lower = Math.min(types[0].rank(), types[1].rank());
      boolean increasing = dims.length == lower;
      for (int i = 0; i < dims.length && increasing; i++) {
        increasing = dims[i] >= 0 && dims[i] < rank && (i == 0 || dims[i] > dims[i - 1]);
      }
      if (!check.require(
          increasing,
          () ->
              String.format(
                  "%s is %s for operands of ranks %d and %d",
                  DIMS, Arrays.toString(dims), types[0].rank(), types[1].rank()),
          "Name for each dimension of the operand of lower rank one of the other, increasing")) {
        return;
      }
    }
    long[] shape = shape(operation, types);
    if (!check.require(
        shape != null,
        () -> "its operands of types " + Arrays.toString(types) + " have no common shape",
        "Sizes of one dimension must be equal or 1")) {
      return;
    }
    if (shape != null) {
      verifyElements(operation, check, types, shape);
    }
  }

  private void verifyElements(
      Operation operation, OpChecker check, TensorType[] types, long[] shape) {
    ElementType left = types[types.length - 2].element();
    ElementType right = types[types.length - 1].element();
    boolean taken = left == right;
    if (onEqualShapes instanceof BinaryOp binary) {
      taken &= binary.takes(left);
    } else if (this == NEXT_AFTER) {
      taken &= left.isFloat();
    } else if (this == COMPLEX) {
      taken &= ComplexOp.complex(left) != null;
    } else if (this == SELECT) {
      taken &= types[0].element() == ElementType.I1;
    } else {
      CompareOp.verifyAttributes(operation, check, left);
    }
    check.require(
        taken,
        () -> "its operands are of types " + Arrays.toString(types),
        "The element types must be those that " + onEqualShapes.opName() + " takes");
    if (check.ok()) {
      ElementType complex = ComplexOp.complex(left);
      ElementType element =
          this == COMPARE ? ElementType.I1 : this == COMPLEX && complex != null ? complex : left;
      check.result(0, TensorType.of(element, shape));
    }
  }

  private static int rank(TensorType[] types) {
    int rank = 0;
    for (TensorType type : types) {
      rank = Math.max(rank, type.rank());
    }
    return rank;
  }

  /** Returns for each dimension of an operand the dimension of the result that it becomes. */
  private static int[] places(Operation operation, TensorType type, int rank) {
    if (type.rank() < rank && operation.attributes().has(DIMS)) {
      return operation.attributes().dims(DIMS);
    }
    int[] places = new int[type.rank()];
    for (int d = 0; d < places.length; d++) {
      places[d] = rank - places.length + d;
    }
    return places;
  }

  /** Returns the shape of the result, or null when there is none. */
  private static long @Nullable [] shape(Operation operation, TensorType[] types) {
    int rank = rank(types);
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    for (TensorType type : types) {
      int[] places = places(operation, type, rank);
      for (int d = 0; d < places.length; d++) {
        long known = shape[places[d]];
        long size = type.dim(d);
        if (known == 1 || known == TensorType.DYNAMIC) {
          // A size of 1 says nothing about one that is unknown.
          shape[places[d]] = size == 1 ? known : size;
        } else if (size != 1 && !TensorType.compatible(size, known)) {
          return null;
        }
      }
    }
    return shape;
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType[] types = Op.operandTypes(operation);
    TensorType result = operation.result().tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < result.rank(); d++) {
      rule.result(0, d, rule.factor(result.dim(d), FactorRule.Kind.PARALLEL));
    }
    for (int o = 0; o < types.length; o++) {
      int[] places = places(operation, types[o], result.rank());
      for (int d = 0; d < places.length; d++) {
        if (types[o].dim(d) == result.dim(places[d])) {
          rule.operand(o, d, places[d]);
        }
      }
    }
    return rule.build();
  }

  @Override
  public void pullback(Pullback at) {
    Operation operation = at.operation();
    TensorType result = operation.result().tensor();
    at.through(
        (block, operands) -> {
          Terms t = new Terms(block);
          List<Value> spread = new ArrayList<>();
          for (Value operand : operands) {
            TensorType type = operand.tensor();
            int[] places = places(operation, type, result.rank());
            spread.add(
                t.broadcast(
                    operand,
                    type.withDims(result.dims()),
                    Arrays.stream(places).asLongStream().toArray()));
          }
          return block
              .add(onEqualShapes, spread, operation.attributes().without(DIMS), List.of(result))
              .results();
        });
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    TensorType[] types = operands.stream().map(HostArray::type).toArray(TensorType[]::new);
    long[] shape = Pointwise.present(shape(operation, types));
    List<HostArray> spread = new ArrayList<>();
    for (HostArray operand : operands) {
      TensorType type = operand.type();
      long[] source = StridedCopy.strides(type.dims());
      long[] strides = new long[shape.length];
      int[] places = places(operation, type, shape.length);
      for (int d = 0; d < places.length; d++) {
        strides[places[d]] = type.dim(d) == 1 ? 0 : source[d];
      }
      TensorType target = type.withDims(shape);
      spread.add(type.equals(target) ? operand : StridedCopy.read(operand, 0, strides, target));
    }
    return onEqualShapes.evaluate(operation, spread, evaluation);
  }

  @Override
  public boolean print(Operation operation, AsmPrinter printer) {
    printer.print(fullName).print(" ").operands(operation.operands());
    printer
        .attributes(operation.attributes(), List.of())
        .print(" : ")
        .functionType(operation.operands(), operation.results());
    return true;
  }
}
