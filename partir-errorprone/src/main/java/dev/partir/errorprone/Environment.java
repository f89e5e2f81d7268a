package dev.partir.errorprone;

import com.sun.tools.javac.code.Symbol;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What is known of the local variables at a place in a method. */
final class Environment {
  private final Map<Symbol, Known> variables;

  Environment() {
    this(Map.of());
  }

  private Environment(Map<Symbol, Known> variables) {
    this.variables = new HashMap<>(variables);
  }

  Environment copy() {
    return new Environment(variables);
  }

  Known get(Symbol variable) {
    return variables.getOrDefault(variable, Known.Nothing.NOTHING);
  }

  void set(Symbol variable, Known value) {
    variables.put(variable, value);
  }

  void forget(Collection<Symbol> assigned) {
    variables.keySet().removeAll(assigned);
  }

  /** Returns what is known where one comes from here or from {@code other}. */
  Environment or(Environment other) {
    Environment either = new Environment();
    variables.forEach((variable, value) -> either.set(variable, value.or(other.get(variable))));
    return either;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Environment e && variables.equals(e.variables);
  }

  @Override
  public int hashCode() {
    return variables.hashCode();
  }
}
