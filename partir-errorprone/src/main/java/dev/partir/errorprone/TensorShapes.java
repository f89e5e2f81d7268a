package dev.partir.errorprone;

import static dev.partir.errorprone.ShapeRule.axes;
import static dev.partir.errorprone.ShapeRule.element;
import static dev.partir.errorprone.ShapeRule.oneElement;
import static dev.partir.errorprone.ShapeRule.without;

import dev.partir.errorprone.Mismatch.Kind;
import dev.partir.errorprone.ShapeRule.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every method of {@code dev.partir.dsl.Tensor} that returns a tensor makes of shapes. Tests
 * hold the table to the DSL: that no method is missing, and that both say the same of any shapes.
 */
final class TensorShapes {
  /** Methods whose results have shapes that code does not tell. */
  static final Set<String> UNKNOWN = Set.of("constant");

  static final Map<String, ShapeRule> RULES = rules();

  private TensorShapes() {}

  private static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    for (String name : List.of("plus", "minus", "times", "div", "pow", "max", "min")) {
      rules.put(name, TensorShapes::elementwise);
    }
    for (String name : List.of("lessThan", "greaterThan", "atLeast", "equalTo")) {
      rules.put(name, call -> elementwise(call).then(shape -> shape.withElement("i1")));
    }
    for (String name :
        List.of("unaryMinus", "abs", "exp", "log", "sqrt", "rsqrt", "tanh", "sigmoid", "sin")) {
      rules.put(name, Call::self);
    }
    for (String name : List.of("cos", "relu", "silu", "gelu", "named", "stopGradient")) {
      rules.put(name, Call::self);
    }
    rules.put("cast", call -> call.self().withElement(call.element(0)));
    rules.put("select", TensorShapes::select);
    rules.put("matmul", Contractions::matmul);
    rules.put("contract", Contractions::contract);
    for (String name : List.of("sum", "reduceMax", "mean")) {
      rules.put(name, TensorShapes::reduce);
    }
    for (String name : List.of("softmax", "logSoftmax")) {
      rules.put(name, call -> axes(call.self(), List.of(call.number(0)), axis -> call.self()));
    }
    rules.put("layerNorm", call -> norm(call).then(shape -> broadcast(shape, call.shape(1))));
    rules.put("rmsNorm", TensorShapes::norm);
    rules.put("reshape", Reshapes::reshape);
    rules.put("transpose", Reshapes::transpose);
    rules.put("broadcastTo", Reshapes::broadcastTo);
    rules.put("slice", Reshapes::slice);
    rules.put("concat", Reshapes::concat);
    rules.put("gather", Reshapes::gather);
    rules.put("dynamicSlice", Placed::dynamicSlice);
    rules.put("dynamicUpdateSlice", Placed::dynamicUpdateSlice);
    rules.put("pad", Placed::pad);
    rules.put("oneHot", Placed::oneHot);
    rules.put("argmax", Placed::argmax);
    rules.put("cumsum", call -> axes(call.self(), List.of(call.number(0)), axis -> call.self()));
    rules.put("segmentSum", Placed::segmentSum);
    rules.put("convolve", Placed::convolve);
    rules.put("scalar", TensorShapes::scalar);
    rules.put("iota", Reshapes::iota);
    for (String name : UNKNOWN) {
      rules.put(name, call -> Shape.UNKNOWN);
    }
    return Collections.unmodifiableMap(rules);
  }

  private static Inference elementwise(Call call) {
    return call.argument(0) instanceof Shape other ? broadcast(call.self(), other) : call.self();
  }

  private static Inference scalar(Call call) {
    Shape shape = call.self().withDims(List.of());
    return call.arguments().size() > 1 ? shape.withElement(call.element(1)) : shape;
  }

  private static Inference select(Call call) {
    Shape condition = call.self();
    Shape onTrue = call.shape(0);
    Shape onFalse = call.shape(1);
    if (condition.elementDiffers(Shape.UNKNOWN.withElement("i1"))) {
      return new Mismatch(
          Kind.ELEMENT,
          "it chooses by " + condition.typed(),
          "Choose by a tensor of i1, such as a comparison gives");
    }
    return oneElement(onTrue, onFalse, element(onTrue, onFalse))
        .then(
            chosen ->
                broadcast(condition.withElement(""), onTrue.withElement(""))
                    .then(shape -> broadcast(shape, onFalse.withElement("")))
                    .then(shape -> shape.withElement(chosen.element())));
  }

  private static Inference reduce(Call call) {
    Shape self = call.self();
    List<Dim> dims = self.dims();
    List<Dim> numbers = call.numbers(0);
    if (numbers != null && numbers.isEmpty()) {
      return self.withDims(List.of());
    }
    return dims == null ? self : axes(self, numbers, axes -> self.withDims(without(dims, axes)));
  }

  /** Over the last dimension, then times a scale. */
  private static Inference norm(Call call) {
    return axes(call.self(), List.of(Dim.of(-1)), axes -> call.self())
        .then(shape -> broadcast(shape, call.shape(0)));
  }

  /** Returns the shape that two shapes broadcast to, as NumPy does. */
  static Inference broadcast(Shape a, Shape b) {
    List<Dim> left = a.dims();
    List<Dim> right = b.dims();
    if (left == null || right == null) {
      return oneElement(a, b, element(a.withDims(null), b));
    }
    int rank = Math.max(left.size(), right.size());
    List<Dim> dims = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      Dim x = aligned(left, d, rank);
      Dim y = aligned(right, d, rank);
      if (x.differs(y) && !x.is(1) && !y.is(1)) {
        return new Mismatch(
            Kind.BROADCAST,
            "it broadcasts "
                + a
                + " with "
                + b
                + ", which have "
                + x
                + " and "
                + y
                + " in dimension "
                + d
                + " of the result",
            "Sizes must be equal or 1, aligned at the last dimension");
      }
      dims.add(common(x, y));
    }
    return oneElement(a, b, element(a.withDims(dims), b));
  }

  private static Dim aligned(List<Dim> dims, int at, int rank) {
    int own = at - rank + dims.size();
    return own < 0 ? Dim.ONE : dims.get(own);
  }

  private static Dim common(Dim x, Dim y) {
    if (x.is(1)) {
      return y;
    }
    if (y.is(1)) {
      return x;
    }
    if (x.same(y)) {
      return x.and(y);
    }
    // One that is not known is 1 or of the other's size.
    return x.size() != null ? x : y.size() != null ? y : Dim.UNKNOWN;
  }
}
