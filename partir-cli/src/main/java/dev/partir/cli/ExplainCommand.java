package dev.partir.cli;

import dev.partir.build.BuildFiles;
import dev.partir.core.CoreGraph;
import dev.partir.core.CoreProgram;
import dev.partir.core.Explanation;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ValueSelector;
import dev.partir.sim.report.JsonWriter;
import dev.partir.sim.report.ShardingSvg;
import dev.partir.spmd.Partitioning;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says of values how they are laid out, and why. */
@Command(
    name = "explain",
    description = "Says how values are laid out and why: tactic, origin, path, conflicts, needs.",
    footer = {
      "",
      "A value is named as in schedules (x, %%5, result, */w1), or by its operation:",
      "by the line that it stands in (12), or by its kind (stablehlo.dot_general).",
      "",
      "Examples:",
      "  partir explain step.mlir --schedule megatron.json %%12 loss",
      "  partir explain step.mlir --schedule megatron.json stablehlo.dot_general"
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Mixin private ProgramArguments.WithSchedule arguments = new ProgramArguments.WithSchedule();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "VALUE|OP",
      description = "Values to explain, and operations whose results are.")
  private List<String> subjects = List.of();

  @Option(
      names = "--picture",
      paramLabel = "FILE.svg",
      description = "Draw the first tensor of the values, cut into its blocks, to a file.")
  private @Nullable Path picture;

  @Option(names = "--json", description = "Print the explanations as JSON.")
  private boolean json;

  /** The picture of the first tensor. */
  private @Nullable String drawn;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  ExplainCommand() {}

  @Override
  public Integer call() {
    List<Partitioning> partitionings = arguments.plan().partitionings();
    Set<String> explained = new HashSet<>();
    List<Diagnostic> unknown = new ArrayList<>();
    PrintWriter out = spec.commandLine().getOut();
    JsonWriter writer = new JsonWriter();
    writer.beginArray();
    List<String> text = new ArrayList<>();
    for (Partitioning partitioning : partitionings) {
      explain(partitioning.core(), explained, writer, text);
    }
    writer.endArray();
    for (String subject : subjects) {
      if (!explained.contains(subject)) {
        unknown.add(unknown(partitionings.get(0).core().graph(), subject));
      }
    }
    if (!unknown.isEmpty()) {
      throw new PartirException(unknown);
    }
    if (picture != null) {
      if (drawn == null) {
        throw Failure.usage("--picture", "none of the values is a tensor", "Name a tensor");
      }
      BuildFiles.write(picture, drawn);
    }
    if (json) {
      out.println(writer);
    } else {
      text.forEach(out::println);
    }
    return Console.OK;
  }

  private void explain(
      CoreProgram program, Set<String> explained, JsonWriter writer, List<String> text) {
    Map<Value, String> wanted = new LinkedHashMap<>();
    for (String subject : subjects) {
      Map<Value, String> found = find(program.graph(), subject);
      if (!found.isEmpty()) {
        explained.add(subject);
      }
      wanted.putAll(found);
    }
    wanted.forEach(
        (value, name) -> {
          List<String> lines = Explanation.of(program, program.graph().slot(value), name);
          writer.beginObject();
          writer.name("value").value(name);
          writer.name("lines").beginArray();
          lines.forEach(line -> writer.value(line.strip()));
          writer.endArray();
          writer.endObject();
          text.addAll(lines);
          int slot = program.graph().slot(value);
          if (picture != null && drawn == null && program.graph().type(slot) != null) {
            drawn = ShardingSvg.of(program, slot, name);
          }
        });
  }

  private static Map<Value, String> find(CoreGraph graph, String subject) {
    Map<Value, String> found = new LinkedHashMap<>();
    ProgramModel model = ProgramModel.of(graph.function());
    List<Value> values = ProgramModel.valuesOf(graph.function());
    for (int index : model.select(new ValueSelector(subject))) {
      found.put(values.get(index), model.values().get(index).name());
    }
    if (found.isEmpty()) {
      for (int node = 0; node < graph.nodeCount(); node++) {
        CoreGraph.Role role = graph.role(node);
        boolean gives = role == CoreGraph.Role.OPERATION || role == CoreGraph.Role.FLOW;
        if (gives && matches(graph.operation(node), subject)) {
          for (Value result : graph.operation(node).results()) {
            found.put(result, result.name() == null ? graph.describe(node) : "%" + result.name());
          }
        }
      }
    }
    return found;
  }

  private static boolean matches(Operation operation, String subject) {
    return operation.name().equals(subject)
        || (operation.location().hasPosition()
            && Integer.toString(operation.location().line()).equals(subject));
  }

  private static Diagnostic unknown(CoreGraph graph, String subject) {
    List<String> names = new ArrayList<>();
    ProgramModel.of(graph.function()).values().forEach(value -> names.add(value.name()));
    return Diagnostic.of(
        ErrorCode.UNKNOWN_VALUE,
        "explain",
        "\"" + subject + "\" is no value, operation or line of the program",
        NearestNames.remedy(subject, names, "values"));
  }
}
