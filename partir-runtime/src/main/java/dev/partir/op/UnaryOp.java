package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.SpecialFunctions;
import dev.partir.array.Storage;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elementwise operations of one operand (StableHLO specification, "Ops"). A function of
 * floating-point numbers is computed in double precision and rounded once.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions are lambdas without state.
public enum UnaryOp implements Pointwise {
  ABS(Math::abs, Math::abs),
  CBRT(Math::cbrt, null),
  CEIL(Math::ceil, null),
  COSINE(Math::cos, null),
  EXPONENTIAL(Math::exp, null),
  EXPONENTIAL_MINUS_ONE(Math::expm1, null),
  FLOOR(Math::floor, null),
  LOG(Math::log, null),
  LOG_PLUS_ONE(Math::log1p, null),
  LOGISTIC(x -> 1 / (1 + Math.exp(-x)), null),
  NEGATE(x -> -x, x -> -x),
  NOT(null, x -> ~x),
  ROUND_NEAREST_AFZ(x -> Math.copySign(Math.floor(Math.abs(x) + 0.5), x), null),
  ROUND_NEAREST_EVEN(Math::rint, null),
  RSQRT(x -> 1 / Math.sqrt(x), null),
  SIGN(x -> Double.isNaN(x) ? x : Math.signum(x), Long::signum),
  SINE(Math::sin, null),
  SQRT(Math::sqrt, null),
  TAN(Math::tan, null),
  TANH(Math::tanh, null),
  /** The error function, an operation of CHLO. */
  ERF("chlo.erf", SpecialFunctions::erf, null);

  private final String fullName;
  private final @Nullable DoubleUnaryOperator onFloats;
  private final @Nullable LongUnaryOperator onIntegers;

  UnaryOp(@Nullable DoubleUnaryOperator onFloats, @Nullable LongUnaryOperator onIntegers) {
    this.fullName = "stablehlo." + name().toLowerCase(Locale.ROOT);
    this.onFloats = onFloats;
    this.onIntegers = onIntegers;
  }

  UnaryOp(
      String fullName,
      @Nullable DoubleUnaryOperator onFloats,
      @Nullable LongUnaryOperator onIntegers) {
    this.fullName = fullName;
    this.onFloats = onFloats;
    this.onIntegers = onIntegers;
  }

  @Override
  public String opName() {
    return fullName;
  }

  /** Adds the operation. */
  public Value build(BlockBuilder block, Value operand) {
    return add(block, operand.type(), operand);
  }

  /** Returns whether the operation is defined on elements of a type. */
  public boolean takes(ElementType element) {
    return element.isFloat()
        ? onFloats != null
        : element.isInteger() && onIntegers != null && (this == NOT || element != ElementType.I1);
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(1, 1, 0) || !check.tensors()) {
      return;
    }
    TensorType type = operation.operand(0).tensor();
    check.require(
        takes(type.element()),
        () -> "operand 0 is a " + type,
        onFloats == null
            ? "It takes integers and booleans"
            : onIntegers == null ? "It takes floating-point numbers" : "It takes numbers");
    check.result(0, type);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    HostArray in = operands.get(0);
    HostArray out = HostArray.zeros(in.type());
    ElementType element = in.type().element();
    int count = in.length();
    switch (Storage.of(element)) {
      case FLOAT -> {
        DoubleUnaryOperator f = Objects.requireNonNull(onFloats);
        float[] from = in.floats();
        float[] to = out.floats();
        for (int i = 0; i < count; i++) {
          to[i] = NumberFormat.round(element, f.applyAsDouble(from[i]));
        }
      }
      case DOUBLE -> {
        DoubleUnaryOperator f = Objects.requireNonNull(onFloats);
        for (int i = 0; i < count; i++) {
          out.doubles()[i] = f.applyAsDouble(in.doubles()[i]);
        }
      }
      default -> {
        LongUnaryOperator f = Objects.requireNonNull(onIntegers);
        for (int i = 0; i < count; i++) {
          out.setLong(i, f.applyAsLong(in.getLong(i)));
        }
      }
    }
    return List.of(out);
  }
}
