package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The derivative of a reduction. That of a sum repeats the cotangent; elements that share an
 * extreme share its cotangent in equal parts, as JAX has it. Any other reduction is differentiated
 * as a tree of elementwise operations, in which its body combines halves.
 */
final class ReduceDerivative {
  private ReduceDerivative() {}

  static void pullback(Pullback at, Monoid monoid, boolean[] reduced) {
    if (monoid == Monoid.ADD) {
      sum(at, reduced);
    } else {
      extreme(at, reduced);
    }
  }

  private static long[] kept(boolean... reduced) {
    return LongStream.range(0, reduced.length).filter(d -> !reduced[(int) d]).toArray();
  }

  private static void sum(Pullback at, boolean... reduced) {
    Terms t = at.terms();
    TensorType type = at.operation().operand(0).tensor();
    // The sum may be of a wider type than what it is a sum of.
    Value cotangent = t.convert(at.cotangent(), type.element());
    if (at.wants(0)) {
      at.give(0, t.broadcast(cotangent, type, kept(reduced)));
    }
    if (at.wants(1)) {
      at.give(1, t.sumAll(cotangent));
    }
  }

  private static void extreme(Pullback at, boolean... reduced) {
    Terms t = at.terms();
    TensorType type = at.operation().operand(0).tensor();
    Value cotangent = t.convert(at.cotangent(), type.element());
    TensorType small = cotangent.tensor();
    Value result = t.convert(at.result(0), type.element());
    long[] dims = kept(reduced);
    CompareOp.Direction equal = CompareOp.Direction.EQ;
    Value mask = t.compare(equal, at.operand(0), t.broadcast(result, type, dims));
    long[] gone = LongStream.range(0, reduced.length).filter(d -> reduced[(int) d]).toArray();
    Value count = t.sum(t.convert(mask, type.element()), gone);
    Value initialMask = null;
    if (at.wants(1)) {
      initialMask = t.compare(equal, t.broadcast(at.operand(1), small), result);
      count = t.plus(count, t.convert(initialMask, type.element()));
    }
    Value share = t.over(cotangent, count);
    if (at.wants(0)) {
      at.give(0, t.where(mask, t.broadcast(share, type, dims)));
    }
    if (initialMask != null) {
      at.give(1, t.sumAll(t.where(initialMask, share)));
    }
  }

  /** Adds elementwise operations that do what a reduction does; returns its results. */
  static List<Value> tree(
      Operation operation, boolean[] reduced, BlockBuilder block, List<Value> operands) {
    int n = operands.size() / 2;
    Terms t = new Terms(block);
    Region body = operation.regions().get(0);
    long[] kept = kept(reduced);
    long[] gone = LongStream.range(0, reduced.length).filter(d -> reduced[(int) d]).toArray();
    long[] order = LongStream.concat(Arrays.stream(gone), Arrays.stream(kept)).toArray();
    TensorType result = operation.result(0).tensor();
    long folded = 1;
    for (long dim : gone) {
      folded *= operands.get(0).tensor().dim((int) dim);
    }
    long[] flat = new long[result.rank() + 1];
    flat[0] = folded;
    System.arraycopy(result.dims(), 0, flat, 1, result.rank());
    List<Value> sums = new ArrayList<>();
    List<Value> halves = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Value array = t.convert(operands.get(i), ReductionBody.element(body, i));
      halves.add(t.reshape(t.transpose(array, order), flat));
      Value initial = t.convert(operands.get(n + i), ReductionBody.element(body, i));
      sums.add(t.broadcast(initial, initial.tensor().withDims(result.dims())));
    }
    // An odd element out is combined with the sums.
    for (long size = folded; size > 0; size /= 2) {
      if (size % 2 == 1) {
        List<Value> single = part(t, halves, size - 1, size);
        single.replaceAll(v -> t.reshape(v, result.dims()));
        sums = apply(body, block, both(sums, single));
      }
      if (size > 1) {
        List<Value> second = part(t, halves, size / 2, size / 2 * 2);
        halves = apply(body, block, both(part(t, halves, 0, size / 2), second));
      }
    }
    return sums;
  }

  private static List<Value> both(List<Value> left, List<Value> right) {
    List<Value> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }

  private static List<Value> part(Terms t, List<Value> values, long first, long end) {
    List<Value> parts = new ArrayList<>();
    for (Value value : values) {
      long[] start = new long[value.tensor().rank()];
      long[] limit = value.tensor().dims();
      start[0] = first;
      limit[0] = end;
      parts.add(t.slice(value, start, limit));
    }
    return parts;
  }

  /** Adds what a region does with scalars, element by element of arrays. */
  static List<Value> apply(Region region, BlockBuilder block, List<Value> arrays) {
    Block body = region.block();
    long[] dims = arrays.get(0).tensor().dims();
    Terms t = new Terms(block);
    Map<Value, Value> wide = new HashMap<>();
    for (int i = 0; i < arrays.size(); i++) {
      wide.put(body.arguments().get(i), arrays.get(i));
    }
    for (Operation operation : body.operations().subList(0, body.operations().size() - 1)) {
      Attribute.Dense constant =
          operation.results().isEmpty() ? null : ConstantOp.valueOf(operation.result(0));
      if (constant != null) {
        TensorType type = constant.type().withDims(dims);
        Attribute.Dense splat = Attribute.Dense.of(type, constant.bytes(), true);
        wide.put(operation.result(0), ConstantOp.build(block, splat));
        continue;
      }
      if (!(operation.kind() instanceof Pointwise)) {
        throw Pullback.none(
            operation,
            "it stands in the body of another operation and is not elementwise",
            "Use elementwise operations there, or stop the gradient before it");
      }
      List<Value> operands = new ArrayList<>();
      for (Value operand : operation.operands()) {
        Value known = wide.get(operand);
        operands.add(known != null ? known : t.broadcast(operand, operand.tensor().withDims(dims)));
      }
      List<TensorType> types = new ArrayList<>();
      for (Value value : operation.results()) {
        types.add(value.tensor().withDims(dims));
      }
      Operation widened = block.add(operation.kind(), operands, operation.attributes(), types);
      for (int r = 0; r < types.size(); r++) {
        wide.put(operation.result(r), widened.result(r));
      }
    }
    List<Value> results = new ArrayList<>();
    for (Value value : body.results()) {
      Value known = wide.get(value);
      results.add(known != null ? known : t.broadcast(value, value.tensor().withDims(dims)));
    }
    return results;
  }
}
