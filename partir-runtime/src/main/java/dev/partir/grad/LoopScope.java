package dev.partir.grad;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.ElementType;
import dev.partir.ir.Operation;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.BinaryOp;
import dev.partir.op.BroadcastInDimOp;
import dev.partir.op.ClampOp;
import dev.partir.op.CompareOp;
import dev.partir.op.ConstantOp;
import dev.partir.op.ConvertOp;
import dev.partir.op.DynamicSliceOp;
import dev.partir.op.IotaOp;
import dev.partir.op.ReshapeOp;
import dev.partir.op.SelectOp;
import dev.partir.op.SliceOp;
import dev.partir.op.TransposeOp;
import dev.partir.op.UnaryOp;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way back through one trip of a loop. A value of the body that the way back needs is read from
 * a stack, unless it is cheaper to have it otherwise: what only moves elements of values that are
 * the same in every trip, such as the weights of a layer, is done again, and so is a broadcast.
 */
final class LoopScope extends BodyScope {
  /** How long a chain of operations may be that is done again. */
  private static final int DEPTH = 32;

  private final Trips trips;
  private final BlockBuilder body;
  private final List<Value> results;
  private final Map<Value, Carried> sums = new HashMap<>();
  private final List<Carried> carried = new ArrayList<>();
  private final List<Value> residuals = new ArrayList<>();
  private @Nullable Value zero;

  /**
   * The trips of a loop.
   *
   * @param number the number of the trip on the way back
   */
  record Trips(Operation loop, WhileOp.Counter counter, Value number) {}

  /**
   * Something more that the loop back carries: a stack, or the cotangent of a value from around.
   */
  static final class Carried {
    private final Value source;
    private final Value argument;
    private final boolean isStack;
    private Value sum;

    private Carried(Value source, Value argument, boolean isStack) {
      this.source = source;
      this.argument = argument;
      this.isStack = isStack;
      sum = argument;
    }

    /** Returns the value of the body that the stack keeps, or that from around. */
    Value source() {
      return source;
    }

    /** Returns the argument of the body of the loop back. */
    Value argument() {
      return argument;
    }

    boolean isStack() {
      return isStack;
    }

    /** Returns what is carried into the next trip. */
    Value sum() {
      return sum;
    }
  }

  /**
   * The way back through a body.
   *
   * @param results what the body gives
   * @param firstId the least id of a value of the body
   */
  LoopScope(
      Scope around,
      BlockBuilder back,
      Trips trips,
      BlockBuilder body,
      List<Value> results,
      int firstId) {
    super(around, back, firstId);
    this.trips = trips;
    this.body = body;
    this.results = results;
  }

  /** Returns what the loop back carries more, in the order of its arguments. */
  List<Carried> carried() {
    return carried;
  }

  /** Returns the values of the body that are kept, in the order of their stacks. */
  List<Value> residuals() {
    return residuals;
  }

  /** Returns the type of a stack of values. */
  static TensorType stack(TensorType type, long count) {
    long[] dims = new long[type.rank() + 1];
    dims[0] = count;
    System.arraycopy(type.dims(), 0, dims, 1, type.rank());
    return type.withDims(dims);
  }

  /** Returns where a slice of a stack starts: at a number in the first dimension. */
  static List<Value> starts(BlockBuilder block, Value number, int rank) {
    List<Value> starts = new ArrayList<>(List.of(number));
    if (rank > 1) {
      Value zero = ConstantOp.integer(block, 0, number.tensor());
      starts.addAll(Collections.nCopies(rank - 1, zero));
    }
    return starts;
  }

  @Override
  Value find(Value value) {
    int argument = argument(value);
    if (argument == trips.counter().index()) {
      return counter();
    }
    if (argument >= 0 && results.get(argument) == value) {
      return around.primal(trips.loop().operand(argument));
    }
    Operation definition = value.definition();
    if (definition != null
        && (definition.kind() == BroadcastInDimOp.INSTANCE || isFree(value, DEPTH))) {
      return again(value, definition);
    }
    TensorType type = value.tensor();
    TensorType stackType = stack(type, trips.counter().trips());
    Value stack = back.argument(stackType, null);
    residuals.add(value);
    carried.add(new Carried(value, stack, true));
    long[] sizes = stackType.dims();
    sizes[0] = 1;
    List<Value> starts = starts(back, trips.number(), 1);
    if (sizes.length > 1) {
      starts.addAll(Collections.nCopies(sizes.length - 1, zero()));
    }
    Value slice = DynamicSliceOp.build(back, stack, starts, sizes);
    return ReshapeOp.build(back, slice, type.dims());
  }

  private Value zero() {
    if (zero == null) {
      zero = ConstantOp.integer(back, 0, trips.number().tensor());
    }
    return zero;
  }

  /** Returns the counter of the loop: where it starts plus the steps of the trips before. */
  private Value counter() {
    WhileOp.Counter counter = trips.counter();
    Value value = trips.number();
    if (counter.step() != 1) {
      value = BinaryOp.MULTIPLY.build(back, value, like(value, counter.step()));
    }
    return counter.first() == 0
        ? value
        : BinaryOp.ADD.build(back, value, like(value, counter.first()));
  }

  private Value like(Value value, long number) {
    return ConstantOp.integer(back, number, value.tensor());
  }

  /** Returns which argument of the body a value is; -1 for none. */
  private int argument(Value value) {
    return value.definition() == null && body.arguments().get(value.index()) == value
        ? value.index()
        : -1;
  }

  /** Returns whether a value only moves elements of what is the same in every trip, or counts. */
  private boolean isFree(Value value, int depth) {
    if (isHad(value)) {
      return true;
    }
    Operation definition = value.definition();
    if (definition == null) {
      int argument = argument(value);
      return argument >= 0
          && (argument == trips.counter().index() || results.get(argument) == value);
    }
    if (depth == 0 || !isCheap(definition)) {
      return false;
    }
    for (Value operand : definition.operands()) {
      if (!isFree(operand, depth - 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCheap(Operation operation) {
    if (operation.kind() instanceof ConstantOp
        || operation.kind() == IotaOp.INSTANCE
        || operation.kind() == BroadcastInDimOp.INSTANCE
        || operation.kind() == ReshapeOp.INSTANCE
        || operation.kind() == TransposeOp.INSTANCE
        || operation.kind() == SliceOp.INSTANCE
        || operation.kind() == DynamicSliceOp.INSTANCE
        || operation.kind() == ConvertOp.INSTANCE
        || operation.kind() == CompareOp.INSTANCE) {
      return true;
    }
    boolean elementwise =
        operation.kind() instanceof BinaryOp
            || operation.kind() instanceof UnaryOp
            || operation.kind() == SelectOp.INSTANCE
            || operation.kind() == ClampOp.INSTANCE;
    return elementwise
        && operation.result().type() instanceof TensorType type
        && (type.rank() == 0 || type.element() == ElementType.I1 || type.element().isInteger());
  }

  @Override
  Value sumAround(Value value) {
    return carry(value).sum;
  }

  @Override
  void setSumAround(Value value, Value sum) {
    carry(value).sum = sum;
  }

  private Carried carry(Value value) {
    return sums.computeIfAbsent(
        value,
        source -> {
          Carried made = new Carried(source, back.argument(source.type(), null), false);
          carried.add(made);
          return made;
        });
  }

  /** Holds of stacked layers: every trip takes its own, and nothing else of them. */
  @Override
  boolean isUntouched(Value value, Operation operation) {
    Value behind = value;
    if (owns(value)) {
      int argument = argument(value);
      if (argument < 0 || results.get(argument) != value) {
        return false;
      }
      // What the loop hands on as it is has the cotangent of what it becomes behind the loop.
      behind = trips.loop().result(argument);
    }
    return around.sum(behind) == null
        && operation.kind() == DynamicSliceOp.INSTANCE
        && TripPlaces.isUsedOnce(body, value)
        && TripPlaces.areApart(
            value.tensor(),
            operation.result().tensor(),
            operation.operands().subList(1, operation.operands().size()),
            trips.counter(),
            body.arguments().get(trips.counter().index()));
  }

  @Override
  boolean isCarried(Value value) {
    return !owns(value) || argument(value) >= 0;
  }
}
