package dev.partir.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a function: first its arguments, then the operations of its body in order, the terminator
 * last.
 */
public final class FunctionBuilder {
  private final String name;
  private Visibility visibility = Visibility.PUBLIC;
  private Attributes attributes = Attributes.EMPTY;
  private Location location = Location.UNKNOWN;
  private final List<Attributes> argumentAttributes = new ArrayList<>();
  private final List<Location> argumentLocations = new ArrayList<>();
  private final List<Attributes> resultAttributes = new ArrayList<>();
  private final Map<Value, List<String>> aliases = new HashMap<>();
  private final BlockBuilder body = new BlockBuilder(new BlockBuilder.Ids());

  public FunctionBuilder(String name) {
    this.name = name;
  }

  /** Returns a builder of a function of the same name, attributes and results. */
  public static FunctionBuilder like(Function function) {
    FunctionBuilder builder =
        new FunctionBuilder(function.name())
            .setVisibility(function.visibility())
            .setAttributes(function.attributes())
            .setLocation(function.location());
    for (int i = 0; i < function.results().size(); i++) {
      builder.resultAttributes(function.resultAttributes(i));
    }
    return builder;
  }

  public FunctionBuilder setVisibility(Visibility value) {
    visibility = value;
    return this;
  }

  public FunctionBuilder setAttributes(Attributes value) {
    attributes = value;
    return this;
  }

  public FunctionBuilder setLocation(Location value) {
    location = value;
    return this;
  }

  /** Adds an argument without attributes at an unknown place. */
  public Value argument(Type type, @Nullable String argumentName) {
    return argument(type, argumentName, Attributes.EMPTY, Location.UNKNOWN);
  }

  /** Adds an argument. */
  public Value argument(
      Type type,
      @Nullable String argumentName,
      Attributes argumentAttribute,
      Location argumentLocation) {
    argumentAttributes.add(argumentAttribute);
    argumentLocations.add(argumentLocation);
    return body.argument(type, argumentName);
  }

  /** Adds the attributes of the next result. */
  public FunctionBuilder resultAttributes(Attributes value) {
    resultAttributes.add(value);
    return this;
  }

  /**
   * Gives a value a name besides its own, without {@code %}: one that the source has for what
   * turned out to be the same value.
   */
  public FunctionBuilder alias(Value value, String other) {
    List<String> names = aliases.computeIfAbsent(value, v -> new ArrayList<>());
    if (!other.equals(value.name()) && !names.contains(other)) {
      names.add(other);
    }
    return this;
  }

  /** Gives the other names of a function's values to their copies; null stands for no copy. */
  public FunctionBuilder aliases(
      Function source, java.util.function.Function<? super Value, ? extends @Nullable Value> copy) {
    source
        .aliases()
        .forEach(
            (value, names) -> {
              Value copied = copy.apply(value);
              if (copied != null) {
                names.forEach(name -> alias(copied, name));
              }
            });
    return this;
  }

  /** Returns the builder of the body's operations. */
  public BlockBuilder body() {
    return body;
  }

  /** Returns the function. The body must end in a terminator. */
  public Function build() {
    return new Function(
        name,
        visibility,
        body.build(),
        argumentAttributes,
        argumentLocations,
        resultAttributes,
        attributes,
        location,
        aliases,
        body.ids().count(),
        body.ids().operationCount());
  }
}
