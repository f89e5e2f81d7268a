package dev.partir.op;

import dev.partir.array.ComplexFunctions;
import dev.partir.array.GammaFunctions;
import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elementwise operations of two operands of one type (StableHLO specification, "Ops").
 * Arithmetic rounds once in the element type; a transcendental function is computed in double
 * precision and rounded once.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions are lambdas without state.
public enum BinaryOp implements Pointwise {
  ADD(Double::sum, (a, b, t) -> a + b, ComplexFunctions::add),
  AND(null, (a, b, t) -> a & b, null),
  ATAN2(Math::atan2, null, ComplexFunctions::atan2),
  DIVIDE((a, b) -> a / b, BinaryOp::divide, ComplexFunctions::divide),
  MAXIMUM(Math::max, (a, b, t) -> less(a, b, t) ? b : a, BinaryOp::maximum),
  MINIMUM(Math::min, (a, b, t) -> less(a, b, t) ? a : b, BinaryOp::minimum),
  MULTIPLY((a, b) -> a * b, (a, b, t) -> a * b, ComplexFunctions::multiply),
  OR(null, (a, b, t) -> a | b, null),
  POWER(BinaryOp::power, BinaryOp::integerPower, ComplexFunctions::power),
  REMAINDER((a, b) -> a % b, BinaryOp::remainder, null),
  SHIFT_LEFT(null, (a, b, t) -> outside(b, t) ? 0 : a << b, null),
  SHIFT_RIGHT_ARITHMETIC(null, BinaryOp::shiftRightArithmetic, null),
  SHIFT_RIGHT_LOGICAL(null, (a, b, t) -> outside(b, t) ? 0 : (a & mask(t)) >>> b, null),
  SUBTRACT((a, b) -> a - b, (a, b, t) -> a - b, ComplexFunctions::subtract),
  XOR(null, (a, b, t) -> a ^ b, null),
  // Of the dialect CHLO.
  POLYGAMMA("chlo.polygamma", GammaFunctions::polygamma),
  ZETA("chlo.zeta", GammaFunctions::zeta);

  /**
   * A function of two integers; 64-bit unsigned ones come as bit patterns, narrower ones as what
   * they mean.
   */
  interface OnIntegers {
    long apply(long a, long b, ElementType type);
  }

  private final String fullName;
  private final @Nullable DoubleBinaryOperator onFloats;
  private final @Nullable OnIntegers onIntegers;
  private final ComplexFunctions.@Nullable Binary onComplex;

  BinaryOp(
      @Nullable DoubleBinaryOperator onFloats,
      @Nullable OnIntegers onIntegers,
      ComplexFunctions.@Nullable Binary onComplex) {
    this.fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);
    this.onFloats = onFloats;
    this.onIntegers = onIntegers;
    this.onComplex = onComplex;
  }

  BinaryOp(String fullName, DoubleBinaryOperator onFloats) {
    this.fullName = fullName;
    this.onFloats = onFloats;
    this.onIntegers = null;
    this.onComplex = null;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the operation. */
  public Value build(BlockBuilder block, Value left, Value right) {
    return add(block, left.type(), left, right);
  }

  /** Returns whether the operation is defined on elements of a type. */
  public boolean takes(ElementType element) {
    return switch (element.kind()) {
      case FLOAT -> onFloats != null;
      case COMPLEX -> onComplex != null;
      case SIGNED, UNSIGNED -> onIntegers != null;
      case BOOLEAN ->
          switch (this) {
            case ADD, AND, MAXIMUM, MINIMUM, MULTIPLY, OR, XOR -> true;
            default -> false;
          };
    };
  }

  /** Says what the operation is defined on. */
  private String taken() {
    List<String> kinds = new ArrayList<>();
    if (takes(ElementType.I1)) {
      kinds.add("booleans");
    }
    if (takes(ElementType.I32)) {
      kinds.add("integers");
    }
    if (takes(ElementType.F32)) {
      kinds.add("floating-point numbers");
    }
    if (takes(ElementType.COMPLEX_F32)) {
      kinds.add("complex numbers");
    }
    return Pointwise.and(kinds);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(2, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType left = operation.operand(0).tensor();
    TensorType right = operation.operand(1).tensor();
    check
        .constraint("C1")
        .require(
            left.compatible(right),
            () -> "its operands are a " + left + " and a " + right,
            "Both must have one type: convert or broadcast one of them");
    check.constraint("I1, I2");
    if (!takes(left.element())) {
      check.require(false, "its operands are of type " + left.element(), "It takes " + taken());
    }
    if (check.ok()) {
      check.constraint("C1").result(0, left);
    }
  }

  @Override
  public void pullback(Pullback at) {
    BinaryDerivative.pullback(this, at);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(apply(operands.get(0), operands.get(1)));
  }

  /** Returns the operation on two arrays of one type, element by element. */
  public HostArray apply(HostArray left, HostArray right) {
    HostArray out = HostArray.zeros(left.type());
    switch (left.type().element().kind()) {
      case FLOAT -> BinaryLoops.floats(this, left, right, out, Pointwise.present(onFloats));
      case COMPLEX -> BinaryLoops.complex(this, left, right, out, Pointwise.present(onComplex));
      case BOOLEAN -> BinaryLoops.booleans(this, left.ints(), right.ints(), out.ints());
      default -> BinaryLoops.integers(this, left, right, out, Pointwise.present(onIntegers));
    }
    return out;
  }

  /** Stores the larger number in lexicographic order of real and imaginary part; NaN wins. */
  private static void maximum(double a, double b, double c, double d, double[] out) {
    boolean first = isNaN(a, b) || (!isNaN(c, d) && (a > c || (a == c && b >= d)));
    out[0] = first ? a : c;
    out[1] = first ? b : d;
  }

  private static void minimum(double a, double b, double c, double d, double[] out) {
    boolean first = isNaN(a, b) || (!isNaN(c, d) && (a < c || (a == c && b <= d)));
    out[0] = first ? a : c;
    out[1] = first ? b : d;
  }

  private static boolean isNaN(double re, double im) {
    return Double.isNaN(re) || Double.isNaN(im);
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
