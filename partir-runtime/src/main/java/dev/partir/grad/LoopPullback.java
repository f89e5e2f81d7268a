package dev.partir.grad;

import dev.partir.array.HostArray;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.CompareOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.DynamicUpdateSliceOp;
import dev.partir.op.Op;
import dev.partir.op.Pullback;
import dev.partir.op.ReshapeOp;
import dev.partir.op.ReturnOp;
import dev.partir.op.Terms;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

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
    BlockBuilder body = forward.nested();
    int firstId = forward.valueCount();
    List<Value> results = new Rewriter().copyBody(source, body);
    Activity activity = scope.cotangents.activity();
    activity.loop(body.arguments(), loop.operands(), body.operations(), results);
    BitSet wanted = wanted(body, results);
    if (wanted.isEmpty()) {
      return;
    }

    BlockBuilder back = scope.back.nested();
    Value count = back.argument(counterType, null);
    Value last = scalar(back, counter.trips() - 1);
    Value trip = BinaryOp.SUBTRACT.build(back, last, count);
    LoopScope inside =
        new LoopScope(
            scope, back, new LoopScope.Trips(loop, counter, trip), body, results, firstId);
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      Value cotangent = back.argument(loop.result(i).type(), null);
      inside.add(results.get(i), cotangent);
    }
    Walk.back(body, 0, body.operations().size(), inside);

    Operation kept = keep(body, results, inside.residuals());
    emit(kept, body, wanted, inside, back, count);
  }

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

  private Value scalar(BlockBuilder block, long number) {
    HostArray scalar = HostArray.zeros(counterType);
    scalar.setLong(0, number);
    return ConstantOp.splat(block, scalar, counterType);
  }

  /**
   * Puts a loop that keeps values of its body in place of the loop, if there are any.
   *
   * @return the loop, whose last results are the stacks
   */
  private Operation keep(BlockBuilder body, List<Value> results, List<Value> residuals) {
    if (residuals.isEmpty()) {
      return loop;
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
    Rewriter rewriter = new Rewriter();
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
    return kept;
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
      Operation kept,
      BlockBuilder body,
      BitSet wanted,
      LoopScope inside,
      BlockBuilder back,
      Value count) {
    List<Value> entries = new ArrayList<>();
    List<Value> next = new ArrayList<>();
    entries.add(scalar(scope.back, 0));
    next.add(BinaryOp.ADD.build(back, count, scalar(back, 1)));
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      Value entry = scope.sum(loop.result(i));
      entries.add(entry == null ? zeros(scope.back, loop.result(i)) : entry);
      Value argument = body.arguments().get(i);
      Value sum = inside.sum(argument);
      next.add(sum == null ? zeros(back, argument) : sum);
    }
    int residual = kept.results().size() - inside.residuals().size();
    for (LoopScope.Carried extra : inside.carried()) {
      if (extra.isStack()) {
        entries.add(scope.primal(kept.result(residual++)));
        next.add(extra.argument());
      } else {
        Value entry = scope.sum(extra.source());
        entries.add(entry == null ? zeros(scope.back, extra.source()) : entry);
        next.add(extra.sum());
      }
    }
    Unused.remove(back, 0, next);
    ReturnOp.STABLEHLO.build(back, next);

    BlockBuilder condition = scope.back.nested();
    for (Value entry : entries) {
      condition.argument(entry.type(), null);
    }
    Value goesOn =
        CompareOp.build(
            condition,
            CompareOp.Direction.LT,
            condition.arguments().get(0),
            scalar(condition, counter.trips()));
    ReturnOp.STABLEHLO.build(condition, List.of(goesOn));
    Operation loopBack =
        scope.back.add(
            WhileOp.INSTANCE,
            entries,
            Attributes.EMPTY,
            List.of(new Region(condition.build()), new Region(back.build())),
            Op.typesOf(entries),
            List.of(),
            Location.UNKNOWN);

    int result = 1 + wanted.cardinality();
    for (LoopScope.Carried extra : inside.carried()) {
      if (!extra.isStack()) {
        scope.setSum(extra.source(), loopBack.result(result));
      }
      result++;
    }
    result = 1;
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      scope.add(loop.operand(i), loopBack.result(result++));
    }
  }

  private static Value zeros(BlockBuilder block, Value like) {
    return new Terms(block).zeros(like.tensor());
  }
}
