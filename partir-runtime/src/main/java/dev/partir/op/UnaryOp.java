package dev.partir.op;

import dev.partir.array.ComplexFunctions;
import dev.partir.array.ErrorFunctions;
import dev.partir.array.GammaFunctions;
import dev.partir.array.HostArray;
import dev.partir.array.SpecialFunctions;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elementwise operations of one operand whose result has the operand's type (StableHLO
 * specification, "Ops"); only the absolute values of complex numbers are real. A function of
 * floating-point numbers is computed in double precision and rounded once.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions are lambdas without state.
public enum UnaryOp implements Pointwise {
  ABS(Math::abs, (x, t) -> Math.abs(x), null),
  CBRT(Math::cbrt, null, ComplexFunctions::cbrt),
  CEIL(Math::ceil, null, null),
  COSINE(Math::cos, null, ComplexFunctions::cos),
  COUNT_LEADING_ZEROS(null, (x, t) -> Long.numberOfLeadingZeros(x & mask(t)) - 64 + t.bits(), null),
  EXPONENTIAL(Math::exp, null, ComplexFunctions::exp),
  EXPONENTIAL_MINUS_ONE(Math::expm1, null, ComplexFunctions::expm1),
  FLOOR(Math::floor, null, null),
  LOG(Math::log, null, ComplexFunctions::log),
  LOG_PLUS_ONE(Math::log1p, null, ComplexFunctions::log1p),
  LOGISTIC(x -> 1 / (1 + Math.exp(-x)), null, ComplexFunctions::logistic),
  NEGATE(x -> -x, (x, t) -> -x, UnaryOp::negate),
  NOT(null, (x, t) -> ~x, null),
  POPCNT(null, (x, t) -> Long.bitCount(x & mask(t)), null),
  ROUND_NEAREST_AFZ(UnaryOp::roundAwayFromZero, null, null),
  ROUND_NEAREST_EVEN(Math::rint, null, null),
  RSQRT(x -> 1 / Math.sqrt(x), null, ComplexFunctions::rsqrt),
  SIGN(Math::signum, (x, t) -> Long.signum(x), ComplexFunctions::sign),
  SINE(Math::sin, null, ComplexFunctions::sin),
  SQRT(Math::sqrt, null, ComplexFunctions::sqrt),
  TAN(Math::tan, null, ComplexFunctions::tan),
  TANH(Math::tanh, null, ComplexFunctions::tanh),
  // Of the dialect CHLO.
  ACOS("chlo.acos", Math::acos, ComplexFunctions::acos),
  ACOSH("chlo.acosh", SpecialFunctions::acosh, ComplexFunctions::acosh),
  /** What arc sine and arc cosine of complex numbers have in common. */
  ASIN_ACOS_KERNEL("chlo._asin_acos_kernel", null, ComplexFunctions::asinAcosKernel),
  ASIN("chlo.asin", Math::asin, ComplexFunctions::asin),
  ASINH("chlo.asinh", SpecialFunctions::asinh, ComplexFunctions::asinh),
  ATAN("chlo.atan", Math::atan, ComplexFunctions::atan),
  ATANH("chlo.atanh", SpecialFunctions::atanh, ComplexFunctions::atanh),
  BESSEL_I1E("chlo.bessel_i1e", SpecialFunctions::besselI1e, null),
  CONJ("chlo.conj", x -> x, UnaryOp::conjugate),
  COSH("chlo.cosh", Math::cosh, ComplexFunctions::cosh),
  DIGAMMA("chlo.digamma", GammaFunctions::digamma, null),
  ERF("chlo.erf", ErrorFunctions::erf, null),
  ERF_INV("chlo.erf_inv", ErrorFunctions::erfInv, null),
  ERFC("chlo.erfc", ErrorFunctions::erfc, null),
  LGAMMA("chlo.lgamma", GammaFunctions::lgamma, null),
  SINH("chlo.sinh", Math::sinh, ComplexFunctions::sinh),
  SQUARE("chlo.square", x -> x * x, ComplexFunctions::square),
  CHLO_TAN("chlo.tan", Math::tan, ComplexFunctions::tan);

  /**
   * A function of an integer; 64-bit unsigned ones come as bit patterns, narrower ones as what they
   * mean.
   */
  interface OnIntegers {
    long apply(long x, ElementType type);
  }

  private final String fullName;
  private final @Nullable DoubleUnaryOperator onFloats;
  private final @Nullable OnIntegers onIntegers;
  private final ComplexFunctions.@Nullable Unary onComplex;

  UnaryOp(
      @Nullable DoubleUnaryOperator onFloats,
      @Nullable OnIntegers onIntegers,
      ComplexFunctions.@Nullable Unary onComplex) {
    this.fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);
    this.onFloats = onFloats;
    this.onIntegers = onIntegers;
    this.onComplex = onComplex;
  }

  UnaryOp(
      String fullName,
      @Nullable DoubleUnaryOperator onFloats,
      ComplexFunctions.@Nullable Unary onComplex) {
    this.fullName = fullName;
    this.onFloats = onFloats;
    this.onIntegers = null;
    this.onComplex = onComplex;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the operation. */
  public Value build(BlockBuilder block, Value operand) {
    return add(block, infer(operand.tensor()), operand);
  }

  /** Returns whether the operation is defined on elements of a type. */
  public boolean takes(ElementType element) {
    return switch (element.kind()) {
      case FLOAT -> onFloats != null;
      case COMPLEX -> onComplex != null || this == ABS;
      case SIGNED -> onIntegers != null;
      case UNSIGNED -> onIntegers != null && this != ABS && this != SIGN;
      case BOOLEAN -> this == NOT;
    };
  }

  /** Says what the operation is defined on. */
  private String taken() {
    List<String> kinds = new ArrayList<>();
    if (takes(ElementType.I1)) {
      kinds.add("booleans");
    }
    if (takes(ElementType.I32)) {
      kinds.add(takes(ElementType.UI32) ? "integers" : "signed integers");
    }
    if (takes(ElementType.F32)) {
      kinds.add("floating-point numbers");
    }
    if (takes(ElementType.COMPLEX_F32)) {
      kinds.add("complex numbers");
    }
    return Pointwise.and(kinds);
  }

  private TensorType infer(TensorType operand) {
    return this == ABS ? operand.withElement(operand.element().part()) : operand;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check.constraint("I1");
    if (takes(type.element())
        || check.require(false, "operand 0 is a " + type, "It takes " + taken())) {
      check.constraint("C1").result(0, infer(type));
    }
  }

  @Override
  public boolean isFlat(Operation operation) {
    return UnaryDerivative.isFlat(this, operation.operand(0).tensor().element());
  }

  @Override
  public void pullback(Pullback at) {
    UnaryDerivative.pullback(this, at);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    return List.of(apply(operands.get(0)));
  }

  /** Returns the operation on an array, element by element. */
  public HostArray apply(HostArray in) {
    HostArray out = HostArray.zeros(infer(in.type()));
    switch (in.type().element().kind()) {
      case FLOAT -> UnaryLoops.floats(this, in, out, Pointwise.present(onFloats));
      case COMPLEX -> {
        if (this == ABS) {
          UnaryLoops.magnitudes(in, out);
        } else {
          UnaryLoops.complex(in, out, Pointwise.present(onComplex));
        }
      }
      default -> UnaryLoops.integers(this, in, out, Pointwise.present(onIntegers));
    }
    return out;
  }

  private static long mask(ElementType type) {
    return -1L >>> (64 - type.bits());
  }

  /** Rounds halves away from zero: adding 0.5 itself may round up. */
  private static double roundAwayFromZero(double x) {
    double whole = Math.floor(Math.abs(x));
    return Math.copySign(Math.abs(x) - whole >= 0.5 ? whole + 1 : whole, x);
  }

  private static void negate(double x, double y, double[] out) {
    out[0] = -x;
    out[1] = -y;
  }

  private static void conjugate(double x, double y, double[] out) {
    out[0] = x;
    out[1] = -y;
  }
}
