package dev.partir.ir;

import org.jspecify.annotations.Nullable;

/**
 * A value: an argument of a block or a result of an operation. Ids are dense within a function,
 * nested regions included, in the order of definition. Immutable once its function is built.
 */
public final class Value {
  private final int id;
  private final Type type;
  private final int index;
  private @Nullable Operation definition;
  private final @Nullable String name;

  Value(int id, Type type, int index, @Nullable Operation definition, @Nullable String name) {
    this.id = id;
    this.type = type;
    this.index = index;
    this.definition = definition;
    this.name = name;
  }

  public int id() {
    return id;
  }

  public Type type() {
    return type;
  }

  /**
   * Returns the type as a tensor type.
   *
   * @throws IllegalStateException when the value is not a tensor
   */
  public TensorType tensor() {
    if (type instanceof TensorType tensor) {
      return tensor;
    }
    throw new IllegalStateException("value " + id + " is a " + type + ", not a tensor");
  }

  /** Returns the position among the arguments of its block or the results of its operation. */
  public int index() {
    return index;
  }

  /** Returns the operation that this is a result of, or null for a block argument. */
  public @Nullable Operation definition() {
    return definition;
  }

  /** Makes this a result of an operation that takes the place of its own in a builder. */
  void define(Operation replacement) {
    definition = replacement;
  }

  /** Returns the name in the source, without {@code %}; null where the source gives none. */
  public @Nullable String name() {
    return name;
  }

  @Override
  public String toString() {
    return "%" + (name != null ? name : Integer.toString(id)) + " : " + type;
  }
}
