package dev.partir.text;

import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of values that are visible at a place of a function. A region sees what encloses it;
 * what it defines is gone at its end.
 */
final class Scopes {
  /**
   * What a name stands for.
   *
   * @param values one value, or the results of an operation with several
   * @param offset where the definition stands
   * @param broken whether the definition could not be read, so that nothing is known of its values
   */
  record Definition(List<Value> values, int offset, boolean broken) {}

  private record Change(String name, @Nullable Definition before) {}

  private final Map<String, Definition> visible = new HashMap<>();
  private final Map<String, Integer> everDefined = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();

  /** Opens a scope, and returns what {@link #close} takes. */
  int open() {
    return changes.size();
  }

  /** Forgets what was defined since {@link #open}. */
  void close(int mark) {
    for (int i = changes.size() - 1; i >= mark; i--) {
      Change change = changes.remove(i);
      if (change.before() == null) {
        visible.remove(change.name());
      } else {
        visible.put(change.name(), change.before());
      }
    }
  }

  @Nullable Definition find(String name) {
    return visible.get(name);
  }

  /** Defines a name and returns what it stood for before, or null. */
  @Nullable Definition define(String name, Definition definition) {
    Definition before = visible.put(name, definition);
    changes.add(new Change(name, before));
    everDefined.putIfAbsent(name, definition.offset());
    return before;
  }

  /** Returns where each name was first defined, in any scope. */
  Map<String, Integer> everDefined() {
    return everDefined;
  }
}
