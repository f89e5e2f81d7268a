package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Programs of a few operations in tests. */
final class Snippets {
  private Snippets() {}

  static Module parse(String text) {
    return MlirParser.parse("t.mlir", text);
  }

  /**
   * Runs a function that takes arguments; prints and reads it before, which must change nothing.
   */
  static List<HostArray> run(String text, HostArray... arguments) {
    Module module = parse(text);
    String printed = MlirPrinter.print(module);
    Module again = parse(printed);
    assertThat(MlirPrinter.print(again)).isEqualTo(printed);
    return Interpreter.run(again, List.of(arguments));
  }

  /** Runs a function without arguments and returns the elements of its first result. */
  static String elements(String text) {
    return text(run(text).get(0));
  }

  /** Returns the elements as in {@code 1 2 3}. */
  static String text(HostArray array) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < array.length(); i++) {
      out.append(i == 0 ? "" : " ");
      if (array.type().element().isInteger()) {
        out.append(array.getLong(i));
      } else if (array.get(i) == Math.rint(array.get(i)) && Math.abs(array.get(i)) < 1e15) {
        out.append((long) array.get(i));
      } else {
        out.append(array.get(i));
      }
    }
    return out.toString();
  }

  /** Returns the only message that a program is refused with, without the place and the page. */
  static String refusal(String text) {
    PartirException refusal = assertThrows(PartirException.class, () -> parse(text));
    assertThat(refusal.diagnostics()).hasSize(1);
    return refusal.diagnostics().get(0).problem();
  }

  static HostArray ints(TensorType type, int... values) {
    return HostArray.of(type, values);
  }

  /** Returns {@code tensor<2x3xi32>} and the like. */
  static String i32(int... dims) {
    return "tensor<"
        + Arrays.stream(dims).mapToObj(d -> d + "x").collect(Collectors.joining())
        + "i32>";
  }
}
