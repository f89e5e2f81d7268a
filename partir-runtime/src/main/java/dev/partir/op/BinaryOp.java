package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.Storage;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elementwise operations of two operands of one type (StableHLO specification, "Ops").
 * Arithmetic rounds once in the element type; a transcendental function is computed in double
 * precision and rounded once.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions are lambdas without state.
public enum BinaryOp implements Pointwise {
  ADD(Double::sum, (a, b, t) -> a + b),
  AND(null, (a, b, t) -> a & b),
  ATAN2(Math::atan2, null),
  DIVIDE((a, b) -> a / b, BinaryOp::divide),
  MAXIMUM(Math::max, (a, b, t) -> less(a, b, t) ? b : a),
  MINIMUM(Math::min, (a, b, t) -> less(a, b, t) ? a : b),
  MULTIPLY((a, b) -> a * b, (a, b, t) -> a * b),
  OR(null, (a, b, t) -> a | b),
  POWER(BinaryOp::power, BinaryOp::integerPower),
  REMAINDER((a, b) -> a % b, BinaryOp::remainder),
  SHIFT_LEFT(null, (a, b, t) -> outside(b, t) ? 0 : a << b),
  SHIFT_RIGHT_ARITHMETIC(null, BinaryOp::shiftRightArithmetic),
  SHIFT_RIGHT_LOGICAL(null, (a, b, t) -> outside(b, t) ? 0 : (a & mask(t)) >>> b),
  SUBTRACT((a, b) -> a - b, (a, b, t) -> a - b),
  XOR(null, (a, b, t) -> a ^ b);

  /**
   * A function of two integers; 64-bit unsigned ones come as bit patterns, narrower ones as what
   * they mean.
   */
  private interface OnIntegers {
    long apply(long a, long b, ElementType type);
  }

  private final String fullName;
  private final @Nullable DoubleBinaryOperator onFloats;
  private final @Nullable OnIntegers onIntegers;

  BinaryOp(@Nullable DoubleBinaryOperator onFloats, @Nullable OnIntegers onIntegers) {
    this.fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);
    this.onFloats = onFloats;
    this.onIntegers = onIntegers;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the operation. */
  public Value build(BlockBuilder block, Value left, Value right) {
    return add(block, left.type(), left, right);
  }

  private boolean takes(ElementType element) {
    if (element.isFloat()) {
      return onFloats != null;
    }
    if (!element.isInteger() || onIntegers == null) {
      return false;
    }
    return element != ElementType.I1
        || switch (this) {
          case ADD, AND, MAXIMUM, MINIMUM, MULTIPLY, OR, XOR -> true;
          default -> false;
        };
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    check.require(
        left.equals(right),
        () -> "its operands are a " + left + " and a " + right,
        "Both must have one type: convert or broadcast one of them");
    check.require(
        takes(left.element()),
        () -> "its operands are of type " + left.element(),
        onFloats == null ? "It takes integers and booleans" : "It takes numbers");
    if (check.ok()) {
      check.result(0, left);
    }
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(apply(operands.get(0), operands.get(1)));
  }

  /** Returns the operation on two arrays of one type, element by element. */
  public HostArray apply(HostArray left, HostArray right) {
    HostArray out = HostArray.zeros(left.type());
    ElementType element = left.type().element();
    int count = out.length();
    switch (Storage.of(element)) {
      case FLOAT -> floats(left.floats(), right.floats(), out.floats(), element, count);
      case DOUBLE -> {
        DoubleBinaryOperator f = Objects.requireNonNull(onFloats);
        for (int i = 0; i < count; i++) {
          out.doubles()[i] = f.applyAsDouble(left.doubles()[i], right.doubles()[i]);
        }
      }
      default -> {
        OnIntegers f = Objects.requireNonNull(onIntegers);
        if (element == ElementType.I1 && this == ADD) {
          f = (a, b, t) -> a | b;
        }
        for (int i = 0; i < count; i++) {
          out.setLong(i, f.apply(left.getLong(i), right.getLong(i), element));
        }
      }
    }
    return out;
  }

  /** Loops of their own for what models are made of; the rest through the function. */
  private void floats(float[] a, float[] b, float[] out, ElementType element, int count) {
    switch (this) {
      case ADD -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] * b[i];
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] / b[i];
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < count; i++) {
          out[i] = Math.max(a[i], b[i]);
        }
      }
      default -> {
        DoubleBinaryOperator f = Objects.requireNonNull(onFloats);
        for (int i = 0; i < count; i++) {
          out[i] = NumberFormat.round(element, f.applyAsDouble(a[i], b[i]));
        }
        return;
      }
    }
    if (element != ElementType.F32) {
      for (int i = 0; i < count; i++) {
        out[i] = NumberFormat.round(element, out[i]);
      }
    }
  }

  private static boolean less(long a, long b, ElementType type) {
    return type == ElementType.UI64 ? Long.compareUnsigned(a, b) < 0 : a < b;
  }

  private static boolean outside(long shift, ElementType type) {
    return shift < 0 || shift >= type.bits();
  }

  private static long mask(ElementType type) {
    return -1L >>> (64 - type.bits());
  }

  private static long shiftRightArithmetic(long a, long b, ElementType type) {
    // An unsigned number shifts its own top bit in.
    long extended = a << (64 - type.bits()) >> (64 - type.bits());
    return outside(b, type) ? extended >> 63 : extended >> b;
  }

  // Division by zero is implementation-defined in the specification; XLA gives -1, and the dividend
  // as the remainder.
  private static long divide(long a, long b, ElementType type) {
    if (b == 0) {
      return -1;
    }
    return type == ElementType.UI64 ? Long.divideUnsigned(a, b) : a / b;
  }

  private static long remainder(long a, long b, ElementType type) {
    if (b == 0) {
      return a;
    }
    return type == ElementType.UI64 ? Long.remainderUnsigned(a, b) : a % b;
  }

  /** IEEE 754 pow, which differs from Java's where the base is 1 or -1. */
  private static double power(double a, double b) {
    if (a == 1 || (a == -1 && Double.isInfinite(b))) {
      return 1;
    }
    return Math.pow(a, b);
  }

  private static long integerPower(long base, long exponent, ElementType type) {
    if (exponent < 0 && type.kind() == ElementType.Kind.SIGNED) {
      return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
    }
    long result = 1;
    long square = base;
    for (long rest = exponent; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
