package dev.partir.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one block; blocks of nested regions number their values in one sequence with the
 * function's.
 */
public final class BlockBuilder {
  private final Ids ids;
  private final @Nullable BlockBuilder outer;
  private @Nullable BlockBuilder inner;
  private final int firstId;
  private boolean built;
  private final List<Value> arguments = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  BlockBuilder(Ids ids) {
    this(ids, null);
  }

  private BlockBuilder(Ids ids, @Nullable BlockBuilder outer) {
    this.ids = ids;
    this.outer = outer;
    firstId = ids.count();
  }

  /** Returns a builder of a block in a region of an operation that will be added to this block. */
  public BlockBuilder nested() {
    inner = new BlockBuilder(ids, this);
    return inner;
  }

  /** Returns the block under construction in the regions of this one's operations; this if none. */
  public BlockBuilder innermost() {
    BlockBuilder at = this;
    while (at.inner != null) {
      at = at.inner;
    }
    return at;
  }

  /** Returns whether this is {@code other} or a block in a region of an operation of it. */
  public boolean isWithin(BlockBuilder other) {
    for (BlockBuilder at = this; at != null; at = at.outer) {
      if (at == other) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the least id that a value of the block can have; what was there before the block was
   * begun has less.
   */
  public int firstId() {
    return firstId;
  }

  /** Returns whether the block has been built, so that nothing can be added to it any more. */
  public boolean isBuilt() {
    return built;
  }

  /** Adds an argument to the block. */
  public Value argument(Type type, @Nullable String name) {
    var value = new Value(ids.take(1), type, arguments.size(), null, name);
    arguments.add(value);
    return value;
  }

  /** Adds an operation without regions at an unknown place. */
  public Operation add(
      OpKind kind, List<Value> operands, Attributes attributes, List<? extends Type> resultTypes) {
    return add(kind, operands, attributes, List.of(), resultTypes, List.of(), Location.UNKNOWN);
  }

  /**
   * Adds an operation.
   *
   * @param resultNames the names of the results in the source, without {@code %}, null for one that
   *     has none; may be shorter than the results
   */
  public Operation add(
      OpKind kind,
      List<Value> operands,
      Attributes attributes,
      List<Region> regions,
      List<? extends Type> resultTypes,
      List<? extends @Nullable String> resultNames,
      Location location) {
    int firstId = ids.take(resultTypes.size());
    var operation =
        new Operation(
            ids.takeOperation(),
            kind,
            operands,
            attributes,
            regions,
            resultTypes,
            resultNames,
            location,
            firstId);
    operations.add(operation);
    return operation;
  }

  /**
   * Takes the operations from {@code index} on off the end, so that others can be added before
   * them; {@link #append} puts them back. The ids of a function that is built so are not in the
   * order of definition.
   *
   * @return the operations taken off, in their order
   */
  public List<Operation> cut(int index) {
    List<Operation> tail = operations.subList(index, operations.size());
    List<Operation> taken = List.copyOf(tail);
    tail.clear();
    return taken;
  }

  /** Adds operations that {@link #cut} took off. */
  public void append(List<Operation> taken) {
    operations.addAll(taken);
  }

  /**
   * Adds an operation in place of one that was taken off: of the same kind, attributes and
   * location, with other operands and regions. The results of the operation in whose place it
   * stands become its own, so that what uses them need not change; it may have more.
   *
   * @param moreTypes the types of the results that it has more
   */
  public Operation addInPlaceOf(
      Operation taken, List<Value> operands, List<Region> regions, List<? extends Type> moreTypes) {
    int firstId = ids.take(moreTypes.size());
    var operation =
        new Operation(ids.takeOperation(), taken, operands, regions, moreTypes, firstId);
    for (Value result : taken.results()) {
      result.define(operation);
    }
    operations.add(operation);
    return operation;
  }

  /**
   * Returns a builder of a block of the same function that is under construction by itself: what is
   * recorded meanwhile goes elsewhere, and it may be left unbuilt.
   */
  public BlockBuilder detached() {
    return new BlockBuilder(ids);
  }

  /** Returns whether both build blocks of one function. */
  public boolean isOfFunctionOf(BlockBuilder other) {
    return ids == other.ids;
  }

  /** Returns a number above the ids of all values of the function so far. */
  public int valueCount() {
    return ids.count();
  }

  /** Returns the arguments so far. */
  public List<Value> arguments() {
    return arguments;
  }

  /** Returns the operations so far. */
  public List<Operation> operations() {
    return operations;
  }

  /** Returns the block. */
  public Block build() {
    built = true;
    if (outer != null && outer.inner == this) {
      outer.inner = null;
    }
    return new Block(arguments, operations);
  }

  Ids ids() {
    return ids;
  }

  /** The next free ids of a function. */
  static final class Ids {
    private int next;
    private int nextOperation;

    int takeOperation() {
      return nextOperation++;
    }

    int operationCount() {
      return nextOperation;
    }

    int take(int count) {
      int first = next;
      next += count;
      return first;
    }

    int count() {
      return next;
    }
  }
}
