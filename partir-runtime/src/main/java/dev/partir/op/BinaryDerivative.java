package dev.partir.op;

import dev.partir.ir.TensorType;
import dev.partir.ir.Value;

/** The derivatives of the elementwise operations of two operands. */
final class BinaryDerivative {
  private final Terms t;
  private final Pullback at;
  private final Value c;

  private BinaryDerivative(Pullback at) {
    this.at = at;
    t = at.terms();
    c = at.cotangent();
  }

  static void pullback(BinaryOp op, Pullback at) {
    new BinaryDerivative(at).add(op);
  }

  private Value a() {
    return at.operand(0);
  }

  private Value b() {
    return at.operand(1);
  }

  private void add(BinaryOp op) {
    switch (op) {
      case ADD -> {
        at.give(0, c);
        at.give(1, c);
      }
      case SUBTRACT -> {
        at.give(0, c);
        if (at.wants(1)) {
          at.give(1, t.negate(c));
        }
      }
      case MULTIPLY -> {
        if (at.wants(0)) {
          at.give(0, t.times(c, b()));
        }
        if (at.wants(1)) {
          at.give(1, t.times(c, a()));
        }
      }
      case DIVIDE -> {
        Value quotient = t.over(c, b());
        at.give(0, quotient);
        if (at.wants(1)) {
          at.give(1, t.negate(t.times(quotient, at.result(0))));
        }
      }
      case MAXIMUM -> extreme(CompareOp.Direction.GT, CompareOp.Direction.LT);
      case MINIMUM -> extreme(CompareOp.Direction.LT, CompareOp.Direction.GT);
      case POWER -> power();
      case REMAINDER -> {
        at.give(0, c);
        if (at.wants(1)) {
          Value quotient = t.over(a(), b());
          Value whole =
              t.times(
                  t.unary(UnaryOp.SIGN, quotient),
                  t.unary(UnaryOp.FLOOR, t.unary(UnaryOp.ABS, quotient)));
          at.give(1, t.negate(t.times(c, whole)));
        }
      }
      case ATAN2 -> {
        Value scaled = t.over(c, t.plus(t.square(a()), t.square(b())));
        if (at.wants(0)) {
          at.give(0, t.times(scaled, b()));
        }
        if (at.wants(1)) {
          at.give(1, t.negate(t.times(scaled, a())));
        }
      }
      case POLYGAMMA -> {
        continuous(0);
        at.give(1, t.times(c, t.binary(BinaryOp.POLYGAMMA, t.plus(a(), 1), b())));
      }
      case ZETA -> {
        continuous(0);
        Value next = t.binary(BinaryOp.ZETA, t.plus(a(), 1), b());
        at.give(1, t.negate(t.times(c, t.times(a(), next))));
      }
      default ->
          throw Pullback.none(
              at.operation(), "it has no derivative", "Stop the gradient before it");
    }
  }

  private void continuous(int order) {
    if (at.wants(order)) {
      throw Pullback.none(
          at.operation(),
          "no formula is known for its derivative in operand " + order,
          "Make the operand a constant, or stop the gradient before it");
    }
  }

  /** Where the operands are equal, each gets half. */
  private void extreme(CompareOp.Direction first, CompareOp.Direction second) {
    Value equal = t.compare(CompareOp.Direction.EQ, a(), b());
    Value half = t.times(c, 0.5);
    TensorType type = c.tensor();
    for (int i = 0; i < 2; i++) {
      if (at.wants(i)) {
        Value chosen = t.compare(i == 0 ? first : second, a(), b());
        Value rest = t.select(equal, half, t.zeros(type));
        at.give(i, t.select(chosen, c, rest));
      }
    }
  }

  /** d a^b = b a^(b-1) da + log(a) a^b db, the limits taken where b or a is 0. */
  private void power() {
    TensorType type = c.tensor();
    boolean fixed = Terms.splat(b()) != null;
    if (at.wants(0) && !Terms.isSplat(b(), 0)) {
      if (Terms.isSplat(b(), 2)) {
        at.give(0, t.times(c, t.times(a(), b())));
      } else if (fixed) {
        Value lower = t.binary(BinaryOp.POWER, a(), t.plus(b(), -1));
        at.give(0, t.times(c, t.times(lower, b())));
      } else {
        Value isZero = t.compare(CompareOp.Direction.EQ, b(), 0);
        Value exponent = t.select(isZero, t.constant(type, 1), t.plus(b(), -1));
        at.give(0, t.times(c, t.times(t.binary(BinaryOp.POWER, a(), exponent), b())));
      }
    }
    if (at.wants(1)) {
      Value isZero = t.compare(CompareOp.Direction.EQ, a(), 0);
      Value base = t.select(isZero, t.constant(type, 1), a());
      at.give(1, t.times(c, t.times(t.unary(UnaryOp.LOG, base), at.result(0))));
    }
  }
}
