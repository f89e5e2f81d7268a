package dev.partir.cli;

import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.sim.report.JsonWriter;
import dev.partir.text.MlirParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs StableHLO programs with the checks that they contain. */
@Command(
    name = "run",
    description = "Runs StableHLO programs with their checks.",
    footer = {
      "",
      "A program fails when it cannot be read or run, or when one of its checks (check.expect_eq and",
      "its kin) fails. Arguments of @main are made from the seed.",
      "",
      "Examples:",
      "  partir run model.mlir",
      "  partir run tests/"
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Programs, and folders of them (*.mlir).")
  private List<Path> paths = List.of();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the arguments. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Print the outcome as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  RunCommand() {}

  private record Outcome(Path file, @Nullable List<Diagnostic> failures) {}

  @Override
  public Integer call() {
    List<Path> files = files();
    List<Outcome> outcomes = new ArrayList<>();
    int failed = 0;
    PrintWriter out = spec.commandLine().getOut();
    Progress progress = Progress.onTerminal("running", files.size());
    for (Path file : files) {
      Outcome outcome = run(file);
      outcomes.add(outcome);
      if (outcome.failures() != null) {
        failed++;
        if (!json) {
          progress.clear();
          Console.print(outcome.failures(), spec.commandLine().getErr());
        }
      }
      progress.step();
    }
    progress.clear();
    if (json) {
      out.println(toJson(outcomes, failed));
    } else {
      out.printf("%d passed, %d failed%n", files.size() - failed, failed);
    }
    return failed == 0 ? Console.OK : Console.FINDING;
  }

  private Outcome run(Path file) {
    try {
      Module module = MlirParser.parse(file.toString(), TextFiles.read(file));
      Interpreter.run(module, SeededArrays.forArguments(module.main(), seed));
      return new Outcome(file, null);
    } catch (PartirException e) {
      return new Outcome(file, e.diagnostics());
    }
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        if (!Files.exists(path)) {
          throw Failure.file(path, "there is no such file", "Check the path");
        }
        files.add(path);
        continue;
      }
      try (Stream<Path> found = Files.walk(path)) {
        found.filter(file -> file.toString().endsWith(".mlir")).sorted().forEach(files::add);
      } catch (IOException e) {
        throw Failure.file(path, "it cannot be listed: " + e.getMessage(), "Check its permissions");
      }
    }
    return files;
  }

  private static String toJson(List<Outcome> outcomes, int failed) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("passed").value(outcomes.size() - failed);
    json.name("failed").value(failed);
    json.name("programs").beginArray();
    for (Outcome outcome : outcomes) {
      json.beginObject();
      json.name("file").value(outcome.file().toString());
      List<Diagnostic> failures = outcome.failures();
      json.name("passed").value(failures == null);
      if (failures != null) {
        json.name("failures").beginArray();
        for (Diagnostic diagnostic : failures) {
          json.value(diagnostic.toString());
        }
        json.endArray();
      }
      json.endObject();
    }
    json.endArray();
    json.endObject();
    return json.toString();
  }
}
