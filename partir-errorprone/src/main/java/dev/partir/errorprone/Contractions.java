package dev.partir.errorprone;

import static dev.partir.errorprone.ShapeRule.axes;
import static dev.partir.errorprone.ShapeRule.element;
import static dev.partir.errorprone.ShapeRule.oneElement;
import static dev.partir.errorprone.ShapeRule.without;

import dev.partir.errorprone.Mismatch.Kind;
import dev.partir.errorprone.ShapeRule.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The shapes of contractions. */
final class Contractions {
  private Contractions() {}

  /** {@code matmul}: the last dimension of the left with the last but one of the right. */
  static Inference matmul(Call call) {
    Shape left = call.self();
    Shape right = call.shape(0);
    List<Dim> l = left.dims();
    List<Dim> r = right.dims();
    if ((l != null && l.isEmpty()) || (r != null && r.isEmpty())) {
      return new Mismatch(
          Kind.CONTRACTION,
          "it contracts " + left + " with " + right + ", and a scalar has no rows",
          "Use times");
    }
    if (l == null || r == null) {
      return oneElement(left, right, element(left.withDims(null), right));
    }
    int contracted = Math.max(0, r.size() - 2);
    Dim last = l.get(l.size() - 1);
    if (last.differs(r.get(contracted))) {
      return new Mismatch(
          Kind.CONTRACTION,
          sizes(left, right, last, r.get(contracted)),
          "The last size of the left must be the last but one of the right" + turned(last, r));
    }
    if (r.size() > 2 && l.size() != r.size()) {
      return new Mismatch(
          Kind.CONTRACTION,
          "it contracts " + left + " with " + right + ", which have not as many batch dimensions",
          "Broadcast one side first");
    }
    List<Integer> batch = IntStream.range(0, contracted).boxed().toList();
    return contract(left, right, batch, batch, List.of(l.size() - 1), List.of(contracted));
  }

  private static String turned(Dim last, List<Dim> right) {
    return right.size() == 2 && right.get(1).same(last)
        ? "; transposed, the right one would fit"
        : "";
  }

  /** {@code contract}: batch and contracted dimensions by number. */
  static Inference contract(Call call) {
    Shape left = call.self();
    Shape right = call.shape(0);
    return axes(
            left,
            call.array(1),
            leftBatch ->
                axes(
                    right,
                    call.array(2),
                    rightBatch ->
                        axes(
                            left,
                            call.array(3),
                            leftContracted ->
                                axes(
                                    right,
                                    call.array(4),
                                    rightContracted ->
                                        contract(
                                            left,
                                            right,
                                            leftBatch,
                                            rightBatch,
                                            leftContracted,
                                            rightContracted)))))
        .then(shape -> oneElement(left, right, element(shape, left)));
  }

  private static Inference contract(
      Shape left,
      Shape right,
      List<Integer> leftBatch,
      List<Integer> rightBatch,
      List<Integer> leftContracted,
      List<Integer> rightContracted) {
    List<Dim> l = left.dims();
    List<Dim> r = right.dims();
    if (l == null || r == null) {
      return left.withDims(null);
    }
    if (leftBatch.size() != rightBatch.size() || leftContracted.size() != rightContracted.size()) {
      return new Mismatch(
          Kind.CONTRACTION,
          "it pairs dimensions %s and %s of %s with %s and %s of %s"
              .formatted(leftBatch, leftContracted, left, rightBatch, rightContracted, right),
          "Name as many dimensions of the left as of the right");
    }
    if (leftBatch.stream().anyMatch(leftContracted::contains)
        || rightBatch.stream().anyMatch(rightContracted::contains)) {
      return new Mismatch(
          Kind.CONTRACTION,
          "a dimension of %s or %s is both a batch dimension and contracted".formatted(left, right),
          "Name every dimension once");
    }
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < leftBatch.size(); i++) {
      Dim a = l.get(leftBatch.get(i));
      Dim b = r.get(rightBatch.get(i));
      if (a.differs(b)) {
        return new Mismatch(
            Kind.CONTRACTION,
            "it contracts %s with %s, whose batch dimensions %s and %s differ"
                .formatted(left, right, a, b),
            "Batch sizes must be equal");
      }
      result.add(a.and(b));
    }
    for (int i = 0; i < leftContracted.size(); i++) {
      Dim a = l.get(leftContracted.get(i));
      Dim b = r.get(rightContracted.get(i));
      if (a.differs(b)) {
        return new Mismatch(
            Kind.CONTRACTION, sizes(left, right, a, b), "Contracted dimensions must have one size");
      }
    }
    result.addAll(without(l, concat(leftBatch, leftContracted)));
    result.addAll(without(r, concat(rightBatch, rightContracted)));
    return oneElement(left, right, element(left.withDims(result), right));
  }

  private static List<Integer> concat(List<Integer> a, List<Integer> b) {
    List<Integer> both = new ArrayList<>(a);
    both.addAll(b);
    return both;
  }

  private static String sizes(Shape left, Shape right, Dim a, Dim b) {
    return "it contracts " + a + " of " + left + " with " + b + " of " + right;
  }
}
