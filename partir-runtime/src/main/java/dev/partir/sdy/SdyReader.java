package dev.partir.sdy;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of one attribute of the sdy dialect. */
final class SdyReader {
  private String text;
  private final Location location;
  private int at;

  SdyReader(String text, Location location) {
    this.text = text;
    this.location = location;
    skipSpace();
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  PartirException expected(String what) {
    String rest = text.substring(Math.min(at, text.length()));
    String found = rest.isEmpty() ? "its end" : "\"" + shortened(rest) + "\"";
    return new PartirException(
        new Diagnostic(
            ErrorCode.SYNTAX,
            shortened(text),
            "it has " + found + " where " + what + " is expected",
            "Write it as in #sdy.sharding<@mesh, [{\"x\"}, {?}]>",
            location));
  }

  private static String shortened(String words) {
    return words.length() <= 60 ? words : words.substring(0, 57) + "...";
  }

  /** Takes a word or a mark if it is next. */
  boolean accept(String token) {
    if (!text.startsWith(token, at)) {
      return false;
    }
    at += token.length();
    skipSpace();
    return true;
  }

  boolean isNext(String token) {
    return text.startsWith(token, at);
  }

  void expect(String token) {
    if (!accept(token)) {
      throw expected("\"" + token + "\"");
    }
  }

  void end() {
    if (at < text.length()) {
      throw expected("its end");
    }
  }

  /**
   * Takes {@code #sdy.name} before {@code <}; or {@code #sdy<name}, and the {@code >} at the end.
   */
  void skipName() {
    if (accept("#sdy<")) {
      while (at < text.length()
          && (Character.isLetter(text.charAt(at)) || text.charAt(at) == '_')) {
        at++;
      }
      skipSpace();
      if (!text.endsWith(">")) {
        throw expected("\">\" at the end");
      }
      text = text.substring(0, text.length() - 1);
    } else if (accept("#sdy.")) {
      while (at < text.length()
          && (Character.isLetter(text.charAt(at)) || text.charAt(at) == '_')) {
        at++;
      }
      skipSpace();
    }
  }

  String string() {
    if (at >= text.length() || text.charAt(at) != '"') {
      throw expected("a name in quotes");
    }
    StringBuilder name = new StringBuilder();
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != '"') {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        i++;
      }
      name.append(text.charAt(i++));
    }
    if (i >= text.length()) {
      throw expected("a name in quotes");
    }
    at = i + 1;
    skipSpace();
    return name.toString();
  }

  /** Takes {@code @name} or {@code @"name"} and returns the name. */
  String symbol() {
    if (at >= text.length() || text.charAt(at) != '@') {
      throw expected("a symbol such as @mesh");
    }
    at++;
    if (at < text.length() && text.charAt(at) == '"') {
      return string();
    }
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_$.-".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (from == at) {
      throw expected("a symbol such as @mesh");
    }
    String name = text.substring(from, at);
    skipSpace();
    return name;
  }

  int integer() {
    int from = at;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    if (from == at || at - from > 9) {
      at = from;
      throw expected("a number from 0 to 999999999");
    }
    int number = Integer.parseInt(text.substring(from, at));
    skipSpace();
    return number;
  }

  /** Takes a list in brackets, whose elements {@code element} takes. */
  void list(char open, char close, Runnable element) {
    expect(String.valueOf(open));
    if (!accept(String.valueOf(close))) {
      do {
        element.run();
      } while (accept(","));
      expect(String.valueOf(close));
    }
  }

  AxisRef axis() {
    String name = string();
    if (!accept(":")) {
      return AxisRef.of(name);
    }
    expect("(");
    int before = integer();
    expect(")");
    int size = integer();
    return new AxisRef(name, before, Math.max(1, size));
  }

  List<AxisRef> axes() {
    List<AxisRef> axes = new ArrayList<>();
    list('{', '}', () -> axes.add(axis()));
    return axes;
  }

  DimSharding dim() {
    expect("{");
    List<AxisRef> axes = new ArrayList<>();
    boolean open = false;
    if (!accept("}")) {
      do {
        open = accept("?");
        if (!open) {
          axes.add(axis());
        }
      } while (!open && accept(","));
      expect("}");
    }
    int priority = accept("p") ? integer() : DimSharding.NO_PRIORITY;
    return new DimSharding(axes, open, priority);
  }

  /** Takes {@code <@mesh, [...], replicated={...}, unreduced={...}>}. */
  TensorSharding sharding() {
    expect("<");
    String mesh = null;
    SdyMesh inlined = null;
    if (accept("mesh<")) {
      at = text.lastIndexOf('<', at - 1);
      inlined = mesh();
    } else {
      mesh = symbol();
    }
    expect(",");
    List<DimSharding> dims = new ArrayList<>();
    list('[', ']', () -> dims.add(dim()));
    List<AxisRef> replicated = List.of();
    List<AxisRef> unreduced = List.of();
    while (accept(",")) {
      if (accept("replicated")) {
        expect("=");
        replicated = axes();
      } else {
        expect("unreduced");
        expect("=");
        unreduced = axes();
      }
    }
    expect(">");
    return new TensorSharding(mesh, inlined, dims, replicated, unreduced);
  }

  /** Takes {@code <["x"=2], device_ids=[1, 0]>}. */
  SdyMesh mesh() {
    expect("<");
    List<SdyMesh.Axis> axes = new ArrayList<>();
    list(
        '[',
        ']',
        () -> {
          String name = string();
          expect("=");
          axes.add(new SdyMesh.Axis(name, integer()));
        });
    List<Integer> devices = new ArrayList<>();
    if (accept(",")) {
      expect("device_ids");
      expect("=");
      list('[', ']', () -> devices.add(integer()));
    }
    expect(">");
    return new SdyMesh(axes, devices);
  }

  /** Skips everything up to a mark. */
  void skipTo(String token) {
    int found = text.indexOf(token, at);
    if (found < 0) {
      throw expected("\"" + token + "\"");
    }
    at = found;
  }
}
