package dev.partir.cli;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.sim.report.JsonWriter;
import dev.partir.text.MlirParser;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Parses and verifies StableHLO programs. */
@Command(
    name = "check",
    description = "Parses and verifies StableHLO programs, without running them.",
    footer = {"", "Examples:", "  partir check model.mlir", "  partir check tests/ --json"},
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Mixin private ProgramFiles programs = new ProgramFiles();

  @Option(names = "--json", description = "Print the outcome as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  CheckCommand() {}

  @Override
  public Integer call() {
    List<Path> files = programs.list();
    List<Diagnostic> findings = new ArrayList<>();
    int broken = 0;
    Progress progress = Progress.onTerminal("checking", files.size());
    for (Path file : files) {
      List<Diagnostic> found = check(file);
      findings.addAll(found);
      broken += found.isEmpty() ? 0 : 1;
      if (!found.isEmpty() && !json) {
        progress.clear();
        Console.print(found, spec.commandLine().getErr());
      }
      progress.step();
    }
    progress.clear();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(toJson(files.size(), broken, findings));
    } else {
      out.printf("%d valid, %d invalid%n", files.size() - broken, broken);
    }
    return broken == 0 ? Console.OK : Console.FINDING;
  }

  private static List<Diagnostic> check(Path file) {
    try {
      List<Module> modules = MlirParser.parseAll(file.toString(), TextFiles.read(file));
      if (modules.isEmpty()) {
        throw Failure.file(file, "it holds no program", "Give a file of MLIR text");
      }
      return List.of();
    } catch (PartirException e) {
      return e.diagnostics();
    }
  }

  private static String toJson(int files, int broken, List<Diagnostic> findings) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("valid").value(files - broken);
    json.name("invalid").value(broken);
    json.name("errors").beginArray();
    for (Diagnostic diagnostic : findings) {
      json.value(diagnostic.toString());
    }
    json.endArray();
    json.endObject();
    return json.toString();
  }
}
