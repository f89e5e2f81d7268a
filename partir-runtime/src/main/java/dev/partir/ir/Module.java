package dev.partir.ir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program: named functions, of which {@code main} is the one to run. */
public final class Module {
  private final @Nullable String name;
  private final Attributes attributes;
  private final Map<String, Function> functions;
  private final List<String> declarations;

  private Module(
      @Nullable String name,
      Attributes attributes,
      Map<String, Function> functions,
      List<String> declarations) {
    this.name = name;
    this.attributes = attributes;
    this.functions = functions;
    this.declarations = List.copyOf(declarations);
  }

  /**
   * Returns a module of the given functions.
   *
   * @throws IllegalArgumentException when two functions have the same name
   */
  public static Module of(@Nullable String name, Attributes attributes, List<Function> functions) {
    return of(name, attributes, functions, List.of());
  }

  /**
   * Returns a module of the given functions and of operations that are no functions, as text.
   *
   * @throws IllegalArgumentException when two functions have the same name
   */
  public static Module of(
      @Nullable String name,
      Attributes attributes,
      List<Function> functions,
      List<String> declarations) {
    var byName = new LinkedHashMap<String, Function>();
    for (Function function : functions) {
      if (byName.put(function.name(), function) != null) {
        throw new IllegalArgumentException("two functions named " + function.name());
      }
    }
    return new Module(name, attributes, byName, declarations);
  }

  public @Nullable String name() {
    return name;
  }

  public Attributes attributes() {
    return attributes;
  }

  /** Returns the functions in the order of the source. */
  public List<Function> functions() {
    return List.copyOf(functions.values());
  }

  /**
   * Returns the operations of the module that are no functions, such as {@code sdy.mesh}, as they
   * are written.
   */
  public List<String> declarations() {
    return declarations;
  }

  public @Nullable Function function(String functionName) {
    return functions.get(functionName);
  }

  /**
   * Returns the function to run: {@code main}, or the only public one.
   *
   * @throws PartirException when there is no such function
   */
  public Function main() {
    Function main = functions.get("main");
    if (main != null) {
      return main;
    }
    Function candidate = null;
    for (Function function : functions.values()) {
      if (function.isPublic()) {
        if (candidate != null) {
          candidate = null;
          break;
        }
        candidate = function;
      }
    }
    if (candidate == null) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.NO_FUNCTION,
              "module" + (name == null ? "" : " @" + name),
              "it has no function @main and not exactly one public function, but "
                  + (functions.isEmpty() ? "none" : functions.keySet().toString()),
              "Name the function to use main"));
    }
    return candidate;
  }
}
