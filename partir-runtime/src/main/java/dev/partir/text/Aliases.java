package dev.partir.text;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The aliases of attributes, types and locations of a module. MLIR prints the table of locations
 * behind the module, so the places of all definitions are found before the first use is read; what
 * stands there is parsed when an alias is first used.
 */
final class Aliases {
  /** Characters that all uses of aliases may stand for, so that aliases of aliases stay bounded. */
  private static final long EXPANDED_CHARACTERS = 1L << 26;

  /** The name with its mark, and where the value begins. */
  private final Map<String, Integer> values = new LinkedHashMap<>();

  private final Set<String> underway = new HashSet<>();
  private final Map<String, Long> weights = new HashMap<>();
  private final Map<String, Integer> ends = new HashMap<>();
  private final Tokens tokens;
  private final Map<String, Integer> missing = new HashMap<>();
  private final Map<String, PartirException> failed = new HashMap<>();
  private long weight;

  Aliases(Tokens tokens) {
    this.tokens = tokens;
    find();
  }

  /** Finds lines that begin with a mark, a name and an equals sign. */
  private void find() {
    Source source = tokens.source();
    Lexer lexer = tokens.lexer();
    int first = lexer.start();
    for (int p = source.marked(first); p < lexer.limit(); p = source.marked(p + 1)) {
      if (source.text().charAt(p) == '{') {
        continue;
      }
      lexer.moveTo(p);
      if (lexer.token() == Token.HASH || lexer.token() == Token.BANG) {
        String name = lexer.spelling();
        lexer.next();
        if (lexer.token() == Token.EQUAL && values.putIfAbsent(name, lexer.end()) != null) {
          tokens.report(p, ErrorCode.REDEFINED, "the alias " + name + " is defined twice", "");
        }
      }
    }
    lexer.moveTo(first);
  }

  /** Returns whether there is an alias of that name, its mark included. */
  boolean defines(String name) {
    return values.containsKey(name);
  }

  /**
   * Returns where the definition ends whose value begins at {@code place}, or null if it has not
   * been read.
   */
  @Nullable Integer end(String name, int place) {
    return values.getOrDefault(name, -1) == place ? ends.get(name) : null;
  }

  /** Returns the names that begin with {@code mark}, the mark included. */
  List<String> names(char mark) {
    List<String> names = new ArrayList<>();
    for (String name : values.keySet()) {
      if (name.charAt(0) == mark) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * Takes the alias that is the current token and returns what it stands for.
   *
   * @param known what aliases of this sort have been found to stand for
   * @param parser parses the value; at its first use only
   */
  <T> T take(Map<String, T> known, Supplier<T> parser) {
    Lexer lexer = tokens.lexer();
    String name = lexer.spelling();
    int use = lexer.start();
    int back = lexer.end();
    PartirException problemBefore = failed.get(name);
    if (problemBefore != null) {
      lexer.moveTo(back);
      throw problemBefore;
    }
    T value = known.get(name);
    if (value == null) {
      Integer place = values.get(name);
      if (place == null) {
        // Told at the first use only.
        missing.putIfAbsent(name, use);
        throw tokens.error(
            missing.get(name),
            ErrorCode.UNDEFINED,
            "the alias " + name + " is not defined",
            NearestNames.question("", name, names(name.charAt(0))));
      }
      if (!underway.add(name)) {
        throw tokens.error(
            use,
            ErrorCode.REDEFINED,
            "the alias " + name + " stands for itself",
            "Define it without using it");
      }
      long before = weight;
      tokens.enter();
      try {
        lexer.moveTo(place);
        value = parser.get();
        known.put(name, value);
        weights.put(name, weight - before + lexer.start() - place);
        ends.put(name, lexer.start());
      } catch (PartirException problem) {
        failed.put(name, problem);
        throw problem;
      } finally {
        lexer.moveTo(back);
        underway.remove(name);
        tokens.leave();
      }
    } else {
      lexer.moveTo(back);
    }
    weight += weights.getOrDefault(name, 0L);
    if (weight > EXPANDED_CHARACTERS) {
      weight = 0;
      throw tokens.error(
          use,
          ErrorCode.LIMIT,
          "the aliases stand for more than " + EXPANDED_CHARACTERS + " characters",
          "Use fewer aliases of aliases");
    }
    return value;
  }
}
