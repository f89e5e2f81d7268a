package dev.partir.text;

import dev.partir.ir.AsmPrinter;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Location;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.Type;
import dev.partir.ir.Value;
import dev.partir.op.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;

/** Prints one function. */
final class FunctionPrinter implements AsmPrinter {
  private static final String FUNCTION_DIALECT = "func.";

  private final StringBuilder text;
  private final PrintOptions options;
  private final Function function;
  private final ValueNames names;
  private final AttributePrinter attributes;
  private final String margin;
  private int level;

  FunctionPrinter(StringBuilder text, PrintOptions options, Function function, int level) {
    this.text = text;
    this.options = options;
    this.function = function;
    this.names = new ValueNames(function);
    this.attributes = new AttributePrinter(text);
    this.margin = "  ".repeat(level);
    this.level = level;
  }

  /** Prints the function with its body. */
  void print() {
    if (options.generic()) {
      printGeneric();
    } else {
      printPretty();
    }
  }

  private void printGeneric() {
    text.append(margin).append("\"func.func\"() ({\n");
    if (!function.arguments().isEmpty()) {
      text.append(margin).append("^bb0(");
      for (int i = 0; i < function.arguments().size(); i++) {
        Value argument = function.arguments().get(i);
        text.append(i == 0 ? "" : ", ").append(names.use(argument)).append(": ");
        type(argument.type());
        location(function.argumentLocation(i));
      }
      text.append("):\n");
    }
    operations(function.body());
    var all =
        Attributes.builder()
            .put("sym_name", function.name())
            .put("function_type", new Attribute.TypeOf(function.type()));
    String visibility = function.visibility().word();
    if (visibility != null) {
      all.put("sym_visibility", visibility);
    }
    putDictionaries(all, "arg_attrs", function.arguments().size(), function::argumentAttributes);
    putDictionaries(all, "res_attrs", function.results().size(), function::resultAttributes);
    text.append(margin).append("})");
    attributes(all.putAll(function.attributes()).build(), List.of()).print(" : () -> ()");
    location(function.location());
    text.append('\n');
  }

  private static void putDictionaries(
      Attributes.Builder all, String key, int count, IntFunction<Attributes> dictionaries) {
    List<Attribute> list = new ArrayList<>();
    boolean empty = true;
    for (int i = 0; i < count; i++) {
      list.add(new Attribute.Dictionary(dictionaries.apply(i)));
      empty &= dictionaries.apply(i).isEmpty();
    }
    if (!empty) {
      all.put(key, new Attribute.Array(list));
    }
  }

  private void printPretty() {
    String visibility = function.visibility().word();
    text.append(margin).append("func.func ").append(visibility == null ? "" : visibility + " ");
    symbol(function.name());
    text.append('(');
    for (int i = 0; i < function.arguments().size(); i++) {
      Value argument = function.arguments().get(i);
      text.append(i == 0 ? "" : ", ").append(names.use(argument)).append(": ");
      type(argument.type()).attributes(function.argumentAttributes(i), List.of());
      location(function.argumentLocation(i));
    }
    text.append(')');
    results();
    if (!function.attributes().isEmpty()) {
      text.append(" attributes");
      attributes(function.attributes(), List.of());
    }
    text.append(" {\n");
    operations(function.body());
    text.append(margin).append('}');
    location(function.location());
    text.append('\n');
  }

  private void results() {
    List<Value> results = function.results();
    if (results.isEmpty()) {
      return;
    }
    boolean bare = results.size() == 1 && function.resultAttributes(0).isEmpty();
    text.append(bare ? " -> " : " -> (");
    for (int i = 0; i < results.size(); i++) {
      text.append(i == 0 ? "" : ", ");
      type(results.get(i).type()).attributes(function.resultAttributes(i), List.of());
    }
    text.append(bare ? "" : ")");
  }

  private void operations(Block block) {
    level++;
    for (Operation operation : block.operations()) {
      indent();
      operation(operation);
      text.append('\n');
    }
    level--;
  }

  private void indent() {
    for (int i = 0; i < level; i++) {
      text.append("  ");
    }
  }

  private void operation(Operation operation) {
    if (!operation.results().isEmpty()) {
      text.append(names.definition(operation)).append(" = ");
    }
    if (options.generic() || !Op.of(operation).print(operation, this)) {
      generic(operation);
    }
    location(operation.location());
  }

  private void generic(Operation operation) {
    text.append('"').append(operation.name()).append("\"(");
    operands(operation.operands()).print(")");
    String separator = " (";
    for (Region region : operation.regions()) {
      text.append(separator);
      region(region);
      separator = ", ";
    }
    text.append(operation.regions().isEmpty() ? "" : ")");
    attributes(operation.attributes(), List.of()).print(" : ");
    functionType(operation.operands(), operation.results());
  }

  private void location(Location location) {
    String name = location.name();
    if (options.withLocations() && name != null) {
      text.append(" loc(").append(Text.quote(name)).append(')');
    }
  }

  @Override
  public AsmPrinter print(String words) {
    text.append(words);
    return this;
  }

  @Override
  public AsmPrinter opName(Operation operation) {
    String name = operation.name();
    boolean understood = name.startsWith(FUNCTION_DIALECT) && level == margin.length() / 2 + 1;
    return print(understood ? name.substring(FUNCTION_DIALECT.length()) : name);
  }

  @Override
  public AsmPrinter symbol(String name) {
    return print(Text.symbol(name));
  }

  @Override
  public AsmPrinter operand(Value value) {
    return print(names.use(value));
  }

  @Override
  public AsmPrinter operands(List<Value> values) {
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(names.use(values.get(i)));
    }
    return this;
  }

  @Override
  public AsmPrinter type(Type type) {
    return print(type.toString());
  }

  @Override
  public AsmPrinter types(List<Value> values) {
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(values.get(i).type());
    }
    return this;
  }

  @Override
  public AsmPrinter functionType(List<Value> operands, List<Value> results) {
    print("(").types(operands).print(") -> ");
    return results.size() == 1 ? type(results.get(0).type()) : print("(").types(results).print(")");
  }

  @Override
  public AsmPrinter attribute(Attribute attribute) {
    attributes.print(attribute);
    return this;
  }

  @Override
  public AsmPrinter list(long... numbers) {
    text.append('[');
    for (int i = 0; i < numbers.length; i++) {
      text.append(i == 0 ? "" : ", ").append(numbers[i]);
    }
    return print("]");
  }

  @Override
  public AsmPrinter attributes(Attributes given, Collection<String> except) {
    if (!except.containsAll(given.keys())) {
      text.append(" {");
      attributes.entries(given, except, true);
      text.append('}');
    }
    return this;
  }

  @Override
  public AsmPrinter region(Region region) {
    text.append("{\n");
    List<Value> arguments = region.block().arguments();
    if (!arguments.isEmpty()) {
      indent();
      text.append("^bb0(");
      for (int i = 0; i < arguments.size(); i++) {
        text.append(i == 0 ? "" : ", ").append(names.use(arguments.get(i))).append(": ");
        type(arguments.get(i).type());
      }
      text.append("):\n");
    }
    return rest(region);
  }

  @Override
  public AsmPrinter regionBody(Region region) {
    text.append("{\n");
    return rest(region);
  }

  private AsmPrinter rest(Region region) {
    operations(region.block());
    indent();
    return print("}");
  }
}
