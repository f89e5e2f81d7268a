package dev.partir.text;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
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
    var text = new StringBuilder();
    if (options.generic()) {
      text.append("\"builtin.module\"() ({\n");
      body(text, module, options);
      text.append("})");
      String name = module.name();
      Attributes all = module.attributes();
      attributes(text, name == null ? all : all.with("sym_name", new Attribute.Str(name)));
      return text.append(" : () -> ()\n").toString();
    }
    text.append("module");
    if (module.name() != null) {
      text.append(' ').append(Text.symbol(module.name()));
    }
    text.append(module.attributes().isEmpty() ? "" : " attributes");
    attributes(text, module.attributes());
    text.append(" {\n");
    body(text, module, options);
    return text.append("}\n").toString();
  }

  private static void body(StringBuilder text, Module module, PrintOptions options) {
    for (String declaration : module.declarations()) {
      text.append("  ").append(declaration).append('\n');
    }
    for (Function function : module.functions()) {
      new FunctionPrinter(text, options, function, 1).print();
    }
  }

  private static void attributes(StringBuilder text, Attributes attributes) {
    if (!attributes.isEmpty()) {
      text.append(" {");
      new AttributePrinter(text).entries(attributes, List.of(), true);
      text.append('}');
    }
  }
}
