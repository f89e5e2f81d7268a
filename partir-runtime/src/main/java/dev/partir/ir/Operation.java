package dev.partir.ir;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation: its kind, what it takes, its attributes and regions, and the values that it gives.
 * Ids are dense within a function, nested regions included, in the order of building: those of its
 * regions come before an operation. Immutable.
 */
public final class Operation {
  private final int id;
  private final OpKind kind;

  /** The operands, where there are at most two: most operations by far, and lists take memory. */
  private final @Nullable Value first;

  private final @Nullable Value second;

  /** All operands where there are more than two; else null. */
  private final @Nullable List<Value> operands;

  private final Attributes attributes;
  private final List<Region> regions;

  /** The result, or an array of the results where there is not one. */
  private final Object results;

  private final Location location;

  Operation(
      int id,
      OpKind kind,
      List<Value> operands,
      Attributes attributes,
      List<Region> regions,
      List<? extends Type> resultTypes,
      List<? extends @Nullable String> resultNames,
      Location location,
      int firstId) {
    this.id = id;
    this.kind = kind;
    int count = operands.size();
    this.operands = count > 2 ? List.copyOf(operands) : null;
    first = count == 1 || count == 2 ? operands.get(0) : null;
    second = count == 2 ? operands.get(1) : null;
    this.attributes = attributes;
    this.regions = List.copyOf(regions);
    this.location = location;
    Value[] values = new Value[resultTypes.size()];
    for (int i = 0; i < values.length; i++) {
      String name = i < resultNames.size() ? resultNames.get(i) : null;
      values[i] = new Value(firstId + i, resultTypes.get(i), i, this, name);
    }
    results = values.length == 1 ? values[0] : values;
  }

  /** Makes an operation that gives the results of another, and more. */
  Operation(
      int id,
      Operation replaced,
      List<Value> operands,
      List<Region> regions,
      List<? extends Type> moreTypes,
      int firstId) {
    this.id = id;
    kind = replaced.kind;
    int count = operands.size();
    this.operands = count > 2 ? List.copyOf(operands) : null;
    first = count == 1 || count == 2 ? operands.get(0) : null;
    second = count == 2 ? operands.get(1) : null;
    attributes = replaced.attributes;
    this.regions = List.copyOf(regions);
    location = replaced.location;
    List<Value> kept = replaced.results();
    Value[] values = kept.toArray(new Value[kept.size() + moreTypes.size()]);
    for (int i = 0; i < moreTypes.size(); i++) {
      int index = kept.size() + i;
      values[index] = new Value(firstId + i, moreTypes.get(i), index, this, null);
    }
    results = values.length == 1 ? values[0] : values;
  }

  public int id() {
    return id;
  }

  public OpKind kind() {
    return kind;
  }

  /** Returns the name of the kind, such as {@code stablehlo.add}. */
  public String name() {
    return kind.opName();
  }

  public List<Value> operands() {
    if (operands != null) {
      return operands;
    }
    return first == null ? List.of() : second == null ? List.of(first) : List.of(first, second);
  }

  public Value operand(int index) {
    if (operands != null) {
      return operands.get(index);
    }
    Value operand = index == 0 ? first : index == 1 ? second : null;
    if (operand == null) {
      throw new IndexOutOfBoundsException(name() + " has no operand " + index);
    }
    return operand;
  }

  public Attributes attributes() {
    return attributes;
  }

  public List<Region> regions() {
    return regions;
  }

  public List<Value> results() {
    return results instanceof Value value ? List.of(value) : List.of((Value[]) results);
  }

  public Value result(int index) {
    if (results instanceof Value value) {
      Objects.checkIndex(index, 1);
      return value;
    }
    return ((Value[]) results)[index];
  }

  /** Returns the only result. */
  public Value result() {
    if (results instanceof Value value) {
      return value;
    }
    throw new IllegalStateException(
        name() + " has " + ((Value[]) results).length + " results, not one");
  }

  public Location location() {
    return location;
  }

  /** Returns the name that the program's source gives to what this operation computes, or null. */
  public @Nullable String sourceName() {
    return location.name();
  }

  @Override
  public String toString() {
    return results() + " = " + name() + operands();
  }
}
