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
  private boolean built;
  private final List<Value> arguments = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  BlockBuilder(Ids ids) {
    this(ids, null);
  }

  private BlockBuilder(Ids ids, @Nullable BlockBuilder outer) {
    this.ids = ids;
    this.outer = outer;
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
