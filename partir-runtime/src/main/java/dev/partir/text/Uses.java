package dev.partir.text;

import dev.partir.ir.BlockBuilder;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.NearestNames;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Uses and definitions of the values of one function. A use of what is not defined is told once;
 * what depends on it is read on with a stand-in of which nothing is asked, so that one mistake
 * gives one message.
 */
final class Uses {
  /** The first use of a name that is not visible, and whether the name was defined by then. */
  private record UndefinedUse(int offset, boolean definedBefore) {}

  private static final Type NO_TYPE = new Type.Token();

  private final Tokens tokens;
  private final Lexer lexer;
  private final Scopes scopes = new Scopes();
  private final Set<Value> standIns = new HashSet<>();
  private final Map<String, UndefinedUse> undefined = new LinkedHashMap<>();
  private boolean broken;
  private boolean resultsUnknown;

  Uses(Tokens tokens) {
    this.tokens = tokens;
    this.lexer = tokens.lexer();
  }

  Scopes scopes() {
    return scopes;
  }

  /** Returns whether something is wrong with the current operation that has been told already. */
  boolean broken() {
    return broken;
  }

  void setBroken(boolean value) {
    broken = value;
  }

  /** Returns whether the types of the operation last read contradict themselves, and forgets it. */
  boolean takeResultsUnknown() {
    boolean value = resultsUnknown;
    resultsUnknown = false;
    return value;
  }

  /** Takes a use, {@code %name} or {@code %name#1}. */
  Value operand(BlockBuilder block) {
    int from = lexer.start();
    if (!tokens.at(Token.VALUE)) {
      throw tokens.expected(Token.VALUE.description());
    }
    int end = lexer.end();
    String text = tokens.source().text();
    Scopes.Definition definition = scopes.find(text, from + 1, end);
    lexer.next();
    int index = 0;
    if (tokens.at(Token.HASH) && Text.isDigit(tokens.source().text().charAt(lexer.start() + 1))) {
      index = index();
    }
    if (definition != null && !definition.broken() && index < definition.values().size()) {
      return definition.values().get(index);
    }
    String name = text.substring(from + 1, end);
    if (definition == null) {
      undefined.putIfAbsent(name, new UndefinedUse(from, scopes.everDefined(name)));
      return standIn(block, name);
    }
    if (definition.broken()) {
      return standIn(block, name);
    }
    List<Value> values = definition.values();
    tokens.report(
        from,
        ErrorCode.UNDEFINED,
        "%"
            + name
            + " has "
            + values.size()
            + (values.size() == 1 ? " value" : " values")
            + ", so that there is no %"
            + name
            + "#"
            + index,
        "Results count from 0");
    return standIn(block, name);
  }

  private int index() {
    String digits = tokens.take(Token.HASH).substring(1);
    return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private Value standIn(BlockBuilder block, String name) {
    broken = true;
    Value value = block.nested().argument(NO_TYPE, name);
    standIns.add(value);
    return value;
  }

  /** Defines a name whose definition could not be read, unless it is visible already. */
  void defineUnknown(String name, int offset) {
    if (scopes.find(name) == null) {
      scopes.define(name, new Scopes.Definition(List.of(), offset, true));
    }
  }

  /** Defines a name. */
  void define(String name, int offset, List<Value> values) {
    Scopes.Definition before = scopes.define(name, new Scopes.Definition(values, offset, false));
    if (before != null) {
      tokens.report(
          offset,
          ErrorCode.REDEFINED,
          "%" + name + " is defined already in line " + tokens.source().line(before.offset()),
          "Give one of the two another name");
    }
  }

  /** Tells where operands have other types than the text says. */
  void check(List<Value> operands, List<? extends Type> types, @Nullable Location location) {
    Location place = location == null ? tokens.location() : location;
    if (operands.size() != types.size()) {
      tokens
          .diagnostics()
          .add(
              Diagnostic.at(
                  place,
                  ErrorCode.TYPE_MISMATCH,
                  types.size() + " types for " + operands.size() + " operands",
                  "Write one type per operand"));
      broken = true;
      return;
    }
    for (int i = 0; i < operands.size(); i++) {
      Value operand = operands.get(i);
      Type type = types.get(i);
      if (!operand.type().equals(type) && !standIns.contains(operand)) {
        tokens
            .diagnostics()
            .add(
                Diagnostic.at(
                    place,
                    ErrorCode.TYPE_MISMATCH,
                    "operand "
                        + i
                        + (operand.name() == null ? "" : ", %" + operand.name() + ",")
                        + " is a "
                        + operand.type()
                        + ", but is used as a "
                        + type,
                    "Write the type of its definition"));
        // One is enough: the others of the operation may be wrong for the same reason.
        broken = true;
        resultsUnknown = true;
        return;
      }
    }
  }

  /** Tells which names were used without being defined; at the end of the function. */
  void reportUndefined() {
    if (!undefined.isEmpty()) {
      Map<String, Integer> everDefined = scopes.everDefined();
      undefined.forEach((name, use) -> reportUndefined(name, use, everDefined));
    }
  }

  private void reportUndefined(String name, UndefinedUse use, Map<String, Integer> everDefined) {
    Integer definition = everDefined.get(name);
    String problem;
    String remedy;
    if (definition == null) {
      problem = "is not defined";
      remedy = NearestNames.question("%", name, everDefined.keySet());
    } else if (!use.definedBefore()) {
      problem = "is used before its definition in line " + line(definition);
      remedy = "Move the definition before its first use";
    } else if (tokens.diagnostics().hasSyntaxError(line(definition), line(use.offset()))) {
      // The region may have ended by the error.
      return;
    } else {
      problem =
          "is not visible here: it is defined in line "
              + line(definition)
              + ", inside of a region that has ended";
      remedy = "Return it from the region";
    }
    tokens.report(use.offset(), ErrorCode.UNDEFINED, "%" + name + " " + problem, remedy);
  }

  private int line(int offset) {
    return tokens.source().line(offset);
  }
}
