package dev.partir.grad;

import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Rewriter;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.DynamicUpdateSliceOp;
import dev.partir.op.Pullback;
import dev.partir.op.ReshapeOp;
import dev.partir.op.ReturnOp;
import dev.partir.op.Terms;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The way back through a counted loop: a counted loop of as many trips, which goes through those of
 * the loop from the last to the first. It carries the cotangents of what the loop carries, and the
 * sums of those of values from around it. What the body computes and the way back needs is kept by
 * the loop, one of each per trip, in stacks.
 */
final class LoopPullback {
  private final BlockBuilder forward;
  private final int index;
  private final Operation loop;
  private final Scope scope;
  private final WhileOp.Counter counter;
  private final TensorType counterType;

  LoopPullback(BlockBuilder forward, int index, Scope scope) {
    this.forward = forward;
    this.index = index;
    this.scope = scope;
    loop = forward.operations().get(index);
    WhileOp.Counter known = WhileOp.counter(loop);
    if (known == null) {
      throw Pullback.none(
          loop,
          "how often it runs cannot be told from the program",
          "Count from a constant to a constant in constant steps, or stop the gradient before it");
    }
    counter = known;
    counterType = loop.operand(counter.index()).tensor();
  }

  void add() {
    if (counter.trips() == 0) {
      for (int i = 0; i < loop.results().size(); i++) {
        Value sum = scope.sum(loop.result(i));
        if (sum != null) {
          scope.add(loop.operand(i), sum);
        }
      }
      return;
    }
    Block source = loop.regions().get(1).block();
    BlockBuilder body = forward.detached();
    int firstId = forward.valueCount();
    List<Value> results = Rewriter.replacing().copyBody(source, body);
    Activity activity = scope.cotangents.activity();
    activity.loop(body.arguments(), loop.operands(), body.operations(), results);
    BitSet wanted = wanted(body, results);
    if (wanted.isEmpty()) {
      return;
    }

    BlockBuilder back = scope.back.detached();
    Value count = back.argument(counterType, null);
    Value last = scalar(back, counter.trips() - 1);
    Value trip = BinaryOp.SUBTRACT.build(back, last, count);
    LoopScope inside =
        new LoopScope(
            scope, back, new LoopScope.Trips(loop, counter, trip), body, results, firstId);
    List<Carry> carries = new ArrayList<>();
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      Value result = loop.result(i);
      if (isFilled(body, results, i)) {
        inside.add(results.get(i), Objects.requireNonNull(scope.sum(result)));
        continue;
      }
      Value entry = scope.sum(result);
      Carry carry =
          new Carry(
              i,
              back.argument(result.type(), null),
              entry == null ? zeros(scope.back, result) : entry);
      carries.add(carry);
      inside.add(results.get(i), carry.argument());
    }
    Walk.back(body, 0, body.operations().size(), inside);
    emit(body, results, inside, count, carries);
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      if (isFilled(body, results, i)) {
        unfilled(i);
      }
    }
  }

  /**
   * A value that the loop carries, whose cotangent the loop back carries.
   *
   * @param index which of the carried values it is
   * @param argument its cotangent in the body of the loop back
   * @param entry its cotangent behind the loop
   */
  private record Carry(int index, Value argument, Value entry) {}

  /** Returns which of the carried values have cotangents in some trip. */
  private BitSet wanted(BlockBuilder body, List<Value> results) {
    Activity activity = scope.cotangents.activity();
    BitSet wanted = new BitSet();
    for (int i = 0; i < results.size(); i++) {
      if (activity.of(loop.result(i)) && scope.sum(loop.result(i)) != null) {
        wanted.set(i);
      }
    }
    BitSet reached = new BitSet();
    int before = -1;
    while (wanted.cardinality() != before) {
      before = wanted.cardinality();
      for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
        reached.set(results.get(i).id());
      }
      for (int i = body.operations().size() - 1; i >= 0; i--) {
        activity.reach(body.operations().get(i), reached);
      }
      for (int i = 0; i < results.size(); i++) {
        Value argument = body.arguments().get(i);
        if (activity.of(argument) && reached.get(argument.id())) {
          wanted.set(i);
        }
      }
    }
    return wanted;
  }

  /**
   * Returns whether a carried value is only written by the loop, every trip at places of its own,
   * as what a scan gives: its cotangent is then the same in every trip.
   */
  private boolean isFilled(BlockBuilder body, List<Value> results, int i) {
    Value argument = body.arguments().get(i);
    Operation write = results.get(i).definition();
    if (scope.sum(loop.result(i)) == null
        || write == null
        || write.kind() != DynamicUpdateSliceOp.INSTANCE
        || write.operand(0) != argument
        || results.indexOf(results.get(i)) != results.lastIndexOf(results.get(i))) {
      return false;
    }
    List<Value> starts = write.operands().subList(2, write.operands().size());
    return TripPlaces.isUsedOnce(body, argument)
        && results.stream().noneMatch(argument::equals)
        && TripPlaces.areApart(
            argument.tensor(),
            write.operand(1).tensor(),
            starts,
            counter,
            body.arguments().get(counter.index()));
  }

  private Value scalar(BlockBuilder block, long number) {
    return ConstantOp.integer(block, number, counterType);
  }

  /**
   * Puts a loop that keeps values of its body in place of the loop, if there are any.
   *
   * @return the stacks
   */
  private List<Value> keep(BlockBuilder body, List<Value> results, List<Value> residuals) {
    if (residuals.isEmpty()) {
      return List.of();
    }
    List<Operation> tail = forward.cut(index);
    List<Value> operands = new ArrayList<>(loop.operands());
    List<TensorType> types = new ArrayList<>();
    for (Value residual : residuals) {
      types.add(LoopScope.stack(residual.tensor(), counter.trips()));
    }
    for (TensorType type : types) {
      operands.add(new Terms(forward).zeros(type));
    }

    BlockBuilder condition = forward.nested();
    Block source = loop.regions().get(0).block();
    Rewriter rewriter = Rewriter.replacing();
    List<Value> condResults = rewriter.copyBody(source, condition);
    types.forEach(type -> condition.argument(type, null));
    ReturnOp.STABLEHLO.build(condition, condResults);

    Value place = place(body);
    List<Value> given = new ArrayList<>(results);
    for (int i = 0; i < types.size(); i++) {
      Value stack = body.argument(types.get(i), null);
      Value residual = residuals.get(i);
      long[] dims = types.get(i).dims();
      dims[0] = 1;
      Value slice = ReshapeOp.build(body, residual, dims);
      given.add(
          DynamicUpdateSliceOp.build(
              body, stack, slice, LoopScope.starts(body, place, dims.length)));
    }
    ReturnOp.STABLEHLO.build(body, given);
    Operation kept =
        forward.addInPlaceOf(
            loop,
            operands,
            List.of(new Region(condition.build()), new Region(body.build())),
            types);
    forward.append(tail.subList(1, tail.size()));
    return kept.results().subList(loop.operands().size(), kept.results().size());
  }

  /** Returns the number of the trip in the body of the loop. */
  private Value place(BlockBuilder body) {
    Value place = body.arguments().get(counter.index());
    if (counter.first() != 0) {
      place = BinaryOp.SUBTRACT.build(body, place, scalar(body, counter.first()));
    }
    return counter.step() == 1
        ? place
        : BinaryOp.DIVIDE.build(body, place, scalar(body, counter.step()));
  }

  /** Adds the loop back and hands on what it gives. */
  private void emit(
      BlockBuilder body, List<Value> results, LoopScope inside, Value count, List<Carry> carries) {
    BlockBuilder back = inside.back;
    List<Value> arguments = new ArrayList<>(List.of(count));
    List<Value> next = new ArrayList<>();
    next.add(BinaryOp.ADD.build(back, count, scalar(back, 1)));
    for (Carry carry : carries) {
      arguments.add(carry.argument());
      Value argument = body.arguments().get(carry.index());
      Value sum = inside.sum(argument);
      next.add(sum == null ? zeros(back, argument) : sum);
    }
    for (LoopScope.Carried extra : inside.carried()) {
      if (!extra.isStack()) {
        arguments.add(extra.argument());
        next.add(extra.sum());
      }
    }
    Unused.remove(back, 0, next);
    Set<Value> used = Unused.usedIn(back);
    List<Value> residuals = new ArrayList<>();
    for (LoopScope.Carried extra : inside.carried()) {
      if (extra.isStack() && used.contains(extra.argument())) {
        arguments.add(extra.argument());
        next.add(extra.argument());
        residuals.add(extra.source());
      }
    }
    List<Value> stacks = keep(body, results, residuals);

    List<Value> entries = new ArrayList<>();
    entries.add(scalar(scope.back, 0));
    carries.forEach(carry -> entries.add(carry.entry()));
    for (LoopScope.Carried extra : inside.carried()) {
      if (!extra.isStack()) {
        Value entry = scope.sum(extra.source());
        entries.add(entry == null ? zeros(scope.back, extra.source()) : entry);
      }
    }
    stacks.forEach(stack -> entries.add(scope.primal(stack)));
    Operation loopBack = loopBack(back, arguments, next, entries);

    int result = 1 + carries.size();
    for (LoopScope.Carried extra : inside.carried()) {
      if (!extra.isStack()) {
        scope.setSum(extra.source(), loopBack.result(result++));
      }
    }
    for (int i = 0; i < carries.size(); i++) {
      scope.add(loop.operand(carries.get(i).index()), loopBack.result(1 + i));
    }
  }

  /** Adds a counted loop of that body, with the arguments in that order. */
  private Operation loopBack(
      BlockBuilder back, List<Value> arguments, List<Value> next, List<Value> entries) {
    BlockBuilder body = scope.back.nested();
    Rewriter rewriter = Rewriter.repeating();
    for (Value argument : arguments) {
      rewriter.put(argument, body.argument(argument.type(), null));
    }
    rewriter.copyAll(back.operations(), body);
    ReturnOp.STABLEHLO.build(body, rewriter.getAll(next));

    return WhileOp.counted(scope.back, entries, counter.trips(), new Region(body.build()));
  }

  /** Hands on the cotangent of what the loop fills: zero where it writes. */
  private void unfilled(int i) {
    Value entry = loop.operand(i);
    if (!scope.cotangents.activity().of(entry)) {
      return;
    }
    Operation write =
        Objects.requireNonNull(loop.regions().get(1).block().results().get(i).definition());
    long[] written = entry.tensor().dims();
    List<Value> starts = new ArrayList<>();
    for (int d = 0; d < written.length; d++) {
      boolean along = write.operand(1).tensor().dim(d) != written[d];
      written[d] = along ? counter.trips() * counter.step() : written[d];
      starts.add(scalar(scope.back, along ? counter.first() : 0));
    }
    Value zeros = new Terms(scope.back).zeros(entry.tensor().withDims(written));
    Value sum = Objects.requireNonNull(scope.sum(loop.result(i)));
    scope.add(entry, DynamicUpdateSliceOp.build(scope.back, sum, zeros, starts));
  }

  private static Value zeros(BlockBuilder block, Value like) {
    return new Terms(block).zeros(like.tensor());
  }
}
