package dev.partir.core;

import dev.partir.ir.Block;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.mesh.Sharding;
import dev.partir.op.DataFlow;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import dev.partir.text.MlirPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Writes a Core program as the loops of the paper (PartIR, arXiv 2401.11202, section 4): around
 * each operation its nest, inside what one iteration computes.
 */
public final class CorePrinter {
  private final CoreProgram program;
  private final CoreGraph graph;
  private final StringBuilder text = new StringBuilder();

  private CorePrinter(CoreProgram program) {
    this.program = program;
    graph = program.graph();
  }

  /** Returns the text, which ends in a line break. */
  public static String print(CoreProgram program) {
    CorePrinter printer = new CorePrinter(program);
    printer.print();
    return printer.text.toString();
  }

  private void print() {
    Function function = graph.function();
    text.append("// mesh: ").append(program.mesh()).append('\n');
    text.append("func @").append(function.name()).append('(');
    text.append(
        function.arguments().stream()
            .map(argument -> name(argument) + ": " + argument.type())
            .collect(Collectors.joining(", ")));
    text.append(") {\n");
    for (int i = 0; i < function.arguments().size(); i++) {
      if (program.depth(i) > 0) {
        identity(i, function.arguments().get(i), name(function.arguments().get(i)));
      }
    }
    block(function.body(), "  ");
    text.append("  return ").append(uses(function.results())).append("\n}\n");
  }

  private void block(Block block, String indent) {
    List<Operation> operations = block.operations();
    for (int i = 0; i < operations.size() - 1; i++) {
      Operation operation = operations.get(i);
      if (Op.of(operation).flows(operation) != null) {
        control(operation, indent);
      } else {
        operation(graph.node(operation), operation, indent);
      }
      for (Value result : operation.results()) {
        anchor(result, indent);
      }
    }
  }

  /** Prints an operation of control flow: the loops of what it carries, then its regions. */
  private void control(Operation operation, String indent) {
    List<DataFlow> flows = Objects.requireNonNull(Op.of(operation).flows(operation));
    text.append(indent);
    if (!operation.results().isEmpty()) {
      text.append(names(operation.results())).append(" = ");
    }
    text.append(operation.name()).append('(').append(uses(operation.operands())).append(")\n");
    for (int f = 0; f < flows.size(); f++) {
      int node = graph.flowNode(operation, f);
      if (program.depth(node) > 0) {
        text.append(indent).append("// ").append(names(flows.get(f).targets()));
        text.append(" in ").append(nest(node)).append('\n');
      }
    }
    for (Region region : operation.regions()) {
      Block block = region.block();
      text.append(indent).append("{ ^(").append(names(block.arguments())).append("):\n");
      for (Value argument : block.arguments()) {
        anchor(argument, indent + "  ");
      }
      block(block, indent + "  ");
      text.append(indent).append("  yield ").append(uses(block.results())).append('\n');
      text.append(indent).append("}\n");
    }
  }

  private void anchor(Value value, String indent) {
    int node = graph.anchor(value);
    if (node >= 0 && program.depth(node) > 0) {
      text.append(indent).append(use(value)).append(" = ").append(nest(node)).append(" { yield ");
      text.append(sliced(name(value), program.resultSharding(node, 0))).append(" }\n");
    }
  }

  private void identity(int node, Value value, String from) {
    text.append("  ").append(name(value)).append(" = ").append(nest(node)).append(" { yield ");
    text.append(sliced(from, program.resultSharding(node, 0))).append(" }\n");
  }

  private void operation(int node, Operation operation, String indent) {
    text.append(indent);
    if (!operation.results().isEmpty()) {
      text.append(names(operation.results())).append(" = ");
    }
    if (!allTensors(operation)) {
      text.append(operation.name()).append('(').append(uses(operation.operands())).append(")\n");
      return;
    }
    Function body = LoopBody.of(program, node);
    List<String> lines = lines(body);
    if (program.depth(node) == 0) {
      // Behind the name of the result in the first line, and without the line that returns it.
      lines.set(0, lines.get(0).replaceFirst("^[^=]*= ", ""));
      text.append(String.join("\n" + indent, lines.subList(0, lines.size() - 1))).append('\n');
      return;
    }
    text.append(nest(node)).append(" {\n");
    for (int o = 0; o < operation.operands().size(); o++) {
      Sharding sharding = program.operandSharding(node, o);
      text.append(indent).append("  ").append(name(body.arguments().get(o))).append(" = ");
      text.append(sliced(use(operation.operand(o)), sharding));
      text.append(" : ").append(body.arguments().get(o).type()).append('\n');
    }
    for (String line : lines) {
      text.append(indent).append("  ").append(line.replaceFirst("^return", "yield")).append('\n');
    }
    text.append(indent).append("}\n");
  }

  /**
   * Returns the lines between that of the signature and the closing brace, without their
   * indentation.
   */
  private static List<String> lines(Function body) {
    List<String> lines = new ArrayList<>(MlirPrinter.print(body).lines().toList());
    List<String> inner = new ArrayList<>();
    int indent = lines.get(1).length() - lines.get(1).stripLeading().length();
    for (String line : lines.subList(1, lines.size() - 1)) {
      inner.add(line.substring(Math.min(indent, line.length() - line.stripLeading().length())));
    }
    return inner;
  }

  private static boolean allTensors(Operation operation) {
    List<Value> values = new ArrayList<>(operation.operands());
    values.addAll(operation.results());
    return values.stream().allMatch(value -> value.type() instanceof TensorType);
  }

  private String nest(int node) {
    FactorRule rule = graph.rule(node);
    List<String> loops = new ArrayList<>();
    for (int i = 0; i < program.depth(node); i++) {
      int axis = program.axis(node, i);
      int factor = program.factor(node, i);
      loops.add(
          "loop \""
              + program.mesh().name(axis)
              + "\" [#"
              + action(rule, factor)
              + "] (%"
              + program.mesh().name(axis)
              + ": range<"
              + program.mesh().size(axis)
              + ">)");
    }
    return String.join(" ", loops);
  }

  private static String action(FactorRule rule, int factor) {
    if (factor == CoreProgram.ATOMIC) {
      return "any";
    }
    if (rule.kind(factor) == FactorRule.Kind.REDUCTION) {
      return rule.monoid(factor).name().toLowerCase(Locale.ROOT).replace("add", "sum");
    }
    for (int r = 0; r < rule.resultCount(); r++) {
      for (int d = 0; d < rule.result(r).length; d++) {
        for (int f : rule.resultDim(r, d)) {
          if (f == factor) {
            return "tile<" + d + ">";
          }
        }
      }
    }
    return "any";
  }

  /** Returns the text of the block of a value that an iteration takes. */
  private String sliced(String value, Sharding sharding) {
    String slices = value;
    for (int d = 0; d < sharding.rank(); d++) {
      for (int axis : sharding.dim(d)) {
        slices = "slice " + d + " " + slices + "[%" + program.mesh().name(axis) + "]";
      }
    }
    return slices;
  }

  private String uses(List<Value> values) {
    return values.stream().map(this::use).collect(Collectors.joining(", "));
  }

  /** Returns the name of what uses of a value read: behind its anchor, if that holds loops. */
  private String use(Value value) {
    int anchor = graph.anchor(value);
    return anchor >= 0 && program.depth(anchor) > 0 ? name(value) + "_tiled" : name(value);
  }

  private static String names(List<Value> values) {
    return values.stream().map(CorePrinter::name).collect(Collectors.joining(", "));
  }

  private static String name(Value value) {
    return "%" + plainName(value);
  }

  /**
   * Returns the name of a value without {@code %}; one made of its number where the source has
   * none.
   */
  static String plainName(Value value) {
    return value.name() != null ? value.name() : "v" + value.id();
  }
}
