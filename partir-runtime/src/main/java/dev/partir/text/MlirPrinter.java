package dev.partir.text;

import dev.partir.ir.Function;
import dev.partir.ir.Module;
import java.util.List;

/**
 * Prints programs as MLIR text, which {@link MlirParser} reads back as the same program and which
 * MLIR's own parser takes. The same program gives the same text, character for character.
 */
public final class MlirPrinter {
  private MlirPrinter() {}

  /** Returns the module in pretty form. */
  public static String print(Module module) {
    return print(module, PrintOptions.PRETTY);
  }

  /** Returns the function in pretty form. */
  public static String print(Function function) {
    return print(function, PrintOptions.PRETTY);
  }

  /** Returns the function as text. */
  public static String print(Function function, PrintOptions options) {
    var text = new StringBuilder();
    new FunctionPrinter(text, options, function, 0).print();
    return text.toString();
  }

  /** Returns the module as text. */
  public static String print(Module module, PrintOptions options) {
    var text = new StringBuilder("module");
    String name = module.name();
    if (name != null) {
      text.append(' ').append(Text.symbol(name));
    }
    if (!module.attributes().isEmpty()) {
      text.append(" attributes {");
      new AttributePrinter(text).entries(module.attributes(), List.of(), true);
      text.append('}');
    }
    text.append(" {\n");
    for (String declaration : module.declarations()) {
      text.append("  ").append(declaration).append('\n');
    }
    for (Function function : module.functions()) {
      new FunctionPrinter(text, options, function, 1).print();
    }
    return text.append("}\n").toString();
  }
}
