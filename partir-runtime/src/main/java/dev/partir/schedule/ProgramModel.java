package dev.partir.schedule;

import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names and shapes of a program, which is all that a schedule speaks of. The annotation
 * processor makes one from declarations, before the program exists; {@link #of} makes one from a
 * program.
 *
 * @param name how messages call the program, such as {@code Mlp.forward}
 * @param values its parameters in order, its results, its named intermediate values
 */
public record ProgramModel(String name, List<ValueModel> values) {
  public ProgramModel {
    values = List.copyOf(values);
  }

  /** Returns the parameters, in order. */
  public List<ValueModel> parameters() {
    List<ValueModel> parameters = new ArrayList<>();
    for (ValueModel value : values) {
      if (value.role() == ValueModel.Role.PARAMETER) {
        parameters.add(value);
      }
    }
    return parameters;
  }

  /**
   * Returns the model of a function: its tensor arguments under {@link Function#argumentName} and
   * {@code argN}; its results as {@code result}, or {@code result0}, {@code result1}, ... where
   * they are several; and every value, in loops and branches too, whose operation the source names.
   * Every value that has a name in the program's text is known by it too, with {@code %} before it.
   * Several values may have one name.
   */
  public static ProgramModel of(Function function) {
    List<ValueModel> models = new ArrayList<>();
    for (Binding binding : bindings(function)) {
      models.add(binding.model());
    }
    return new ProgramModel(function.name(), models);
  }

  /**
   * Returns this model with the dimension names and uses that {@code declared} gives values of the
   * same name.
   */
  public ProgramModel withDimensionNames(ProgramModel declared) {
    Map<String, ValueModel> byName = new HashMap<>();
    for (ValueModel other : declared.values()) {
      byName.put(other.role() + " " + other.name(), other);
    }
    List<ValueModel> named = new ArrayList<>();
    for (ValueModel value : values) {
      ValueModel other = byName.get(value.role() + " " + value.name());
      if (other != null && other.type().equals(value.type())) {
        named.add(value.named(other.dimensionNames(), other.use()));
      } else {
        named.add(value);
      }
    }
    return new ProgramModel(declared.name(), named);
  }

  /** Returns the indexes of the {@link #values} that a selector is about, ascending. */
  public List<Integer> select(ValueSelector selector) {
    return new ValueIndex(this).select(selector);
  }

  /** Returns the value behind each of the {@link #values} of {@code of(function)}. */
  public static List<Value> valuesOf(Function function) {
    List<Value> values = new ArrayList<>();
    for (Binding binding : bindings(function)) {
      values.add(binding.value());
    }
    return values;
  }

  private record Binding(ValueModel model, Value value) {}

  private static List<Binding> bindings(Function function) {
    List<Binding> bindings = new ArrayList<>();
    List<Value> arguments = function.arguments();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < arguments.size(); i++) {
      names.add(function.argumentName(i));
    }
    for (int i = 0; i < arguments.size(); i++) {
      String name = function.argumentName(i);
      String text = arguments.get(i).name();
      Set<String> aliases = new HashSet<>(Set.of("arg" + i));
      if (text != null && !text.isEmpty()) {
        aliases.add(text);
        aliases.add("%" + text);
      }
      function.aliases(arguments.get(i)).forEach(other -> aliases.add("%" + other));
      // A name that an argument is known by means that argument alone.
      aliases.removeAll(names);
      bind(bindings, name, aliases, ValueModel.Role.PARAMETER, arguments.get(i));
    }
    Set<Integer> bound = new HashSet<>();
    List<Value> results = function.results();
    for (int i = 0; i < results.size(); i++) {
      Value result = results.get(i);
      Set<String> aliases = new HashSet<>(Set.of("result" + i));
      String info = function.resultAttributes(i).string("jax.result_info");
      if (info != null && !info.isEmpty()) {
        aliases.add(info);
      }
      Operation definition = result.definition();
      String source = definition == null ? null : sourceName(definition);
      if (source != null) {
        aliases.add(source);
      }
      if (result.name() != null) {
        aliases.add("%" + result.name());
      }
      function.aliases(result).forEach(other -> aliases.add("%" + other));
      bound.add(result.id());
      String name = results.size() == 1 ? "result" : "result" + i;
      bind(bindings, name, aliases, ValueModel.Role.RESULT, result);
    }
    bindOperations(bindings, function, function.body().operations(), bound);
    return bindings;
  }

  /** Returns the name that the source gives to what an operation computes; null for none. */
  private static @Nullable String sourceName(Operation operation) {
    String source = operation.sourceName();
    return source == null || source.isEmpty() ? null : source;
  }

  private static void bindOperations(
      List<Binding> bindings, Function function, List<Operation> operations, Set<Integer> bound) {
    for (Operation operation : operations) {
      String source = sourceName(operation);
      for (Value result : operation.results()) {
        String text = result.name() == null ? null : "%" + result.name();
        Set<String> aliases = new LinkedHashSet<>();
        if (text != null) {
          aliases.add(text);
        }
        function.aliases(result).forEach(other -> aliases.add("%" + other));
        String name = source == null && !aliases.isEmpty() ? aliases.iterator().next() : source;
        if (!bound.contains(result.id()) && name != null) {
          bind(bindings, name, aliases, ValueModel.Role.INTERMEDIATE, result);
        }
      }
      if (Op.of(operation).flows(operation) == null) {
        continue;
      }
      for (Region region : operation.regions()) {
        for (Value argument : region.block().arguments()) {
          if (argument.name() != null) {
            Set<String> aliases = new HashSet<>();
            function.aliases(argument).forEach(other -> aliases.add("%" + other));
            bind(bindings, "%" + argument.name(), aliases, ValueModel.Role.INTERMEDIATE, argument);
          }
        }
        bindOperations(bindings, function, region.block().operations(), bound);
      }
    }
  }

  private static void bind(
      List<Binding> bindings, String name, Set<String> aliases, ValueModel.Role role, Value value) {
    if (value.type() instanceof TensorType type) {
      List<String> others = aliases.stream().filter(a -> !a.equals(name)).sorted().toList();
      bindings.add(new Binding(new ValueModel(name, others, role, type, List.of()), value));
    }
  }
}
