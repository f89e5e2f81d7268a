package dev.partir.errorprone;

import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/** Compiles model code with Error Prone, which finds the checks as it does in any build. */
final class Checked {
  private static final String IMPORTS =
      "package demo; import dev.partir.annotations.*; import dev.partir.dsl.Tensor;"
          + " import dev.partir.ir.ElementType; ";

  private static final Pattern MESSAGE = Pattern.compile("\\[(\\w+)\\] (.*)\\n.*\\(see (.*)\\)");

  /**
   * What a check says.
   *
   * @param line of the code, counted from 1
   * @param at the code from the column on that the compiler points at, to the end of the line
   */
  record Told(
      Diagnostic.Kind kind, String check, long line, String at, String message, String page) {}

  private Checked() {}

  /** Returns what the checks say of a compilation unit, in the order of the code. */
  static List<Told> check(String code) {
    return check(code, "");
  }

  static List<Told> check(String code, String options) {
    return compile(
        code,
        List.of(
            "-XDcompilePolicy=simple",
            "--should-stop=ifError=FLOW",
            "-Xplugin:ErrorProne -XepDisableAllChecks " + on() + options));
  }

  /** Compiles with options that switch Error Prone on. */
  static List<Told> compile(String code, List<String> options) {
    Compilation compilation =
        javac()
            .withOptions(
                Stream.concat(
                        Stream.of(
                            "-processorpath", System.getProperty("java.class.path"), "-proc:none"),
                        options.stream())
                    .toArray())
            .compile(JavaFileObjects.forSourceString("demo.Model", IMPORTS + code));
    return compilation.diagnostics().stream()
        .filter(d -> d.getKind() != Diagnostic.Kind.NOTE)
        .map(d -> told(code, d))
        .sorted((a, b) -> Long.compare(a.line(), b.line()))
        .toList();
  }

  private static String on() {
    StringBuilder options = new StringBuilder();
    for (Class<?> check : BugPatternPagesTest.CHECKS) {
      options.append("-Xep:").append(check.getSimpleName()).append(' ');
    }
    return options.toString();
  }

  private static Told told(String code, Diagnostic<? extends JavaFileObject> diagnostic) {
    Matcher matcher = MESSAGE.matcher(diagnostic.getMessage(Locale.ROOT));
    if (!matcher.matches()) {
      throw new AssertionError(diagnostic.toString());
    }
    String rest = (IMPORTS + code).substring(Math.toIntExact(diagnostic.getPosition()));
    return new Told(
        diagnostic.getKind(),
        matcher.group(1),
        diagnostic.getLineNumber(),
        rest.lines().findFirst().orElse(""),
        matcher.group(2),
        matcher.group(3));
  }
}
