package dev.partir.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies operations of one function into another, keeping track of which value became which. */
public final class Copier {
  private final Function source;
  private final @Nullable Value[] copies;
  private final java.util.function.Function<Operation, Attributes> attributesOf;
  private final java.util.function.Function<Value, @Nullable String> nameOf;

  /** Makes a copier for the values of {@code source}. */
  public Copier(Function source) {
    this(source, Operation::attributes);
  }

  /**
   * Makes a copier for the values of {@code source}.
   *
   * @param attributesOf gives the attributes that the copy of an operation has
   */
  public Copier(Function source, java.util.function.Function<Operation, Attributes> attributesOf) {
    this(source, attributesOf, Value::name);
  }

  private Copier(
      Function source,
      java.util.function.Function<Operation, Attributes> attributesOf,
      java.util.function.Function<Value, @Nullable String> nameOf) {
    this.source = source;
    this.attributesOf = attributesOf;
    this.nameOf = nameOf;
    copies = new Value[source.valueCount()];
  }

  /**
   * Makes a copier for the values of {@code source} that gives copies other names.
   *
   * @param nameOf gives the name that the copy of a value has, or null for none
   */
  public static Copier renaming(
      Function source, java.util.function.Function<Value, @Nullable String> nameOf) {
    return new Copier(source, Operation::attributes, nameOf);
  }

  /** Adds arguments like those of the source, which are their copies. */
  public void copyArguments(FunctionBuilder target) {
    for (int i = 0; i < source.arguments().size(); i++) {
      Value argument = source.arguments().get(i);
      put(
          argument,
          target.argument(
              argument.type(),
              argument.name(),
              source.argumentAttributes(i),
              source.argumentLocation(i)));
    }
  }

  /** Returns the name that the copy of a value has, or null for none. */
  public @Nullable String nameOf(Value value) {
    return nameOf.apply(value);
  }

  /** Says what a value of the source became. */
  public void put(Value source, Value copy) {
    copies[source.id()] = copy;
  }

  /** Says what several values of the source became, pairwise. */
  public void putAll(List<Value> sources, List<Value> values) {
    for (int i = 0; i < sources.size(); i++) {
      put(sources.get(i), values.get(i));
    }
  }

  /** Returns what a value of the source became, or null when it was not copied. */
  public @Nullable Value find(Value source) {
    return copies[source.id()];
  }

  /**
   * Returns what a value of the source became.
   *
   * @throws IllegalStateException when it was not copied
   */
  public Value get(Value source) {
    Value copy = copies[source.id()];
    if (copy == null) {
      throw new IllegalStateException("value " + source + " was not copied");
    }
    return copy;
  }

  /** Returns what values of the source became. */
  public List<Value> getAll(List<Value> sources) {
    List<Value> values = new ArrayList<>(sources.size());
    for (Value source : sources) {
      values.add(get(source));
    }
    return values;
  }

  /** Copies an operation with its regions to the end of {@code target}. */
  public Operation copy(Operation operation, BlockBuilder target) {
    return copy(operation, attributesOf.apply(operation), target);
  }

  /**
   * Copies an operation with its regions, but with other attributes, to the end of {@code target}.
   */
  public Operation copy(Operation operation, Attributes attributes, BlockBuilder target) {
    return copy(operation, attributes, copyRegions(operation.regions(), target), target);
  }

  /** Copies an operation with other attributes and regions to the end of {@code target}. */
  public Operation copy(
      Operation operation, Attributes attributes, List<Region> regions, BlockBuilder target) {
    List<Type> types = new ArrayList<>();
    List<@Nullable String> names = new ArrayList<>();
    for (Value result : operation.results()) {
      types.add(result.type());
      names.add(nameOf.apply(result));
    }
    Operation copy =
        target.add(
            operation.kind(),
            getAll(operation.operands()),
            attributes,
            regions,
            types,
            names,
            operation.location());
    putAll(operation.results(), copy.results());
    return copy;
  }

  /** Copies regions as parts of the function that {@code parent} belongs to. */
  public List<Region> copyRegions(List<Region> regions, BlockBuilder parent) {
    List<Region> result = new ArrayList<>(regions.size());
    for (Region region : regions) {
      BlockBuilder block = parent.nested();
      for (Value argument : region.block().arguments()) {
        put(argument, block.argument(argument.type(), nameOf.apply(argument)));
      }
      for (Operation operation : region.block().operations()) {
        copy(operation, block);
      }
      result.add(new Region(block.build()));
    }
    return result;
  }
}
