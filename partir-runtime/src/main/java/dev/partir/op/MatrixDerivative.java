package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The derivatives of factorizations and solutions of matrices (Giles, "Collected matrix derivative
 * results for forward and reverse mode algorithmic differentiation", 2008, sections 2.2.3 and
 * 2.3.1). Only the triangle that an operation reads has a cotangent.
 */
final class MatrixDerivative {
  private final Terms t;
  private final BlockBuilder block;

  private MatrixDerivative(Pullback at) {
    t = at.terms();
    block = at.block();
  }

  /** Of A = L L^H or U^H U. */
  static void cholesky(Pullback at, boolean lower) {
    var d = new MatrixDerivative(at);
    Value factor = lower ? at.result(0) : d.adjoint(at.result(0));
    Value cotangent = lower ? at.cotangent() : d.adjoint(at.cotangent());
    // With dL = L phi(L^-1 dA L^-H), phi taking the lower triangle with half the diagonal.
    Value p = d.product(d.transpose(factor), cotangent);
    Value phi = d.t.minus(d.triangle(p, true, false), d.t.times(d.diagonal(p), 0.5));
    Value left = d.solve(factor, phi, true, "TRANSPOSE");
    Value s = d.solve(d.conjugate(factor), left, false, "NO_TRANSPOSE");
    Value both = d.t.plus(s, d.adjoint(s));
    Value whole = d.triangle(both, true, true);
    Value middle = d.diagonal(both);
    Value result = d.t.plus(whole, d.t.times(middle, 0.5));
    at.give(0, lower ? result : d.adjoint(result));
  }

  /** Of op(A) X = B or X op(A) = B. */
  static void solve(Pullback at, String transpose) {
    var d = new MatrixDerivative(at);
    Attributes attributes = at.operation().attributes();
    boolean left = attributes.flag("left_side");
    boolean lower = attributes.flag("lower");
    boolean unit = attributes.flag("unit_diagonal");
    boolean adjoint = transpose.equals("ADJOINT");
    Value a = adjoint ? d.conjugate(at.operand(0)) : at.operand(0);
    String turned = transpose.equals("NO_TRANSPOSE") ? "TRANSPOSE" : "NO_TRANSPOSE";
    Value b =
        d.block
            .add(
                TriangularSolveOp.INSTANCE,
                List.of(a, at.cotangent()),
                attributes.with("transpose_a", transposition(turned)),
                List.of(at.cotangent().type()))
            .result();
    at.give(1, b);
    if (!at.wants(0)) {
      return;
    }
    Value x = at.result(0);
    Value of = left ? d.product(b, d.transpose(x)) : d.product(d.transpose(x), b);
    if (!transpose.equals("NO_TRANSPOSE")) {
      of = adjoint ? d.adjoint(of) : d.transpose(of);
    }
    at.give(0, d.t.negate(d.triangle(of, lower, unit)));
  }

  private static Attribute transposition(String value) {
    return new Attribute.Enumerated("stablehlo", "transpose", value);
  }

  private Value solve(Value lower, Value right, boolean left, String transpose) {
    return block
        .add(
            TriangularSolveOp.INSTANCE,
            List.of(lower, right),
            Attributes.builder()
                .put("left_side", new Attribute.Bool(left))
                .put("lower", new Attribute.Bool(true))
                .put("unit_diagonal", new Attribute.Bool(false))
                .put("transpose_a", transposition(transpose))
                .build(),
            List.of(right.type()))
        .result();
  }

  private Value product(Value left, Value right) {
    int rank = left.tensor().rank();
    int[] batch = IntStream.range(0, rank - 2).toArray();
    return DotGeneralOp.build(
        block,
        left,
        right,
        new DotGeneralOp.Dimensions(batch, batch, new int[] {rank - 1}, new int[] {rank - 2}));
  }

  private Value transpose(Value matrices) {
    int rank = matrices.tensor().rank();
    long[] permutation = new long[rank];
    for (int d = 0; d < rank; d++) {
      permutation[d] = d < rank - 2 ? d : d == rank - 2 ? rank - 1 : rank - 2;
    }
    return t.transpose(matrices, permutation);
  }

  private Value conjugate(Value matrices) {
    return matrices.tensor().element().isComplex() ? t.unary(UnaryOp.CONJ, matrices) : matrices;
  }

  private Value adjoint(Value matrices) {
    return conjugate(transpose(matrices));
  }

  private Value compare(Value matrices, CompareOp.Direction direction) {
    int rank = matrices.tensor().rank();
    TensorType counted = matrices.tensor().withElement(ElementType.I32);
    Value rows = IotaOp.build(block, rank - 2, counted);
    Value columns = IotaOp.build(block, rank - 1, counted);
    return CompareOp.build(block, direction, rows, columns);
  }

  /** Returns a triangle, without the diagonal where it is {@code strict}. */
  private Value triangle(Value matrices, boolean lower, boolean strict) {
    CompareOp.Direction direction =
        lower
            ? (strict ? CompareOp.Direction.GT : CompareOp.Direction.GE)
            : (strict ? CompareOp.Direction.LT : CompareOp.Direction.LE);
    return t.where(compare(matrices, direction), matrices);
  }

  private Value diagonal(Value matrices) {
    return t.where(compare(matrices, CompareOp.Direction.EQ), matrices);
  }
}
