package dev.partir.text;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses MLIR text: programs of the dialects StableHLO, CHLO and func as JAX and others export
 * them, in pretty and in generic form. Every operation is verified.
 *
 * <pre>{@code
 * Module module = MlirParser.parse("mlp.mlir", Files.readString(Path.of("mlp.mlir")));
 * System.out.println(MlirPrinter.print(module));
 * }</pre>
 */
public final class MlirParser {
  /** How a line begins that separates the modules of one text. */
  public static final String SEPARATOR = "// -----";

  private MlirParser() {}

  /**
   * Returns the module that {@code text} holds.
   *
   * @param fileName the name of the text in messages
   * @throws PartirException with all that is wrong with the text, in its order
   */
  public static Module parse(String fileName, String text) {
    var diagnostics = new Diagnostics();
    Module module = parse(new Source(fileName, text), 0, text.length(), diagnostics);
    if (module == null) {
      throw new PartirException(diagnostics.sorted());
    }
    return module;
  }

  /**
   * Returns the modules that {@code text} holds, separated by lines of {@code // -----}. Parts that
   * hold nothing but comments are left out.
   *
   * @throws PartirException with all that is wrong with any of them
   */
  public static List<Module> parseAll(String fileName, String text) {
    var diagnostics = new Diagnostics();
    List<Module> modules = new ArrayList<>();
    var source = new Source(fileName, text);
    for (int from = 0; from <= text.length(); ) {
      int end = separator(text, from);
      if (new Lexer(text, from, end).token() != Token.END) {
        var found = new Diagnostics();
        Module module = parse(source, from, end, found);
        diagnostics.addUpToLimit(found.sorted());
        if (module != null) {
          modules.add(module);
        }
      }
      int newline = text.indexOf('\n', end);
      from = newline < 0 ? text.length() + 1 : newline + 1;
    }
    if (!diagnostics.isEmpty()) {
      throw new PartirException(diagnostics.sorted());
    }
    return modules;
  }

  /** Returns where the next line of the separator begins, or the end of the text. */
  private static int separator(String text, int from) {
    for (int p = text.indexOf(SEPARATOR, from); p >= 0; p = text.indexOf(SEPARATOR, p + 1)) {
      if (p == 0 || text.charAt(p - 1) == '\n') {
        return p;
      }
    }
    return text.length();
  }

  private static @Nullable Module parse(Source source, int from, int end, Diagnostics diagnostics) {
    String text = source.text();
    if (end - from > Limits.CHARACTERS) {
      throw limit(source, "a text of more than " + Limits.CHARACTERS + " characters");
    }
    if (text.startsWith("ML", from) && end - from > 3 && text.charAt(from + 2) > 127) {
      throw new PartirException(
          Diagnostic.at(
              source.location(from),
              ErrorCode.SYNTAX,
              "this is MLIR bytecode, not text",
              "Convert it to text, as with stablehlo-translate or mlir-opt"));
    }
    int first = text.startsWith("\uFEFF", from) ? from + 1 : from;
    try {
      var tokens = new Tokens(source, first, end, diagnostics);
      return new ModuleParser(Parsers.over(tokens)).module();
    } catch (Diagnostics.TooMany enough) {
      return null;
    } catch (StackOverflowError tooDeep) {
      throw limit(source, "the text nests deeper than the stack of this thread allows");
    } catch (OutOfMemoryError tooLarge) {
      throw limit(source, "the program takes more memory than the Java heap has");
    }
  }

  private static PartirException limit(Source source, String problem) {
    return new PartirException(Diagnostic.at(source.location(0), ErrorCode.LIMIT, problem, ""));
  }
}
