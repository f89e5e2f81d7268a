package dev.partir.op;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;

/**
 * The derivatives of the elementwise operations of one operand (Abramowitz and Stegun, "Handbook of
 * Mathematical Functions"), from the operand x or the result y, whichever is cheaper.
 */
final class UnaryDerivative {
  private final Terms t;
  private final Pullback at;
  private final Value c;

  private UnaryDerivative(Pullback at) {
    this.at = at;
    t = at.terms();
    c = at.cotangent();
  }

  /** Returns whether the derivative of an operation on real numbers is zero wherever it is one. */
  static boolean isFlat(UnaryOp op, ElementType element) {
    return switch (op) {
      case CEIL, FLOOR, ROUND_NEAREST_AFZ, ROUND_NEAREST_EVEN -> true;
      case SIGN -> !element.isComplex();
      default -> false;
    };
  }

  static void pullback(UnaryOp op, Pullback at) {
    UnaryDerivative derivative = new UnaryDerivative(at);
    boolean complex = at.operation().operand(0).tensor().element().isComplex();
    at.give(
        0,
        complex && (op == UnaryOp.ABS || op == UnaryOp.SIGN)
            ? derivative.ofMagnitude(op, at.operand(0))
            : derivative.of(op));
  }

  // Asked for only where they are needed, for what is asked for in a loop is kept.

  private Value x() {
    return at.operand(0);
  }

  private Value y() {
    return at.result(0);
  }

  private Value of(UnaryOp op) {
    return switch (op) {
      case ABS -> t.times(c, t.unary(UnaryOp.SIGN, x()));
      case CBRT -> t.over(c, t.times(t.square(y()), 3));
      case COSINE -> t.negate(t.times(c, t.unary(UnaryOp.SINE, x())));
      case EXPONENTIAL -> t.times(c, y());
      case EXPONENTIAL_MINUS_ONE -> t.times(c, t.plus(y(), 1));
      case LOG -> t.over(c, x());
      case LOG_PLUS_ONE -> t.over(c, t.plus(x(), 1));
      case LOGISTIC -> t.times(c, t.times(y(), t.from(1, y())));
      case NEGATE -> t.negate(c);
      case RSQRT -> t.times(c, t.times(t.over(y(), x()), -0.5));
      case SINE -> t.times(c, t.unary(UnaryOp.COSINE, x()));
      case SQRT -> t.over(t.times(c, 0.5), y());
      case TAN, CHLO_TAN -> t.times(c, t.plus(t.square(y()), 1));
      case TANH -> t.times(c, t.from(1, t.square(y())));
      case ACOS -> t.negate(t.times(c, arcSine(x())));
      case ACOSH -> t.over(c, t.times(root(t.plus(x(), -1)), root(t.plus(x(), 1))));
      case ASIN -> t.times(c, arcSine(x()));
      case ASINH -> t.times(c, t.unary(UnaryOp.RSQRT, t.plus(t.square(x()), 1)));
      case ATAN -> t.over(c, t.plus(t.square(x()), 1));
      case ATANH -> t.over(c, t.times(t.plus(x(), 1), t.from(1, x())));
      case BESSEL_I1E -> t.times(c, BesselDerivative.at(t, x()));
      case CONJ -> t.unary(UnaryOp.CONJ, c);
      case COSH -> t.times(c, t.unary(UnaryOp.SINH, x()));
      case DIGAMMA -> t.times(c, t.binary(BinaryOp.POLYGAMMA, t.constant(x().tensor(), 1), x()));
      case ERF -> t.times(c, gauss(x(), 2 / Math.sqrt(Math.PI)));
      case ERFC -> t.times(c, gauss(x(), -2 / Math.sqrt(Math.PI)));
      case ERF_INV ->
          t.times(c, t.times(t.unary(UnaryOp.EXPONENTIAL, t.square(y())), Math.sqrt(Math.PI) / 2));
      case LGAMMA -> t.times(c, t.unary(UnaryOp.DIGAMMA, x()));
      case SINH -> t.times(c, t.unary(UnaryOp.COSH, x()));
      case SQUARE -> t.times(c, t.times(x(), 2));
      default ->
          throw Pullback.none(
              at.operation(), "it has no derivative", "Stop the gradient before it");
    };
  }

  private Value arcSine(Value x) {
    return t.unary(UnaryOp.RSQRT, t.from(1, t.square(x)));
  }

  private Value root(Value x) {
    return t.unary(UnaryOp.SQRT, x);
  }

  private Value gauss(Value x, double factor) {
    return t.times(t.unary(UnaryOp.EXPONENTIAL, t.negate(t.square(x))), factor);
  }

  /** The absolute value and the sign of complex numbers, which are not holomorphic. */
  private Value ofMagnitude(UnaryOp op, Value z) {
    Value magnitude = op == UnaryOp.ABS ? y() : t.unary(UnaryOp.ABS, z);
    TensorType real = magnitude.tensor();
    Value isZero = t.compare(CompareOp.Direction.EQ, magnitude, 0);
    Value safe = t.select(isZero, t.constant(real, 1), magnitude);
    Value unit = t.over(t.unary(UnaryOp.CONJ, z), complex(safe));
    if (op == UnaryOp.ABS) {
      return t.times(complex(c), unit);
    }
    // d(z / |z|) = (dz - z / |z| Re(conj(z) / |z| dz)) / |z|.
    Value along = ComplexPartOp.REAL.build(at.block(), t.times(c, at.result(0)));
    return t.over(t.minus(c, t.times(complex(along), unit)), complex(safe));
  }

  private Value complex(Value real) {
    return ComplexOp.build(at.block(), real, t.zeros(real.tensor()));
  }
}
