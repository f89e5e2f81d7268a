package dev.partir.op;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Rewriter;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A {@code chlo.scan} as a counted loop, which reads a slice of every input and writes one of every
 * output. One that goes backwards goes forwards through reversed inputs.
 */
final class ScanLoop {
  private static final TensorType COUNTER = TensorType.of(ElementType.I32);

  private final Region step;
  private final int dimension;
  private final long steps;
  private final boolean reverse;
  private final BlockBuilder outer;
  private final BlockBuilder body;
  private final Value trip;

  private ScanLoop(Region step, int dimension, long steps, boolean reverse, BlockBuilder outer) {
    this.step = step;
    this.dimension = dimension;
    this.steps = steps;
    this.reverse = reverse;
    this.outer = outer;
    body = outer.nested();
    trip = body.argument(COUNTER, null);
  }

  /**
   * Adds the loop.
   *
   * @param inputs what is sliced
   * @param initial what is carried at first
   * @param outputs the types of what slices are written into
   * @return the outputs, then what is carried last
   */
  static List<Value> build(
      BlockBuilder block,
      Operation scan,
      List<Value> inputs,
      List<Value> initial,
      List<TensorType> outputs) {
    int dimension = ScanOp.dimension(scan);
    long steps = (inputs.isEmpty() ? outputs.get(0) : inputs.get(0).tensor()).dim(dimension);
    ScanLoop loop =
        new ScanLoop(scan.regions().get(0), dimension, steps, ScanOp.isReverse(scan), block);
    return loop.build(inputs, initial, outputs);
  }

  private List<Value> build(List<Value> inputs, List<Value> initial, List<TensorType> outputs) {
    List<Value> operands = new ArrayList<>(List.of(ConstantOp.integer(outer, 0, COUNTER)));
    operands.addAll(initial);
    List<Value> carried = new ArrayList<>();
    for (Value value : initial) {
      carried.add(body.argument(value.type(), null));
    }
    List<Value> written = new ArrayList<>();
    for (TensorType output : outputs) {
      operands.add(new Terms(outer).zeros(output));
      written.add(body.argument(output, null));
    }
    List<Value> taken = new ArrayList<>();
    for (Value input : inputs) {
      taken.add(slice(directed(input)));
    }
    taken.addAll(carried);
    List<Value> given = run(taken);
    List<Value> next = new ArrayList<>();
    next.add(BinaryOp.ADD.build(body, trip, ConstantOp.integer(body, 1, COUNTER)));
    next.addAll(given.subList(outputs.size(), given.size()));
    for (int i = 0; i < written.size(); i++) {
      next.add(put(written.get(i), given.get(i)));
    }
    ReturnOp.STABLEHLO.build(body, next);
    List<Value> ends = WhileOp.counted(outer, operands, steps, new Region(body.build())).results();
    List<Value> results = new ArrayList<>();
    for (Value end : ends.subList(1 + initial.size(), ends.size())) {
      results.add(directed(end));
    }
    results.addAll(ends.subList(1, 1 + initial.size()));
    return results;
  }

  private Value directed(Value value) {
    return reverse ? ReverseOp.build(outer, value, dimension) : value;
  }

  /** Adds what the region does in a step. */
  private List<Value> run(List<Value> taken) {
    Rewriter rewriter = Rewriter.repeating();
    for (int i = 0; i < taken.size(); i++) {
      rewriter.put(step.block().arguments().get(i), taken.get(i));
    }
    List<Operation> operations = step.block().operations();
    rewriter.copyAll(operations.subList(0, operations.size() - 1), body);
    return rewriter.getAll(step.block().results());
  }

  private Value slice(Value input) {
    long[] sizes = input.tensor().dims();
    sizes[dimension] = 1;
    Value slice = DynamicSliceOp.build(body, input, starts(sizes.length), sizes);
    return ReshapeOp.build(body, slice, ScanOp.without(input.tensor(), dimension).dims());
  }

  private Value put(Value array, Value slice) {
    long[] sizes = array.tensor().dims();
    sizes[dimension] = 1;
    Value update = ReshapeOp.build(body, slice, sizes);
    return DynamicUpdateSliceOp.build(body, array, update, starts(sizes.length));
  }

  private List<Value> starts(int rank) {
    Value zero = ConstantOp.integer(body, 0, COUNTER);
    List<Value> starts = new ArrayList<>(Collections.nCopies(rank, zero));
    starts.set(dimension, trip);
    return starts;
  }
}
