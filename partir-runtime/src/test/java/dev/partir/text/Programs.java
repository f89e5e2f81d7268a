package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Short programs in tests, and what is asked of all of them. */
final class Programs {
  private Programs() {}

  /** Returns a program that has a bit of everything that can stand in a text. */
  static String everything() {
    return resource("everything.mlir");
  }

  /** Returns a program with the operations that the corpus does not have, and with loops. */
  static String operations() {
    return resource("operations.mlir");
  }

  private static String resource(String name) {
    try (var stream = Programs.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Module parse(String text) {
    return MlirParser.parse("t.mlir", text);
  }

  /** Returns the operation number {@code index} of a function without arguments and results. */
  static Operation operation(int index, String... lines) {
    return parse("func.func @f() {\n" + String.join("\n", lines) + "\nreturn\n}\n")
        .functions()
        .get(0)
        .body()
        .operations()
        .get(index);
  }

  /** Returns the value of a constant, whose text has no operation around it. */
  static Attribute constant(String value) {
    Operation operation = operation(0, "%0 = stablehlo.constant " + value);
    return Objects.requireNonNull(operation.attributes().get("value"));
  }

  /** Returns an attribute of the module. */
  static Attribute attribute(String value) {
    Attributes attributes = parse("module attributes {a.x = " + value + "} {}").attributes();
    return Objects.requireNonNull(attributes.get("a.x"));
  }

  /** Returns the messages, each with its position. */
  static List<String> errors(String text) {
    PartirException refusal = assertThrows(PartirException.class, () -> parse(text));
    return refusal.diagnostics().stream().map(Diagnostic::toString).toList();
  }

  /** Returns the only message for operations in a function whose header is line 1. */
  static String error(String... lines) {
    List<String> errors = errors("func.func @f() {\n" + String.join("\n", lines) + "\nreturn\n}\n");
    assertThat(errors).hasSize(1);
    return errors.get(0);
  }

  /** Checks that what is printed, in both forms, is read back as the same program. */
  static void assertRoundTrip(String name, Module module) {
    for (PrintOptions options : List.of(PrintOptions.PRETTY, PrintOptions.GENERIC)) {
      String printed = MlirPrinter.print(module, options);
      Module again = MlirParser.parse(name + " printed", printed);
      assertWithMessage("%s, generic: %s", name, options.generic())
          .that(SameProgram.difference(module, again))
          .isEmpty();
      assertThat(MlirPrinter.print(again, options)).isEqualTo(printed);
    }
  }
}
