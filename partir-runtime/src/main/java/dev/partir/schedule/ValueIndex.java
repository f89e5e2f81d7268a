package dev.partir.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the values of a model that selectors are about; names without patterns in constant time.
 */
final class ValueIndex {
  private final List<ValueModel> values;
  private final Map<String, List<Integer>> byName = new HashMap<>();

  ValueIndex(ProgramModel model) {
    this.values = model.values();
    for (int i = 0; i < values.size(); i++) {
      add(values.get(i).name(), i);
      for (String alias : values.get(i).aliases()) {
        add(alias, i);
      }
    }
  }

  private void add(String name, int value) {
    byName.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
  }

  /** Returns the indexes of the values that {@code selector} is about, ascending. */
  List<Integer> select(ValueSelector selector) {
    List<Integer> matches = byName.get(selector.text());
    if (matches == null) {
      matches = selector.isPattern() ? scan(selector) : List.of();
    }
    List<Integer> parameters = new ArrayList<>();
    for (int match : matches) {
      if (values.get(match).role() == ValueModel.Role.PARAMETER) {
        parameters.add(match);
      }
    }
    return parameters.isEmpty() ? matches : parameters;
  }

  private List<Integer> scan(ValueSelector selector) {
    List<Integer> matches = new ArrayList<>();
    Predicate<ValueModel> matcher = selector.matcher();
    for (int i = 0; i < values.size(); i++) {
      if (matcher.test(values.get(i))) {
        matches.add(i);
      }
    }
    return matches;
  }

  /** Returns the names that a selector could have meant: of parameters, then of other values. */
  Collection<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (ValueModel value : values) {
      names.add(value.name());
    }
    return names;
  }

  /** Returns the types of the parameters as a selector spells them. */
  Collection<String> types() {
    Set<String> types = new LinkedHashSet<>();
    for (ValueModel value : values) {
      if (value.role() == ValueModel.Role.PARAMETER) {
        types.add("type:" + value.type().shapeText());
      }
    }
    return types;
  }
}
