package dev.partir.text;

import dev.partir.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of values that are visible at a place of a function. A region sees what encloses it;
 * what it defines is gone at its end. Names are looked up where they stand in the text, without
 * being copied.
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

  /** A name that was defined somewhere. */
  private static final class Name {
    private final String text;
    private final int hash;
    private final int firstDefined;
    private @Nullable Definition visible;
    private @Nullable Name next;

    Name(String text, int hash, int firstDefined) {
      this.text = text;
      this.hash = hash;
      this.firstDefined = firstDefined;
    }
  }

  private record Change(Name name, @Nullable Definition before) {}

  /** Chains of names by their hashes; as many as a power of two. */
  private @Nullable Name[] chains = new Name[64];

  private final List<Name> names = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  /** The scopes that are open inside of the function. */
  private int depth;

  /** Opens a scope, and returns what {@link #close} takes. */
  int open() {
    depth++;
    return changes.size();
  }

  /** Forgets what was defined since {@link #open}. */
  void close(int mark) {
    depth--;
    for (int i = changes.size() - 1; i >= mark; i--) {
      Change change = changes.remove(i);
      change.name().visible = change.before();
    }
  }

  /** Returns what the name stands for that is written from {@code start} to {@code end}. */
  @Nullable Definition find(String text, int start, int end) {
    Name name = named(text, start, end, hash(text, start, end));
    return name == null ? null : name.visible;
  }

  /** Returns what a name stands for. */
  @Nullable Definition find(String name) {
    return find(name, 0, name.length());
  }

  /** Returns whether a name was defined in any scope. */
  boolean everDefined(String name) {
    return named(name, 0, name.length(), hash(name, 0, name.length())) != null;
  }

  /** Defines a name and returns what it stood for before, or null. */
  @Nullable Definition define(String text, Definition definition) {
    int hash = hash(text, 0, text.length());
    Name name = named(text, 0, text.length(), hash);
    if (name == null) {
      name = new Name(text, hash, definition.offset());
      add(name);
    }
    Definition before = name.visible;
    name.visible = definition;
    if (depth > 0) {
      changes.add(new Change(name, before));
    }
    return before;
  }

  /** Returns where each name was first defined, in any scope. */
  Map<String, Integer> everDefined() {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (Name name : names) {
      all.put(name.text, name.firstDefined);
    }
    return all;
  }

  private void add(Name name) {
    if (names.size() == chains.length) {
      chains = new Name[2 * chains.length];
      names.forEach(this::link);
    }
    names.add(name);
    link(name);
  }

  private void link(Name name) {
    int chain = name.hash & (chains.length - 1);
    name.next = chains[chain];
    chains[chain] = name;
  }

  private @Nullable Name named(String text, int start, int end, int hash) {
    Name name = chains[hash & (chains.length - 1)];
    while (name != null
        && (name.hash != hash
            || name.text.length() != end - start
            || !name.text.regionMatches(0, text, start, end - start))) {
      name = name.next;
    }
    return name;
  }

  /** Mixes the bits of the polynomial that strings hash by, whose low ones alone are uneven. */
  private static int hash(String text, int start, int end) {
    int hash = 0;
    for (int p = start; p < end; p++) {
      hash = 31 * hash + text.charAt(p);
    }
    return hash ^ hash >>> 15;
  }
}
