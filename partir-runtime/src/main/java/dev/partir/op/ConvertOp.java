package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;

/**
 * {@code stablehlo.convert}: elementwise conversion. A float becomes an integer by truncation; what
 * does not fit is the nearest that does and NaN is 0, as XLA does where the specification leaves it
 * open. Anything but 0 is true.
 */
public enum ConvertOp implements Pointwise {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.convert";
  }

  /** Adds a conversion; returns the operand itself where it has the element type already. */
  public static Value build(BlockBuilder block, Value operand, ElementType element) {
    TensorType type = operand.tensor();
    return type.element() == element
        ? operand
        : INSTANCE.add(block, type.withElement(element), operand);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (check.arity(1, 1, 0) && check.tensors()) {
      TensorType from = operation.operand(0).tensor();
      TensorType to = operation.result().tensor();
      check.require(
          from.sameShape(to), "it makes a " + to + " of a " + from, "The shapes must be equal");
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(convert(operands.get(0), operation.result().tensor()));
  }

  /** Returns the elements of {@code from} as elements of {@code type}. */
  static HostArray convert(HostArray from, TensorType type) {
    ElementType source = from.type().element();
    ElementType target = type.element();
    if (source == target) {
      return from;
    }
    HostArray out = HostArray.zeros(type);
    int fromStep = source.isComplex() ? 2 : 1;
    int toStep = target.isComplex() ? 2 : 1;
    int count = (int) type.elementCount();
    for (int i = 0; i < count; i++) {
      if (target == ElementType.I1) {
        boolean zero = from.get(fromStep * i) == 0 && (fromStep == 1 || from.get(2 * i + 1) == 0);
        out.setLong(i, zero ? 0 : 1);
      } else if (target.isInteger()) {
        out.setLong(
            i, source.isInteger() ? from.getLong(i) : truncate(from.get(fromStep * i), target));
      } else if (source == ElementType.I64 || source == ElementType.UI64) {
        fromLong(from, i, out, toStep * i);
      } else {
        out.set(toStep * i, from.get(fromStep * i));
        if (fromStep == 2 && toStep == 2) {
          out.set(2 * i + 1, from.get(2 * i + 1));
        }
      }
    }
    return out;
  }

  /** Rounds once: a 64-bit integer does not fit a double. */
  private static void fromLong(HostArray from, int at, HostArray out, int to) {
    long value = from.getLong(at);
    boolean unsigned = from.type().element() == ElementType.UI64 && value < 0;
    ElementType target = out.type().element();
    if (dev.partir.array.Storage.of(target) == dev.partir.array.Storage.FLOAT && !unsigned) {
      // Keep the bits that a double holds and fold the others into its last bit, so that the second
      // rounding sees whether any was set.
      long magnitude = Math.abs(value);
      if (magnitude >= 1L << 52) {
        int drop = 64 - Long.numberOfLeadingZeros(magnitude) - 52;
        long kept = magnitude >>> drop << drop;
        magnitude = kept | (kept != magnitude ? 1L << drop : 0);
        out.floats()[to] =
            NumberFormat.round(target, (double) (value < 0 ? -magnitude : magnitude));
        return;
      }
      out.floats()[to] = NumberFormat.round(target, (double) value);
    } else {
      out.set(to, from.get(at));
    }
  }

  private static long truncate(double value, ElementType target) {
    if (target.kind() == ElementType.Kind.UNSIGNED) {
      if (!(value > 0)) {
        return 0;
      }
      if (target == ElementType.UI64) {
        if (value >= 0x1p64) {
          return -1;
        }
        return value >= 0x1p63 ? (long) (value - 0x1p63) + Long.MIN_VALUE : (long) value;
      }
      return Math.min((long) value, (1L << target.bits()) - 1);
    }
    long limit = -1L >>> (65 - target.bits());
    return Math.max(-limit - 1, Math.min((long) value, limit));
  }
}
