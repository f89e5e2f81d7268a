package dev.partir.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation: its kind, what it takes, its attributes and regions, and the values that it gives.
 * Ids are dense within a function, nested regions included, in the order of building: those of its
 * regions come before an operation. Immutable.
 */
public final class Operation {
  private final int id;
  private final OpKind kind;
  private final List<Value> operands;
  private final Attributes attributes;
  private final List<Region> regions;
  private final List<Value> results;
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
    this.operands = List.copyOf(operands);
    this.attributes = attributes;
    this.regions = List.copyOf(regions);
    this.location = location;
    Value[] values = new Value[resultTypes.size()];
    for (int i = 0; i < values.length; i++) {
      String name = i < resultNames.size() ? resultNames.get(i) : null;
      values[i] = new Value(firstId + i, resultTypes.get(i), i, this, name);
    }
    this.results = List.of(values);
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
    return operands;
  }

  public Value operand(int index) {
    return operands.get(index);
  }

  public Attributes attributes() {
    return attributes;
  }

  public List<Region> regions() {
    return regions;
  }

  public List<Value> results() {
    return results;
  }

  public Value result(int index) {
    return results.get(index);
  }

  /** Returns the only result. */
  public Value result() {
    if (results.size() != 1) {
      throw new IllegalStateException(name() + " has " + results.size() + " results, not one");
    }
    return results.get(0);
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
    return results + " = " + name() + operands;
  }
}
