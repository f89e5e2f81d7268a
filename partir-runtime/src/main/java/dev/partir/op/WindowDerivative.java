package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The derivatives of reductions under windows. That of sums is a sum under windows; the extreme of
 * a window hands its cotangent to the first element that is the extreme, as JAX has it. Any other
 * is differentiated as a reduction of the windows laid side by side.
 */
final class WindowDerivative {
  private WindowDerivative() {}

  static void reduceWindow(Pullback at) {
    Operation operation = at.operation();
    WindowAttributes window = WindowAttributes.of(operation.attributes());
    TensorType type = operation.operand(0).tensor();
    Region body = operation.regions().get(0);
    Monoid monoid = operation.operands().size() == 2 ? Monoid.of(body) : null;
    boolean plain =
        monoid != null
            && !at.wants(1)
            && !type.element().isComplex()
            && operation.result(0).tensor().element() == type.element();
    if (plain && monoid == Monoid.ADD) {
      at.give(0, sums(at, window));
    } else if (plain
        && (monoid == Monoid.MAXIMUM || monoid == Monoid.MINIMUM)
        && isIdentity(at.operand(1), monoid)
        && isDense(window, type.rank())) {
      at.give(0, extremes(at, monoid));
    } else {
      at.through((block, operands) -> sideBySide(operation, window, block, operands));
    }
  }

  private static boolean isIdentity(Value initial, Monoid monoid) {
    HostArray number = Terms.splat(initial);
    return number != null && number.sameElements(monoid.identity(number.type().element()));
  }

  private static boolean isDense(WindowAttributes window, int rank) {
    return IntStream.range(0, rank)
        .allMatch(d -> window.baseDilation(d) == 1 && window.dilation(d) == 1);
  }

  private static long dilated(long size, long dilation) {
    return size == 0 ? 0 : (size - 1) * dilation + 1;
  }

  private static Value sums(Pullback at, WindowAttributes window) {
    Terms t = at.terms();
    TensorType from = at.operation().operand(0).tensor();
    TensorType to = at.operation().result().tensor();
    int rank = from.rank();
    long[] sizes = new long[rank];
    long[] strides = new long[rank];
    long[] baseDilations = new long[rank];
    long[] dilations = new long[rank];
    long[] padding = new long[2 * rank];
    for (int d = 0; d < rank; d++) {
      long span = dilated(window.size(d), window.dilation(d));
      sizes[d] = window.size(d);
      strides[d] = window.baseDilation(d);
      baseDilations[d] = window.stride(d);
      dilations[d] = window.dilation(d);
      padding[2 * d] = span - 1 - window.low(d);
      padding[2 * d + 1] =
          dilated(from.dim(d), window.baseDilation(d))
              + span
              - 1
              - dilated(to.dim(d), window.stride(d))
              - padding[2 * d];
    }
    TensorType scalar = TensorType.of(from.element());
    return at.block()
        .add(
            ReduceWindowOp.INSTANCE,
            List.of(at.cotangent(), t.zeros(scalar)),
            Attributes.builder()
                .putArray(WindowAttributes.SIZES, sizes)
                .putArray(WindowAttributes.STRIDES, strides)
                .putArray(WindowAttributes.BASE_DILATIONS, baseDilations)
                .putArray(WindowAttributes.DILATIONS, dilations)
                .put(WindowAttributes.PADDING, ConvolutionText.padding(padding))
                .build(),
            List.of(Monoid.ADD.region(at.block(), from.element())),
            List.of(from),
            List.of(),
            Location.UNKNOWN)
        .result();
  }

  private static Value extremes(Pullback at, Monoid monoid) {
    TensorType type = at.operation().operand(0).tensor();
    TensorType scalar = TensorType.of(type.element());
    BlockBuilder select = at.block().nested();
    Value left = select.argument(scalar, null);
    Value right = select.argument(scalar, null);
    CompareOp.Direction direction =
        monoid == Monoid.MAXIMUM ? CompareOp.Direction.GE : CompareOp.Direction.LE;
    ReturnOp.STABLEHLO.build(select, List.of(CompareOp.build(select, direction, left, right)));
    Attributes attributes = at.operation().attributes();
    return at.block()
        .add(
            SelectAndScatterOp.INSTANCE,
            List.of(at.operand(0), at.cotangent(), at.terms().zeros(scalar)),
            attributes.without(WindowAttributes.BASE_DILATIONS).without(WindowAttributes.DILATIONS),
            List.of(new Region(select.build()), Monoid.ADD.region(at.block(), type.element())),
            List.of(type),
            List.of(),
            Location.UNKNOWN)
        .result();
  }

  /** Lays windows side by side in dimensions of their own and reduces those. */
  private static List<Value> sideBySide(
      Operation operation, WindowAttributes window, BlockBuilder block, List<Value> operands) {
    int n = operands.size() / 2;
    TensorType type = operands.get(0).tensor();
    int rank = type.rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] interior = new long[rank];
    for (int d = 0; d < rank; d++) {
      low[d] = window.low(d);
      high[d] = window.high(d);
      interior[d] = window.baseDilation(d) - 1;
    }
    List<Value> all = new ArrayList<>();
    int added = 0;
    for (int i = 0; i < n; i++) {
      Value array = PadOp.build(block, operands.get(i), operands.get(n + i), low, high, interior);
      added = 0;
      for (int d = 0; d < rank; d++) {
        if (!window.isTrivial(d)) {
          array = spread(block, array, d, window, operation.result(i).tensor().dim(d));
          added++;
        }
      }
      all.add(array);
    }
    all.addAll(operands.subList(n, 2 * n));
    boolean[] reduced = new boolean[rank + added];
    Arrays.fill(reduced, rank, rank + added, true);
    return ReduceDerivative.tree(operation, reduced, block, all);
  }

  /** Makes dimension d one of places, with one of the elements of the window as the last. */
  private static Value spread(
      BlockBuilder block, Value array, int d, WindowAttributes window, long places) {
    TensorType type = array.tensor();
    int rank = type.rank();
    HostArray indices = HostArray.zeros(TensorType.of(ElementType.I32, places, window.size(d)));
    int next = 0;
    for (long place = 0; place < places; place++) {
      for (long k = 0; k < window.size(d); k++) {
        indices.setLong(next++, place * window.stride(d) + k * window.dilation(d));
      }
    }
    long[] offset = IntStream.range(0, rank).filter(i -> i != d).asLongStream().toArray();
    long[] sizes = type.dims();
    sizes[d] = 1;
    long[] dims = Arrays.copyOf(type.dims(), rank + 1);
    dims[d] = places;
    dims[rank] = window.size(d);
    return GatherOp.build(
        block,
        array,
        ConstantOp.build(block, indices.toDense()),
        Attributes.builder()
            .putList("offset_dims", offset)
            .putList("collapsed_slice_dims", d)
            .putList("start_index_map", d)
            .put("index_vector_dim", 2)
            .build(),
        sizes,
        type.withDims(dims));
  }

  /** Differentiates what scatters a source to selected elements: it reads the cotangent there. */
  static void selectAndScatter(Pullback at) {
    Operation operation = at.operation();
    if (Monoid.of(operation.regions().get(1)) != Monoid.ADD
        || operation.result().tensor().element() != operation.operand(0).tensor().element()) {
      throw Pullback.none(
          operation,
          "it combines what it scatters by something else than a sum",
          "Scatter by add, or stop the gradient before it");
    }
    if (at.wants(2)) {
      at.give(2, at.terms().sumAll(at.cotangent()));
    }
    if (at.wants(1)) {
      at.give(1, selected(at));
    }
  }

  private static Value selected(Pullback at) {
    Operation operation = at.operation();
    Region select = operation.regions().get(0);
    Operation compare = select.block().results().get(0).definition();
    String direction =
        compare != null
                && compare.kind() == CompareOp.INSTANCE
                && compare.operands().equals(select.block().arguments())
            ? CompareOp.direction(compare)
            : "";
    Monoid kept;
    if (direction.equals("GE") || direction.equals("GT")) {
      kept = Monoid.MAXIMUM;
    } else if (direction.equals("LE") || direction.equals("LT")) {
      kept = Monoid.MINIMUM;
    } else {
      throw Pullback.none(
          operation,
          "it selects by something else than the larger or the smaller element",
          "Select by a comparison, or stop the gradient before it");
    }
    TensorType type = operation.operand(1).tensor();
    TensorType scalar = TensorType.of(type.element());
    BlockBuilder body = at.block().nested();
    List<Value> arguments = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      arguments.add(body.argument(scalar, null));
    }
    Value first =
        CompareOp.build(
            body, CompareOp.Direction.valueOf(direction), arguments.get(0), arguments.get(2));
    ReturnOp.STABLEHLO.build(
        body,
        List.of(
            SelectOp.build(body, first, arguments.get(0), arguments.get(2)),
            SelectOp.build(body, first, arguments.get(1), arguments.get(3))));
    Value least = ConstantOp.splat(at.block(), kept.identity(type.element()), scalar);
    return at.block()
        .add(
            ReduceWindowOp.INSTANCE,
            List.of(at.operand(0), at.cotangent(), least, at.terms().zeros(scalar)),
            operation.attributes(),
            List.of(new Region(body.build())),
            Collections.nCopies(2, type),
            List.of(),
            Location.UNKNOWN)
        .result(1);
  }
}
