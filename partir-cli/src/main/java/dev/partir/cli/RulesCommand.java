package dev.partir.cli;

import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.ir.Region;
import dev.partir.ir.TensorType;
import dev.partir.ir.Type;
import dev.partir.op.DataFlow;
import dev.partir.op.FactorRule;
import dev.partir.op.Op;
import dev.partir.sim.report.JsonWriter;
import dev.partir.text.MlirParser;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints in which ways the operations of a program can be looped. */
@Command(
    name = "rules",
    description = {
      "Prints the factor rule of every operation of a program, in order.",
      "An operation of control flow has one per edge along which values flow. What stands in the body"
          + " of a reduction, a sort or the like belongs to that."
    },
    footer = {"", "Examples:", "  partir rules model.mlir", "  partir rules model.mlir --json"},
    mixinStandardHelpOptions = true)
final class RulesCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The program.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print the rules as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  RulesCommand() {}

  @Override
  public Integer call() {
    List<Module> modules = MlirParser.parseAll(file.toString(), TextFiles.read(file));
    if (modules.isEmpty()) {
      throw Failure.file(file, "it holds no program", "Give a file of MLIR text");
    }
    PrintWriter out = spec.commandLine().getOut();
    JsonWriter writer = new JsonWriter();
    writer.beginArray();
    for (Module module : modules) {
      for (Function function : module.functions()) {
        print(function, function.body().operations(), out, writer);
      }
    }
    writer.endArray();
    if (json) {
      out.println(writer);
    }
    out.flush();
    return Console.OK;
  }

  private void print(
      Function function, List<Operation> operations, PrintWriter out, JsonWriter writer) {
    for (Operation operation : operations) {
      Op op = Op.of(operation);
      List<DataFlow> flows = op.flows(operation);
      List<String> rules = flows == null ? List.of(rule(operation)) : edges(flows);
      int line = operation.location().line();
      if (json) {
        writer.beginObject();
        writer.name("function").value(function.name());
        writer.name("op").value(operation.name());
        writer.name("line").value(line);
        writer.name("rules").beginArray();
        rules.forEach(writer::value);
        writer.endArray();
        writer.endObject();
      } else {
        out.printf(
            "%-12s %-28s %6d  %s%n",
            function.name(), operation.name(), line, String.join("; ", rules));
      }
      if (flows != null) {
        for (Region region : operation.regions()) {
          print(function, region.block().operations(), out, writer);
        }
      }
    }
  }

  private static String rule(Operation operation) {
    return (Op.of(operation).isTerminator() ? handedOn(operation) : FactorRule.of(operation))
        .toString();
  }

  /** Returns the rule of a terminator, which takes its operands in any layout. */
  private static FactorRule handedOn(Operation operation) {
    TensorType[] types = new TensorType[operation.operands().size()];
    for (int o = 0; o < types.length; o++) {
      if (!(operation.operand(o).type() instanceof TensorType tensor)) {
        return FactorRule.whole(operation);
      }
      types[o] = tensor;
    }
    FactorRule.Builder rule = FactorRule.builder(types, new TensorType[0]);
    for (int o = 0; o < types.length; o++) {
      for (int d = 0; d < types[o].rank(); d++) {
        rule.operand(o, d, rule.factor(types[o].dim(d), FactorRule.Kind.PARALLEL));
      }
    }
    return rule.build();
  }

  /** Returns the rules of edges: all that flows along one has one layout. */
  private static List<String> edges(List<DataFlow> flows) {
    List<String> rules = new ArrayList<>();
    for (DataFlow flow : flows) {
      Type type = flow.targets().get(0).type();
      if (type instanceof TensorType tensor) {
        TensorType[] sources = new TensorType[flow.sources().size()];
        TensorType[] targets = new TensorType[flow.targets().size()];
        Arrays.fill(sources, tensor);
        Arrays.fill(targets, tensor);
        rules.add(FactorRule.pointwise(sources, targets).toString());
      }
    }
    return rules;
  }
}
