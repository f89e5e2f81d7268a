package dev.partir.text;

import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Value;
import dev.partir.op.WhileOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of the values of a function: those of the source where they are free, else numbers. A
 * name is taken within its scope only, as in the text.
 */
final class ValueNames {
  /** By the id of the value: its use, such as {@code %0#1}. */
  private final String[] uses;

  /** By the id of an operation's first result: what stands in front of the operation. */
  private final String[] definitions;

  private final Set<String> inSource = new HashSet<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> suffixes = new HashMap<>();
  private int nextNumber;

  ValueNames(Function function) {
    uses = new String[function.valueCount()];
    definitions = new String[function.valueCount()];
    collect(function.body());
    name(function.body(), true, null);
  }

  /** Returns the use of a value. */
  String use(Value value) {
    return uses[value.id()];
  }

  /** Returns what stands in front of {@code =}. */
  String definition(Operation operation) {
    return definitions[operation.result(0).id()];
  }

  private void collect(Block block) {
    for (Value argument : block.arguments()) {
      collect(argument.name());
    }
    for (Operation operation : block.operations()) {
      for (Region region : operation.regions()) {
        collect(region.block());
      }
      for (Value result : operation.results()) {
        collect(result.name());
      }
    }
  }

  private void collect(@Nullable String name) {
    if (name != null) {
      inSource.add(base(name));
    }
  }

  /**
   * Names the values of a block.
   *
   * @param like the block whose arguments' names this one's arguments have too, or null
   */
  private void name(Block block, boolean isFunction, @Nullable Block like) {
    List<String> here = new ArrayList<>();
    for (int i = 0; i < block.arguments().size(); i++) {
      Value argument = block.arguments().get(i);
      String wanted = argument.name();
      if (like != null && i < like.arguments().size()) {
        wanted = uses[like.arguments().get(i).id()].substring(1);
      }
      uses[argument.id()] =
          "%" + take(wanted == null ? "arg" + (isFunction ? i : argument.id()) : wanted, here);
    }
    for (Operation operation : block.operations()) {
      Block first = null;
      for (Region region : operation.regions()) {
        name(region.block(), false, first);
        // The text of a loop names the arguments of both its regions at once.
        first = operation.kind() == WhileOp.INSTANCE ? region.block() : null;
      }
      if (!operation.results().isEmpty()) {
        results(operation.results(), here);
      }
    }
    here.forEach(taken::remove);
  }

  private void results(List<Value> results, List<String> here) {
    var definition = new StringBuilder();
    for (int first = 0; first < results.size(); ) {
      int count = pack(results, first);
      String wanted = results.get(first).name();
      String name = wanted == null ? number(here) : take(base(wanted), here);
      definition.append(first == 0 ? "%" : ", %").append(name);
      if (count > 1) {
        definition.append(':').append(count);
      }
      for (int i = 0; i < count; i++) {
        uses[results.get(first + i).id()] = "%" + name + (count > 1 ? "#" + i : "");
      }
      first += count;
    }
    definitions[results.get(0).id()] = definition.toString();
  }

  /** Returns how many results from {@code first} on have one name, or none at all. */
  private static int pack(List<Value> results, int first) {
    String name = results.get(first).name();
    int count = 1;
    if (name == null || name.indexOf('#') >= 0) {
      while (first + count < results.size()) {
        String next = results.get(first + count).name();
        boolean same = name == null ? next == null : (base(name) + "#" + count).equals(next);
        if (!same) {
          break;
        }
        count++;
      }
    }
    return count;
  }

  private static String base(String name) {
    int hash = name.indexOf('#');
    return legal(hash < 0 ? name : name.substring(0, hash));
  }

  /** Returns the name with what MLIR does not allow replaced. */
  private static String legal(String name) {
    boolean digits = !name.isEmpty();
    boolean word = !name.isEmpty() && !Text.isDigit(name.charAt(0));
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      digits &= Text.isDigit(c);
      word &= Text.isLetter(c) || Text.isDigit(c) || c == '_' || c == '$' || c == '.' || c == '-';
    }
    if (digits || word) {
      return name;
    }
    var legal = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      legal.append(Text.isLetter(c) || Text.isDigit(c) || c == '.' ? c : '_');
    }
    if (legal.isEmpty() || Text.isDigit(legal.charAt(0))) {
      legal.insert(0, '_');
    }
    return legal.toString();
  }

  private String take(String wanted, List<String> here) {
    String base = legal(wanted);
    String name = base;
    if (taken.contains(base)) {
      String prefix = (Text.isDigit(base.charAt(0)) ? "_" : "") + base + "_";
      int suffix = suffixes.getOrDefault(base, 0);
      do {
        name = prefix + suffix++;
      } while (taken.contains(name) || inSource.contains(name));
      suffixes.put(base, suffix);
    }
    taken.add(name);
    here.add(name);
    return name;
  }

  private String number(List<String> here) {
    String name;
    do {
      name = Integer.toString(nextNumber++);
    } while (inSource.contains(name) || taken.contains(name));
    taken.add(name);
    here.add(name);
    return name;
  }
}
