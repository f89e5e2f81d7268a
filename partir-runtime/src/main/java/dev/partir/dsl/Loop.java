package dev.partir.dsl;

import dev.partir.array.HostArray;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ReturnOp;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.List;

/**
 * A counted loop under construction: a {@code stablehlo.while} that carries a counter, what the
 * model carries, and a buffer for every output that is stacked.
 */
final class Loop {
  private static final TensorType COUNTER = TensorType.of(ElementType.I32);

  private final long trips;
  private final Tree<?> tree;
  private final List<Tensor> start;
  private final BlockBuilder outer;
  private final BlockBuilder body;
  private final Tensor trip;
  private final List<Tensor> carried = new ArrayList<>();
  private final List<Tensor> slices = new ArrayList<>();

  /** What a loop gives. */
  record End(List<Tensor> carried, List<Tensor> stacked) {}

  /**
   * Starts a loop.
   *
   * @param tree tells the names of what is carried
   * @param stacked what is sliced in dimension 0, a slice for every trip
   */
  Loop(long trips, Tree<?> tree, List<Tensor> start, List<Tensor> stacked) {
    if (trips < 0 || trips > Integer.MAX_VALUE) {
      throw Checks.fail("loop", "it has " + trips + " trips", "Trips are from 0 to 2147483647");
    }
    if (start.isEmpty()) {
      throw Checks.fail("loop", "it carries no tensor", "Carry at least one");
    }
    this.trips = trips;
    this.tree = tree;
    this.start = start;
    outer = start.get(0).block().innermost();
    body = outer.nested();
    trip = new Tensor(body, body.argument(COUNTER, null));
    for (Tensor tensor : start) {
      Checks.innermost("loop", outer, tensor.block());
      carried.add(new Tensor(body, body.argument(tensor.type(), null)));
    }
    for (Tensor stack : stacked) {
      Checks.innermost("loop", outer, stack.block());
      long[] sizes = new long[stack.rank() - 1];
      for (int d = 0; d < sizes.length; d++) {
        sizes[d] = stack.dim(d + 1);
      }
      slices.add(stack.dynamicSlice(0, trip, 1).reshape(sizes));
    }
  }

  /** Starts a loop over stacks of one height. */
  static Loop over(List<Tensor> stacked, Tree<?> tree, List<Tensor> start) {
    if (stacked.isEmpty()) {
      throw Checks.fail("scan", "it goes over no tensor", "Give it at least one stack");
    }
    for (Tensor tensor : stacked) {
      if (tensor.rank() == 0
          || stacked.get(0).rank() == 0
          || tensor.dim(0) != stacked.get(0).dim(0)) {
        throw Checks.fail(
            "scan",
            "it goes over a " + stacked.get(0).type() + " and a " + tensor.type(),
            "All inputs must be stacks of one height in dimension 0");
      }
    }
    return new Loop(stacked.get(0).dim(0), tree, start, stacked);
  }

  /** Returns the number of the trip, from 0. */
  Tensor trip() {
    return trip;
  }

  /** Returns what a trip gets of the one before. */
  List<Tensor> carried() {
    return carried;
  }

  /** Returns what a trip gets of the stacks. */
  List<Tensor> slices() {
    return slices;
  }

  /**
   * Ends the loop.
   *
   * @param given what a trip carries on, as much as it gets
   * @param outputs what is stacked
   */
  End finish(List<Tensor> given, List<Tensor> outputs) {
    List<Value> operands = new ArrayList<>(List.of(ConstantOp.integer(outer, 0, COUNTER)));
    List<Value> next = new ArrayList<>();
    next.add(BinaryOp.ADD.build(body, trip.value(), ConstantOp.integer(body, 1, COUNTER)));
    for (int i = 0; i < start.size(); i++) {
      operands.add(start.get(i).value());
      next.add(handedOn(i, given.get(i)).value());
    }
    for (Tensor output : outputs) {
      Checks.innermost("loop", body, output.block());
      TensorType type = output.type();
      long[] sizes = new long[type.rank() + 1];
      sizes[0] = trips;
      System.arraycopy(type.dims(), 0, sizes, 1, type.rank());
      TensorType stack = type.withDims(sizes);
      HostArray zero = HostArray.scalar(type.element(), 0);
      operands.add(ConstantOp.splat(outer, zero, stack));
      Tensor buffer = new Tensor(body, body.argument(stack, null));
      sizes[0] = 1;
      next.add(buffer.dynamicUpdateSlice(output.reshape(sizes), 0, trip).value());
    }
    ReturnOp.STABLEHLO.build(body, next);
    Operation loop = WhileOp.counted(outer, operands, trips, new Region(body.build()));
    List<Tensor> results = new ArrayList<>();
    for (Value result : loop.results()) {
      results.add(Tensor.recorded(outer, result));
    }
    int end = 1 + start.size();
    return new End(results.subList(1, end), results.subList(end, results.size()));
  }

  private Tensor handedOn(int index, Tensor given) {
    Tensor began = start.get(index);
    if (!given.type().equals(began.type())) {
      String path = tree.leaves().get(index).path();
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.TYPE_MISMATCH,
              "loop",
              "it starts with a "
                  + began.type()
                  + (path.isEmpty() ? "" : " as \"" + path + "\"")
                  + ", but a trip gives a "
                  + given.type(),
              "Carry on what has the shape and element type of what came"));
    }
    if (Checks.innermost("loop", body, given.block()) != body) {
      throw Checks.fail(
          "loop", "a trip gives a tensor of a loop inside of it", "Use what that loop returns");
    }
    return given;
  }
}
