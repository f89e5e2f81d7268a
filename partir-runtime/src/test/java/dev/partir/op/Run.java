package dev.partir.op;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirParser;
import java.util.List;

/** Runs small programs, for tests. */
final class Run {
  private Run() {}

  /** Returns what the main function of a program gives. */
  static List<HostArray> module(String text, HostArray... arguments) {
    return Interpreter.run(MlirParser.parse("t.mlir", text), List.of(arguments));
  }

  /**
   * Returns what a function gives.
   *
   * @param arguments as in {@code %a: tensor<2xf32>}
   * @param results the types, as in {@code tensor<2xf32>}
   * @param body the operations with the return
   */
  static List<HostArray> function(
      String arguments, String results, String body, HostArray... given) {
    return module(
        "func.func @main(" + arguments + ") -> (" + results + ") {\n" + body + "\n}", given);
  }

  /** Returns the message of the error that reading or running a function ends in. */
  static String error(String arguments, String results, String body, HostArray... given) {
    return String.valueOf(
        assertThrows(PartirException.class, () -> function(arguments, results, body, given))
            .getMessage());
  }
}
