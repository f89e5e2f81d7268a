package dev.partir.op;

import dev.partir.array.Combiner;
import dev.partir.array.HostArray;
import dev.partir.array.StridedCopy;
import dev.partir.array.WindowFold;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code stablehlo.reduce_window}: folds the elements under a window that moves over arrays padded
 * with their initial values, each fold in row-major order from the initial values. Devices get
 * windows of the arrays.
 */
public enum ReduceWindowOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.reduce_window";
  }

  /** Adds what a monoid makes, for every place of a dimension, of the elements up to it. */
  public static Value running(BlockBuilder block, Value operand, Monoid monoid, int dim) {
    TensorType type = operand.tensor();
    long[] sizes = new long[type.rank()];
    long[] padding = new long[2 * type.rank()];
    Arrays.fill(sizes, 1);
    sizes[dim] = Math.max(1, type.dim(dim));
    padding[2 * dim] = sizes[dim] - 1;
    Attributes attributes =
        Attributes.builder()
            .putArray(WindowAttributes.SIZES, sizes)
            .put(WindowAttributes.PADDING, WindowAttributes.pairs(padding))
            .build();
    Value initial =
        ConstantOp.splat(block, monoid.identity(type.element()), TensorType.of(type.element()));
    return block
        .add(
            INSTANCE,
            List.of(operand, initial),
            attributes,
            List.of(monoid.region(block, type.element())),
            List.of(type),
            List.of(),
            Location.UNKNOWN)
        .result();
  }

  private static int inputs(Operation operation) {
    return operation.operands().size() / 2;
  }

  @Override
  public Fusion fusion() {
    return Fusion.REDUCTION;
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!ReductionBody.checkArity(operation, check, "C1")) {
      return;
    }
    int n = inputs(operation);
    TensorType first = operation.operand(0).tensor();
    for (int i = 0; i < n; i++) {
      ReductionBody.checkInput(operation, check, i, "C2", "C3");
    }
    Attributes attributes = operation.attributes();
    int rank = first.rank();
    if (!check.ok()
        || !IntegerAttributes.required(check.constraint("I3"), attributes, WindowAttributes.SIZES)
        || !WindowAttributes.positive(check, attributes, WindowAttributes.SIZES, rank, "C4", "C5")
        || !WindowAttributes.positive(check, attributes, WindowAttributes.STRIDES, rank, "C6", "C7")
        || !WindowAttributes.positive(
            check, attributes, WindowAttributes.BASE_DILATIONS, rank, "C8", "C9")
        || !WindowAttributes.positive(
            check, attributes, WindowAttributes.DILATIONS, rank, "C10", "C11")
        || !WindowAttributes.padding(check, attributes, rank, "C12")
        || !ReductionBody.checkFold(
            check,
            "C13",
            operation.regions().get(0),
            ReductionBody.elements(operation.operands(), 0, n))) {
      return;
    }
    check.constraint("C15, C16");
    for (int i = 0; i < n; i++) {
      TensorType type = operation.operand(i).tensor();
      TensorType places = WindowAttributes.places(check, WindowAttributes.of(attributes), type);
      if (places != null) {
        check.result(i, places.withElement(ReductionBody.element(operation.regions().get(0), i)));
      }
    }
  }

  @Override
  public FactorRule rule(Operation operation) {
    WindowAttributes window = WindowAttributes.of(operation.attributes());
    TensorType type = operation.operand(0).tensor();
    FactorRule.Builder rule = FactorRule.builder(operation);
    for (int d = 0; d < type.rank(); d++) {
      if (window.isTrivial(d)) {
        int factor = rule.factor(type.dim(d), FactorRule.Kind.PARALLEL);
        for (int i = 0; i < inputs(operation); i++) {
          rule.operand(i, d, factor).result(i, d, factor);
        }
        continue;
      }
      long places = operation.result(0).tensor().dim(d);
      Window needed = window.needed(d);
      if (places > 1) {
        int factor = rule.factor(places, FactorRule.Kind.PERMUTATION);
        for (int i = 0; i < inputs(operation); i++) {
          rule.window(i, d, factor, needed).result(i, d, factor);
        }
      }
    }
    return rule.build();
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    int n = inputs(operation);
    TensorType type = operation.operand(0).tensor();
    FactorRule rule = rule(operation);
    List<Value> local = new ArrayList<>(operands);
    long[] lengths = new long[type.rank()];
    for (int d = 0; d < lengths.length; d++) {
      if (rule.window(0, d) == null || context.blockStart(rule.operandDim(0, d)[0]) == null) {
        continue;
      }
      lengths[d] = operands.get(0).tensor().dim(d);
      for (int i = 0; i < n; i++) {
        long places = results.get(i).dim(d);
        Value initial = operands.get(n + i);
        local.set(i, Windows.fill(context, rule, i, d, local.get(i), type.dim(d), places, initial));
      }
    }
    WindowAttributes window = WindowAttributes.of(operation.attributes());
    Attributes attributes =
        Attributes.builder()
            .putAll(operation.attributes())
            .put(WindowAttributes.PADDING, window.localPadding(results.get(0).dims(), lengths))
            .build();
    return context
        .block()
        .add(
            this,
            local,
            attributes,
            context.copyRegions(operation.regions()),
            results,
            List.of(),
            operation.location())
        .results();
  }

  @Override
  public void pullback(Pullback at) {
    WindowDerivative.reduceWindow(at);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    int n = inputs(operation);
    WindowAttributes window = WindowAttributes.of(operation.attributes());
    ReductionBody body = ReductionBody.of(operation.regions().get(0));
    List<HostArray> arrays = new ArrayList<>();
    List<HostArray> initials = new ArrayList<>();
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      arrays.add(body.promote(operands.get(i), i));
      initials.add(body.promote(operands.get(n + i), i));
      TensorType result = operation.result(i).tensor();
      TensorType folded = result.withElement(initials.get(i).type().element());
      results.add(StridedCopy.read(initials.get(i), 0, new long[result.rank()], folded));
    }
    if (results.get(0).length() == 0) {
      return body.rounded(results);
    }
    RunningFold running = RunningFold.of(window, body, arrays, initials, results, evaluation);
    if (running != null) {
      running.run();
      return body.rounded(results);
    }
    Combiner combiner = body.combiner();
    if (combiner != null) {
      if (body.isNeutral(initials.get(0))) {
        WindowFold.fold(combiner, window.overElements(), arrays.get(0), results.get(0));
      } else {
        HostArray padded = window.pad(arrays.get(0), initials.get(0));
        WindowFold.fold(combiner, window.overPadded(), padded, results.get(0));
      }
      return body.rounded(results);
    }
    List<HostArray> padded = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      padded.add(window.pad(arrays.get(i), initials.get(i)));
    }
    return foldPositions(window, body, padded, results, evaluation);
  }

  /** Folds one position of the window after the other, at all places at once. */
  private static List<HostArray> foldPositions(
      WindowAttributes window,
      ReductionBody body,
      List<HostArray> padded,
      List<HostArray> start,
      Evaluation evaluation) {
    TensorType places = start.get(0).type();
    long[] paddedStrides = StridedCopy.strides(padded.get(0).type().dims());
    long[] strides = new long[places.rank()];
    for (int d = 0; d < strides.length; d++) {
      strides[d] = paddedStrides[d] * window.stride(d);
    }
    dev.partir.array.Window positions = window.overPadded();
    long[] position = new long[places.rank()];
    List<HostArray> sums = start;
    for (long p = positions.positions(); p > 0; p--) {
      long offset = 0;
      for (int d = 0; d < position.length; d++) {
        offset += position[d] * window.dilation(d) * paddedStrides[d];
      }
      List<HostArray> arguments = new ArrayList<>(sums);
      for (HostArray array : padded) {
        ElementType element = array.type().element();
        arguments.add(StridedCopy.read(array, offset, strides, places.withElement(element)));
      }
      sums = body.apply(arguments, (int) places.elementCount(), evaluation);
      positions.next(position);
    }
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      results.add(sums.get(i).reshaped(start.get(i).type()));
    }
    return results;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long positions = WindowAttributes.of(operation.attributes()).overElements().positions();
    return Cost.of(results[0].elementCount() * positions * inputs(operation), operands, results);
  }
}
