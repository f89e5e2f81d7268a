package dev.partir.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function of a module. Its values have dense ids from 0 to {@link #valueCount} - 1, its
 * arguments the first ones.
 */
public final class Function {
  private final String name;
  private final Visibility visibility;
  private final Block body;
  private final List<Attributes> argumentAttributes;
  private final List<Location> argumentLocations;
  private final List<Attributes> resultAttributes;
  private final Attributes attributes;
  private final Location location;
  private final Map<Value, List<String>> aliases;
  private final int valueCount;
  private final int operationCount;

  Function(
      String name,
      Visibility visibility,
      Block body,
      List<Attributes> argumentAttributes,
      List<Location> argumentLocations,
      List<Attributes> resultAttributes,
      Attributes attributes,
      Location location,
      Map<Value, List<String>> aliases,
      int valueCount,
      int operationCount) {
    this.name = name;
    this.visibility = visibility;
    this.body = body;
    this.argumentAttributes = List.copyOf(argumentAttributes);
    this.argumentLocations = List.copyOf(argumentLocations);
    this.resultAttributes = List.copyOf(resultAttributes);
    this.attributes = attributes;
    this.location = location;
    this.aliases = Map.copyOf(aliases);
    this.valueCount = valueCount;
    this.operationCount = operationCount;
  }

  public String name() {
    return name;
  }

  /**
   * Returns the names, without {@code %}, that the source has for a value besides {@link
   * Value#name}: those of calls whose functions hand it through.
   */
  public List<String> aliases(Value value) {
    return aliases.getOrDefault(value, List.of());
  }

  Map<Value, List<String>> aliases() {
    return aliases;
  }

  public Visibility visibility() {
    return visibility;
  }

  /** Returns whether a module can be entered by the function. */
  public boolean isPublic() {
    return visibility.isPublic();
  }

  public Block body() {
    return body;
  }

  public List<Value> arguments() {
    return body.arguments();
  }

  /** Returns what the function gives back. */
  public List<Value> results() {
    return body.results();
  }

  /** Returns the attributes of argument {@code index}. */
  public Attributes argumentAttributes(int index) {
    return argumentAttributes.get(index);
  }

  /** Returns the attributes of result {@code index}. */
  public Attributes resultAttributes(int index) {
    return index < resultAttributes.size() ? resultAttributes.get(index) : Attributes.EMPTY;
  }

  public Attributes attributes() {
    return attributes;
  }

  public Location location() {
    return location;
  }

  /** Returns the number of values, those of nested regions included. */
  public int valueCount() {
    return valueCount;
  }

  /** Returns the number of operations, those of nested regions included. */
  public int operationCount() {
    return operationCount;
  }

  public Type.FunctionType type() {
    List<Type> inputs = new ArrayList<>();
    for (Value argument : arguments()) {
      inputs.add(argument.type());
    }
    List<Type> results = new ArrayList<>();
    for (Value result : results()) {
      results.add(result.type());
    }
    return new Type.FunctionType(inputs, results);
  }

  /**
   * Returns where argument {@code index} stands in the source, and the name that its location gives
   * it.
   */
  public Location argumentLocation(int index) {
    return argumentLocations.get(index);
  }

  /**
   * Returns the name by which users speak of argument {@code index}: the name of its location, else
   * its name in the text, else {@code argN}.
   */
  public String argumentName(int index) {
    @Nullable String located = argumentLocations.get(index).name();
    if (located != null && !located.isEmpty()) {
      return located;
    }
    @Nullable String name = arguments().get(index).name();
    return name != null && !name.isEmpty() && !Character.isDigit(name.charAt(0))
        ? name
        : "arg" + index;
  }
}
