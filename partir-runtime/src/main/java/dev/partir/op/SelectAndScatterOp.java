package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.ScatterPlaces;
import dev.partir.array.StridedCopy;
import dev.partir.array.Window;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code stablehlo.select_and_scatter}: scatters a source, each element of it to the element of an
 * operand that a selection picks under a window. Elements are compared in row-major order of the
 * window: one that the selection does not keep against the next gives way to it. The elements of
 * the source that meet are combined in row-major order, from an initial value. A window that lies
 * over no element scatters nothing.
 *
 * <p>A dimension in which the window moves and nothing is padded is computed from what the windows
 * that reach into a block lie over. Padding is nothing that every selection passes over.
 */
public enum SelectAndScatterOp implements Op {
  INSTANCE;

  @Override
  public String opName() {
    return "stablehlo.select_and_scatter";
  }

  @Override
  public void verify(Operation operation, OpChecker check) {
    if (!check.arity(3, 1, 2) || !check.tensors()) {
      return;
    }
    TensorType operand = operation.operand(0).tensor();
    TensorType source = operation.operand(1).tensor();
    TensorType initial = operation.operand(2).tensor();
    Attributes attributes = operation.attributes();
    int rank = operand.rank();
    check
        .constraint("C1")
        .require(
            source.element() == operand.element(),
            () -> "its source is a " + source + " for a " + operand,
            "They must be of one element type");
    check
        .constraint("C3")
        .require(
            initial.rank() == 0 && initial.element() == operand.element(),
            () -> "the initial value of a " + operand + " is a " + initial,
            "An initial value is a scalar of the element type");
    if (!check.ok()
        || !IntegerAttributes.required(check.constraint("I4"), attributes, WindowAttributes.SIZES)
        || !WindowAttributes.positive(check, attributes, WindowAttributes.SIZES, rank, "C4", "C5")
        || !WindowAttributes.positive(check, attributes, WindowAttributes.STRIDES, rank, "C6", "C7")
        || !WindowAttributes.padding(check, attributes, rank, "C8")) {
      return;
    }
    TensorType places = WindowAttributes.places(check, window(operation), operand);
    if (places == null
        || !check
            .constraint("C2")
            .require(
                source.compatibleShape(places),
                () -> "its source is a " + source + " for the places of a " + places,
                "There must be one element per place of the window")) {
      return;
    }
    Block select = operation.regions().get(0).block();
    TensorType scalar = TensorType.of(operand.element());
    check
        .constraint("C9")
        .require(
            Op.typesOf(select.arguments()).equals(List.of(scalar, scalar))
                && Op.typesOf(select.results()).equals(List.of(TensorType.of(ElementType.I1))),
            () ->
                "its selection takes "
                    + Op.typesOf(select.arguments())
                    + " and gives "
                    + Op.typesOf(select.results()),
            "It must take two " + scalar + " and give a tensor<i1>");
    if (ReductionBody.checkFold(check, "C10", operation.regions().get(1), operand.element())) {
      check.constraint("C11, C12");
      check.result(0, operand.withElement(ReductionBody.element(operation.regions().get(1), 0)));
    }
  }

  private static WindowAttributes window(Operation operation) {
    Attributes attributes = operation.attributes();
    return WindowAttributes.of(
        attributes.without(WindowAttributes.BASE_DILATIONS).without(WindowAttributes.DILATIONS));
  }

  @Override
  public FactorRule rule(Operation operation) {
    TensorType operand = operation.operand(0).tensor();
    WindowAttributes window = window(operation);
    FactorRule.Builder rule = FactorRule.builder(operation);
    boolean neutral = neutral(operation) != null;
    for (int d = 0; d < operand.rank(); d++) {
      if (window.isTrivial(d)) {
        int factor = rule.factor(operand.dim(d), FactorRule.Kind.PARALLEL);
        rule.operand(0, d, factor).operand(1, d, factor).result(0, d, factor);
      } else if (neutral && window.low(d) == 0 && window.high(d) == 0) {
        int factor = rule.factor(operand.dim(d), FactorRule.Kind.PERMUTATION);
        long stride = window.stride(d);
        long size = window.size(d);
        // The windows that reach into a block, and what they lie over, the block at least.
        dev.partir.op.Window places = dev.partir.op.Window.dilated(1, stride, 1 - size, size);
        long start = places.start() * stride;
        dev.partir.op.Window elements =
            dev.partir.op.Window.stretch(1, 1, start, Math.max(0, size - stride) - start);
        rule.window(0, d, factor, elements).window(1, d, factor, places).result(0, d, factor);
      }
    }
    return rule.build();
  }

  /** Returns what may be scattered without a trace; null when nothing may. */
  private static @Nullable HostArray neutral(Operation operation) {
    Monoid monoid = Monoid.of(operation.regions().get(1));
    ElementType element = operation.operand(1).tensor().element();
    return monoid == null || operation.result().tensor().element() != element
        ? null
        : monoid.identity(element);
  }

  @Override
  public List<Value> localize(
      Operation operation, List<Value> operands, List<TensorType> results, LocalContext context) {
    FactorRule rule = rule(operation);
    BlockBuilder block = context.block();
    TensorType source = operation.operand(1).tensor();
    HostArray neutral = neutral(operation);
    List<Value> local = new ArrayList<>(operands);
    long[] starts = new long[source.rank()];
    long[] limits = results.get(0).dims();
    for (int d = 0; d < starts.length && neutral != null; d++) {
      dev.partir.op.Window elements = rule.window(0, d);
      if (elements == null || context.blockStart(rule.operandDim(0, d)[0]) == null) {
        continue;
      }
      // Places before the first and behind the last scatter nothing.
      Value nothing = ConstantOp.splat(block, neutral, TensorType.of(source.element()));
      local.set(
          1, Windows.fill(context, rule, 1, d, local.get(1), source.dim(d), limits[d], nothing));
      starts[d] = -elements.start();
      limits[d] += starts[d];
    }
    Operation all =
        block.add(
            this,
            local,
            operation.attributes(),
            context.copyRegions(operation.regions()),
            List.of(local.get(0).tensor().withElement(results.get(0).element())),
            List.of(),
            operation.location());
    long[] strides = new long[starts.length];
    Arrays.fill(strides, 1);
    return List.of(
        all.result().type().equals(results.get(0))
            ? all.result()
            : SliceOp.build(block, all.result(), starts, limits, strides));
  }

  @Override
  public void pullback(Pullback at) {
    WindowDerivative.selectAndScatter(at);
  }

  @Override
  public List<HostArray> evaluate(
      Operation operation, List<HostArray> operands, Evaluation evaluation) {
    ReductionBody scatter = ReductionBody.of(operation.regions().get(1));
    int[] places = select(operation, operands.get(0), operands.get(1).type(), evaluation);
    TensorType type = operation.result().tensor();
    HostArray initial = scatter.promote(operands.get(2), 0);
    TensorType folded = type.withElement(initial.type().element());
    List<HostArray> results = List.of(StridedCopy.read(initial, 0, new long[type.rank()], folded));
    scatter.scatter(results, places, List.of(scatter.promote(operands.get(1), 1)), evaluation);
    return scatter.rounded(results);
  }

  /** Returns the place of the element that each place of the window selects, -1 for none. */
  private static int[] select(
      Operation operation, HostArray operand, TensorType source, Evaluation evaluation) {
    ReductionBody select = ReductionBody.of(operation.regions().get(0));
    Window window = window(operation).overElements();
    TensorType type = operand.type();
    int rank = type.rank();
    int[] selected = new int[(int) source.elementCount()];
    Arrays.fill(selected, -1);
    if (selected.length == 0) {
      return selected;
    }
    long[] from = StridedCopy.strides(type.dims());
    long[] position = new long[rank];
    int[] places = new int[selected.length];
    int[] candidates = new int[selected.length];
    for (long p = window.positions(); p > 0; p--) {
      int count = 0;
      long[] index = new long[rank];
      for (int s = 0; s < selected.length; s++) {
        long candidate = 0;
        for (int d = 0; d < rank && candidate >= 0; d++) {
          long element = window.element(d, position[d], index[d], type.dim(d));
          candidate = element < 0 ? -1 : candidate + element * from[d];
        }
        if (candidate >= 0 && selected[s] < 0) {
          selected[s] = (int) candidate;
        } else if (candidate >= 0) {
          places[count] = s;
          candidates[count++] = (int) candidate;
        }
        for (int d = rank - 1; d >= 0 && ++index[d] == source.dim(d); d--) {
          index[d] = 0;
        }
      }
      window.next(position);
      int[] compared = Arrays.copyOf(places, count);
      int[] challengers = Arrays.copyOf(candidates, count);
      List<HostArray> arguments = new ArrayList<>();
      arguments.add(ScatterPlaces.take(operand, ScatterPlaces.pick(selected, compared)));
      arguments.add(ScatterPlaces.take(operand, challengers));
      int[] kept = select.apply(arguments, count, evaluation).get(0).ints();
      for (int i = 0; i < count; i++) {
        if (kept[i] == 0) {
          selected[compared[i]] = challengers[i];
        }
      }
    }
    return selected;
  }

  @Override
  public Cost cost(Operation operation, TensorType[] operands, TensorType[] results) {
    long positions = window(operation).overElements().positions();
    return Cost.of(operands[1].elementCount() * (positions + 1), operands, results);
  }
}
