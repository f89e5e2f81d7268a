package dev.partir.op;

import dev.partir.array.Combiner;
import dev.partir.array.HostArray;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An associative and commutative way to combine elements, with a neutral element: what a reduction
 * factor combines partial results by.
 */
public enum Monoid {
  ADD(BinaryOp.ADD),
  MULTIPLY(BinaryOp.MULTIPLY),
  MINIMUM(BinaryOp.MINIMUM),
  MAXIMUM(BinaryOp.MAXIMUM),
  AND(BinaryOp.AND),
  OR(BinaryOp.OR),
  XOR(BinaryOp.XOR);

  private final BinaryOp op;

  Monoid(BinaryOp op) {
    this.op = op;
  }

  /** Returns the elementwise operation that combines two values. */
  public BinaryOp op() {
    return op;
  }

  /** Returns the loops that combine real elements so. */
  Combiner combiner() {
    return switch (this) {
      case ADD -> Combiner.ADD;
      case MULTIPLY -> Combiner.MULTIPLY;
      case MINIMUM -> Combiner.MINIMUM;
      case MAXIMUM -> Combiner.MAXIMUM;
      case AND -> Combiner.AND;
      case OR -> Combiner.OR;
      case XOR -> Combiner.XOR;
    };
  }

  /** Returns the neutral element as a scalar. */
  public HostArray identity(ElementType element) {
    HostArray scalar = HostArray.zeros(TensorType.of(element));
    switch (this) {
      case ADD, OR, XOR -> {}
      case MULTIPLY -> scalar.set(0, 1);
      case AND -> scalar.setLong(0, element == ElementType.I1 ? 1 : -1);
      case MINIMUM -> extreme(scalar, element, true);
      case MAXIMUM -> extreme(scalar, element, false);
    }
    return scalar;
  }

  private static void extreme(HostArray scalar, ElementType element, boolean largest) {
    switch (element.kind()) {
      case FLOAT -> scalar.set(0, largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
      case BOOLEAN -> scalar.setLong(0, largest ? 1 : 0);
      case UNSIGNED -> scalar.setLong(0, largest ? -1 : 0);
      case SIGNED -> {
        long max = -1L >>> (65 - element.bits());
        scalar.setLong(0, largest ? max : -max - 1);
      }
      case COMPLEX -> {
        // The order is lexicographic.
        double end = largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        scalar.set(0, end);
        scalar.set(1, end);
      }
    }
  }

  /** Returns the monoid whose operation is {@code name}, or null. */
  public static @Nullable Monoid named(String name) {
    for (Monoid monoid : values()) {
      if (monoid.op.opName().equals(name)) {
        return monoid;
      }
    }
    return null;
  }

  /**
   * Returns the monoid that the body of a reduction computes: one operation on its two arguments.
   * Null when it is something else.
   */
  public static @Nullable Monoid of(Region body) {
    Block block = body.block();
    if (block.arguments().size() != 2 || block.operations().size() != 2) {
      return null;
    }
    Operation first = block.operations().get(0);
    if (first.operands().size() != 2 || !block.results().equals(first.results())) {
      return null;
    }
    if (!first.operands().contains(block.arguments().get(0))
        || !first.operands().contains(block.arguments().get(1))) {
      return null;
    }
    // Sums of quantized numbers are rounded one by one.
    return QuantizedOperation.isQuantized(first) ? null : named(first.name());
  }

  /** Returns a region that combines two scalars. */
  public Region region(BlockBuilder parent, ElementType element) {
    BlockBuilder block = parent.nested();
    TensorType scalar = TensorType.of(element);
    Value left = block.argument(scalar, null);
    Value right = block.argument(scalar, null);
    Value combined = op.build(block, left, right);
    ReturnOp.STABLEHLO.build(block, List.of(combined));
    return new Region(block.build());
  }
}
