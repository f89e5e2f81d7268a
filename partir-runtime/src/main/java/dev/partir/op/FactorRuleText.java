package dev.partir.op;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.op.FactorRule.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes and reads {@link FactorRule}s as text; {@link FactorRule#parse} says how. */
final class FactorRuleText {
  /** What Shardy puts around a rule. */
  private static final String SHARDY = "#sdy.op_sharding_rule<";

  private final String text;
  private final TensorType[] operands;
  private final TensorType[] results;
  private final Location location;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<Long> sizes = new ArrayList<>();
  private final List<Kind> kinds = new ArrayList<>();
  private final List<Monoid> monoids = new ArrayList<>();
  private final Map<List<Integer>, Window> windows = new LinkedHashMap<>();
  private int at;

  private FactorRuleText(
      String text, TensorType[] operands, TensorType[] results, Location location) {
    this.text = text;
    this.operands = operands;
    this.results = results;
    this.location = location;
  }

  // Writing.

  static String print(FactorRule rule, int[][][] operands, int[][][] results) {
    var out = new StringBuilder("(");
    append(out, operands);
    out.append(")->(");
    append(out, results);
    out.append(") {");
    for (int f = 0; f < rule.factorCount(); f++) {
      out.append(f == 0 ? "" : ", ");
      boolean known = rule.size(f) != TensorType.DYNAMIC;
      out.append(FactorRule.letter(f)).append('=').append(known ? "" + rule.size(f) : "?");
    }
    out.append('}');
    appendKind(out, rule, Kind.REDUCTION, " reduction={");
    appendKind(out, rule, Kind.PERMUTATION, " permutation={");
    appendWindows(out, rule);
    appendKind(out, rule, Kind.WHOLE, " need_replication={");
    return out.toString();
  }

  private static void append(StringBuilder out, int[][][] values) {
    for (int v = 0; v < values.length; v++) {
      out.append(v == 0 ? "[" : ", [");
      for (int d = 0; d < values[v].length; d++) {
        out.append(d == 0 ? "" : ", ");
        if (values[v][d].length == 0) {
          out.append('1');
        }
        for (int factor : values[v][d]) {
          out.append(FactorRule.letter(factor));
        }
      }
      out.append(']');
    }
  }

  private static void appendKind(StringBuilder out, FactorRule rule, Kind kind, String head) {
    List<String> names = new ArrayList<>();
    for (int f = 0; f < rule.factorCount(); f++) {
      if (rule.kind(f) == kind) {
        boolean sum = kind != Kind.REDUCTION || rule.monoid(f) == Monoid.ADD;
        names.add(FactorRule.letter(f) + (sum ? "" : ":" + name(rule.monoid(f))));
      }
    }
    if (!names.isEmpty()) {
      out.append(head).append(String.join(", ", names)).append('}');
    }
  }

  private static String text(Window window) {
    if (window.scale() < 0) {
      return "reversed(" + window.start() + ")";
    }
    List<Long> numbers =
        window.divisor() == 1
            ? List.of(window.scale(), window.start(), window.width() + window.scale())
            : List.of(window.scale(), window.divisor(), window.start(), window.width());
    String all = numbers.toString();
    return (window.divisor() == 1 ? "sliding(" : "dilated(")
        + all.substring(1, all.length() - 1)
        + ")";
  }

  private static void appendWindows(StringBuilder out, FactorRule rule) {
    List<String> all = new ArrayList<>();
    for (int o = 0; o < rule.operandCount() && rule.hasWindows(); o++) {
      for (int d = 0; d < rule.operand(o).length; d++) {
        Window window = rule.window(o, d);
        if (window != null) {
          all.add(o + "." + d + "=" + text(window));
        }
      }
    }
    if (!all.isEmpty()) {
      out.append(" windows={").append(String.join(", ", all)).append('}');
    }
  }

  private static String name(Monoid monoid) {
    return monoid.op().opName().substring("stablehlo.".length());
  }

  // Reading.

  static FactorRule parse(
      String text, TensorType[] operands, TensorType[] results, Location location) {
    return new FactorRuleText(text, operands, results, location).parse();
  }

  private FactorRule parse() {
    boolean shardy = accept(SHARDY);
    List<List<List<String>>> in = values();
    expect("->");
    List<List<List<String>>> out = values();
    expect("{");
    while (!accept("}")) {
      size();
    }
    while (word("reduction")
        || word("permutation")
        || word("windows")
        || word("need_replication")
        || word("blocked_propagation")) {
      kinds();
    }
    if (shardy) {
      if (accept(",")) {
        expect("custom");
      }
      expect(">");
    }
    skip();
    if (at < text.length()) {
      throw here("the rule goes on behind its end", "Write one rule");
    }
    return build(in, out);
  }

  /** Reads the dimensions of values, each a list of factors. */
  private List<List<List<String>>> values() {
    List<List<List<String>>> values = new ArrayList<>();
    expect("(");
    if (accept(")")) {
      return values;
    }
    do {
      expect("[");
      List<List<String>> dims = new ArrayList<>();
      if (!accept("]")) {
        do {
          dims.add(factors());
        } while (accept(","));
        expect("]");
      }
      values.add(dims);
    } while (accept(","));
    expect(")");
    return values;
  }

  /** Reads the factors of a dimension, written one after the other; 1 for none. */
  private List<String> factors() {
    List<String> names = new ArrayList<>();
    if (accept("1")) {
      return names;
    }
    do {
      names.add(name());
    } while (at < text.length() && isLetter(text.charAt(at)));
    return names;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  /** Reads a name of a factor: a letter, or a letter, a line and a number. */
  private String name() {
    skip();
    int start = at;
    if (at == text.length() || !isLetter(text.charAt(at))) {
      throw here("a factor is missing", "Name factors i, j, ..., z, z_1, z_2, ...");
    }
    at++;
    if (at < text.length() && text.charAt(at) == '_') {
      at++;
      number();
    }
    return text.substring(start, at);
  }

  private long number() {
    skip();
    int start = at;
    if (at < text.length() && text.charAt(at) == '-') {
      at++;
    }
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    try {
      return Long.parseLong(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw here("a number is missing", "Write a size such as 8");
    }
  }

  private void size() {
    String name = name();
    expect("=");
    long size = number();
    if (size < 0) {
      throw error("factor " + name + " has size " + size, "A size is 0 or more");
    }
    if (numbers.put(name, sizes.size()) != null) {
      throw error("factor " + name + " has two sizes", "Say its size once");
    }
    sizes.add(size);
    kinds.add(Kind.PARALLEL);
    monoids.add(Monoid.ADD);
    accept(",");
  }

  private void kinds() {
    // Its word has been read.
    int end = at;
    int start = end;
    while (start > 0 && (isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '_')) {
      start--;
    }
    String word = text.substring(start, end);
    expect("=");
    expect("{");
    while (!accept("}")) {
      if (word.equals("windows")) {
        window();
      } else {
        kind(word);
      }
      accept(",");
    }
  }

  private void kind(String word) {
    String name = name();
    int factor = number(name);
    if (kinds.get(factor) != Kind.PARALLEL) {
      throw error("factor " + name + " has two kinds", "Say its kind once");
    }
    kinds.set(
        factor,
        switch (word) {
          case "reduction" -> Kind.REDUCTION;
          case "permutation" -> Kind.PERMUTATION;
          // What Shardy does not propagate is not tiled here.
          default -> Kind.WHOLE;
        });
    if (word.equals("reduction") && accept(":")) {
      skip();
      int start = at;
      while (at < text.length() && isLetter(text.charAt(at))) {
        at++;
      }
      String operation = text.substring(start, at);
      Monoid monoid = Monoid.named("stablehlo." + operation);
      if (monoid == null) {
        throw error(
            "factor " + name + " is reduced by \"" + operation + "\"",
            "It is reduced by add, multiply, minimum, maximum, and, or or xor");
      }
      monoids.set(factor, monoid);
    }
  }

  private void window() {
    long operand = number();
    expect(".");
    long dim = number();
    expect("=");
    Window window;
    if (accept("reversed")) {
      expect("(");
      window = Window.reversed(number());
    } else if (accept("dilated")) {
      window = dilated();
    } else {
      expect("sliding");
      expect("(");
      long stride = number();
      expect(",");
      long start = number();
      expect(",");
      long extent = number();
      if (stride < 1 || extent < 1) {
        throw error("a window of extent " + extent + " moves by " + stride, "Both are 1 or more");
      }
      window = Window.sliding(stride, start, extent);
    }
    expect(")");
    if (operand < 0
        || operand >= operands.length
        || dim < 0
        || dim >= operands[(int) operand].rank()) {
      throw error(
          "it has a window of dimension " + dim + " of operand " + operand,
          "Name an operand and a dimension of it, from 0 on, as in 0.1");
    }
    windows.put(List.of((int) operand, (int) dim), window);
  }

  private Window dilated() {
    expect("(");
    long stride = number();
    expect(",");
    long divisor = number();
    expect(",");
    long start = number();
    expect(",");
    long width = number();
    if (stride < 1 || divisor < 2) {
      throw error(
          "a window moves by " + stride + " over what is dilated by " + divisor,
          "Stride is 1 or more, dilation 2 or more");
    }
    return Window.stretch(stride, divisor, start, width);
  }

  private int number(String name) {
    Integer factor = numbers.get(name);
    if (factor == null) {
      throw error(
          "factor " + name + " has no size",
          "Say the sizes of all factors, as in {" + name + "=8}");
    }
    return factor;
  }

  // Putting it together.

  private FactorRule build(List<List<List<String>>> in, List<List<List<String>>> out) {
    FactorRule.Builder rule = FactorRule.builder(operands, results);
    boolean[] used = new boolean[sizes.size()];
    boolean[] windowed = new boolean[sizes.size()];
    checkCount("operand", in, operands);
    checkCount("result", out, results);
    Monoid combined = null;
    windows.keySet().forEach(key -> check(in, key, windowed));
    for (int f = 0; f < sizes.size(); f++) {
      if (kinds.get(f) == Kind.REDUCTION) {
        if (combined != null && combined != monoids.get(f)) {
          throw error(
              "its factors are reduced by " + name(combined) + " and by " + name(monoids.get(f)),
              "Partial results combine in one way");
        }
        combined = monoids.get(f);
        rule.reduction(sizes.get(f), monoids.get(f));
      } else {
        // What a block needs of its neighbours is not known without windows.
        boolean unknown = kinds.get(f) == Kind.PERMUTATION && !windowed[f];
        rule.factor(sizes.get(f), unknown ? Kind.WHOLE : kinds.get(f));
      }
    }
    for (int o = 0; o < in.size(); o++) {
      for (int d = 0; d < in.get(o).size(); d++) {
        Window window = windows.get(List.of(o, d));
        checkSize("operand", o, d, in.get(o).get(d), operands[o].dim(d), window != null);
        for (String name : in.get(o).get(d)) {
          int factor = number(name);
          used[factor] = true;
          if (window != null) {
            rule.window(o, d, factor, window);
          } else {
            rule.operand(o, d, factor);
          }
        }
      }
    }
    for (int r = 0; r < out.size(); r++) {
      for (int d = 0; d < out.get(r).size(); d++) {
        checkSize("result", r, d, out.get(r).get(d), results[r].dim(d), false);
        for (String name : out.get(r).get(d)) {
          int factor = number(name);
          used[factor] = true;
          if (kinds.get(factor) == Kind.REDUCTION) {
            throw error(
                "factor " + name + " is a reduction and in dimension " + d + " of result " + r,
                "What is reduced is in operands only");
          }
          rule.result(r, d, factor);
        }
      }
    }
    numbers.forEach(
        (name, factor) -> {
          if (!used[factor]) {
            throw error("factor " + name + " is in no dimension", "Leave it out");
          }
        });
    return rule.build();
  }

  private void check(List<List<List<String>>> in, List<Integer> key, boolean[] windowed) {
    List<String> names = in.get(key.get(0)).get(key.get(1));
    Kind kind = names.size() == 1 ? kinds.get(number(names.get(0))) : Kind.WHOLE;
    if (kind != Kind.PERMUTATION && kind != Kind.REDUCTION) {
      throw error(
          "dimension " + key.get(1) + " of operand " + key.get(0) + " has a window",
          "Windows are for dimensions of one factor that is a permutation or a reduction");
    }
    windowed[number(names.get(0))] = true;
  }

  private void checkCount(String what, List<List<List<String>>> values, TensorType[] types) {
    if (values.size() != types.length) {
      throw error(
          "it has " + values.size() + " " + what + "s for " + types.length,
          "Write the dimensions of every " + what + ", as in [i, j]");
    }
    for (int v = 0; v < types.length; v++) {
      if (values.get(v).size() != types[v].rank()) {
        throw error(
            what + " " + v + " has " + values.get(v).size() + " dimensions for a " + types[v],
            "Write one per dimension");
      }
    }
  }

  private void checkSize(
      String what, int value, int dim, List<String> names, long size, boolean windowed) {
    long product = 1;
    for (int i = 0; i < names.size(); i++) {
      int factor = number(names.get(i));
      if (names.indexOf(names.get(i)) != i) {
        throw error(
            "factor "
                + names.get(i)
                + " is twice in dimension "
                + dim
                + " of "
                + what
                + " "
                + value,
            "A dimension is a product of different factors");
      }
      product *= sizes.get(factor);
    }
    // An empty dimension may have no factor, as one of size 1.
    boolean fits = product == size || (names.isEmpty() && size == 0);
    if (!windowed && !fits && size != TensorType.DYNAMIC) {
      throw error(
          "dimension "
              + dim
              + " of "
              + what
              + " "
              + value
              + " has size "
              + size
              + ", and its factors make "
              + product,
          "The product of the factors of a dimension is its size");
    }
  }

  // Characters.

  private void skip() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean accept(String token) {
    skip();
    if (!text.startsWith(token, at)) {
      return false;
    }
    at += token.length();
    return true;
  }

  /** Takes a word that is followed by an equals sign. */
  private boolean word(String word) {
    int before = at;
    if (accept(word)) {
      int behind = at;
      if (accept("=")) {
        at = behind;
        return true;
      }
    }
    at = before;
    return false;
  }

  private void expect(String token) {
    if (!accept(token)) {
      throw here(
          "\"" + token + "\" is missing",
          "A rule reads as ([i, k], [k, j])->([i, j]) " + "{i=8, j=16, k=4} reduction={k}");
    }
  }

  private PartirException here(String problem, String remedy) {
    int end = Math.min(text.length(), at + 12);
    String rest = at < text.length() ? "at \"" + text.substring(at, end) + "\"" : "at its end";
    return error(problem + " " + rest, remedy);
  }

  private PartirException error(String problem, String remedy) {
    return new PartirException(
        Diagnostic.at(location, ErrorCode.INVALID_OP, "sharding rule: " + problem, remedy));
  }
}
