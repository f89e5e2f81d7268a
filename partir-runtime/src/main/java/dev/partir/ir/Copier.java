package dev.partir.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies operations of one function into another, keeping track of which value became which. */
public final class Copier {
  private final @Nullable Value[] copies;

  /** Makes a copier for the values of {@code source}. */
  public Copier(Function source) {
    copies = new Value[source.valueCount()];
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
  public Operation copy(Operation source, BlockBuilder target) {
    return copy(source, source.attributes(), target);
  }

  /**
   * Copies an operation with its regions, but with other attributes, to the end of {@code target}.
   */
  public Operation copy(Operation source, Attributes attributes, BlockBuilder target) {
    List<Type> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Value result : source.results()) {
      types.add(result.type());
      if (result.name() != null) {
        names.add(result.name());
      }
    }
    Operation copy =
        target.add(
            source.kind(),
            getAll(source.operands()),
            attributes,
            copyRegions(source.regions(), target),
            types,
            names.size() == types.size() ? names : List.of(),
            source.location());
    putAll(source.results(), copy.results());
    return copy;
  }

  /** Copies regions as parts of the function that {@code parent} belongs to. */
  public List<Region> copyRegions(List<Region> regions, BlockBuilder parent) {
    List<Region> result = new ArrayList<>(regions.size());
    for (Region region : regions) {
      BlockBuilder block = parent.nested();
      for (Value argument : region.block().arguments()) {
        put(argument, block.argument(argument.type(), argument.name()));
      }
      for (Operation operation : region.block().operations()) {
        copy(operation, block);
      }
      result.add(new Region(block.build()));
    }
    return result;
  }
}
