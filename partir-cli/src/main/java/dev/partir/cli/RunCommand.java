package dev.partir.cli;

import dev.partir.array.Arithmetic;
import dev.partir.interp.ElidedConstants;
import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.sim.report.JsonWriter;
import dev.partir.text.MlirParser;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs StableHLO programs with the checks that they contain. */
@Command(
    name = "run",
    description = "Runs StableHLO programs with their checks.",
    footer = {
      "",
      "A program fails when it cannot be read or run, or when one of its checks (check.expect_eq and",
      "its kin) fails. A file with a comment line RUN-DISABLED is skipped. Of a file with several",
      "modules all are run. A module's @main is run, or where it has none, each of its public",
      "functions; their arguments are made from the seed.",
      "",
      "Examples:",
      "  partir run model.mlir",
      "  partir run tests/",
      "  partir run resnet.mlir --fill-elided --fast"
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  /** How test suites of MLIR mark a file that is not to be run. */
  private static final Pattern DISABLED = Pattern.compile("^\\s*//\\s*RUN-DISABLED\\b");

  @Mixin private ProgramFiles programs = new ProgramFiles();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the arguments. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--fill-elided", description = ProgramArguments.FILL_ELIDED)
  private boolean fillElided;

  @Option(
      names = "--fast",
      description =
          "Fuse products with the sums that they go into, whatever algorithm they name. By default"
              + " every operation rounds in its type, once for a sum of a type narrower than f32.")
  private boolean fast;

  @Option(names = "--json", description = "Print the outcome as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  RunCommand() {}

  private record Outcome(Path file, boolean skipped, List<Diagnostic> failures) {
    boolean failed() {
      return !failures.isEmpty();
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Path> files = programs.list();
    List<Outcome> outcomes = new ArrayList<>();
    Progress progress = Progress.onTerminal("running", files.size());
    // Two programs at once, or as many as there are processors; what is told keeps their order.
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(files.size(), Runtime.getRuntime().availableProcessors()));
    try {
      List<Future<Outcome>> running = new ArrayList<>();
      for (Path file : files) {
        running.add(threads.submit(() -> run(file)));
      }
      for (Future<Outcome> result : running) {
        Outcome outcome = result.get();
        outcomes.add(outcome);
        if (outcome.failed() && !json) {
          progress.clear();
          Console.print(outcome.failures(), spec.commandLine().getErr());
        }
        progress.step();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
    progress.clear();
    return report(outcomes);
  }

  private int report(List<Outcome> outcomes) {
    int failed = 0;
    int skipped = 0;
    for (Outcome outcome : outcomes) {
      failed += outcome.failed() ? 1 : 0;
      skipped += outcome.skipped() ? 1 : 0;
    }
    int passed = outcomes.size() - failed - skipped;
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(toJson(outcomes, passed, failed, skipped));
    } else {
      out.printf(
          "%d passed, %d failed%s%n",
          passed, failed, skipped == 0 ? "" : ", " + skipped + " skipped");
    }
    return failed == 0 ? Console.OK : Console.FINDING;
  }

  private Outcome run(Path file) {
    try {
      String text = TextFiles.read(file);
      if (text.lines().anyMatch(line -> DISABLED.matcher(line).find())) {
        return new Outcome(file, true, List.of());
      }
      List<Module> modules = MlirParser.parseAll(file.toString(), text);
      if (modules.isEmpty()) {
        throw Failure.file(file, "it holds no program", "Give a file of MLIR text");
      }
      List<Diagnostic> failures = new ArrayList<>();
      for (Module module : modules) {
        run(fillElided ? ElidedConstants.fill(module, seed) : module, failures);
      }
      return new Outcome(file, false, failures);
    } catch (PartirException e) {
      return new Outcome(file, false, e.diagnostics());
    }
  }

  private void run(Module module, List<Diagnostic> failures) {
    for (Function function : entries(module)) {
      try {
        Interpreter.run(
            module, function, SeededArrays.forArguments(function, seed), Arithmetic.of(fast));
      } catch (PartirException e) {
        failures.addAll(e.diagnostics());
      } catch (RuntimeException defect) {
        failures.add(
            Diagnostic.at(
                function.location(),
                ErrorCode.UNSUPPORTED,
                "running @" + function.name() + " failed with " + defect,
                "This is a bug: please report it with the program"));
      }
    }
  }

  private static List<Function> entries(Module module) {
    if (module.function("main") == null) {
      List<Function> open = module.functions().stream().filter(Function::isPublic).toList();
      if (!open.isEmpty()) {
        return open;
      }
    }
    return List.of(module.main());
  }

  private static String toJson(List<Outcome> outcomes, int passed, int failed, int skipped) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("passed").value(passed);
    json.name("failed").value(failed);
    json.name("skipped").value(skipped);
    json.name("programs").beginArray();
    for (Outcome outcome : outcomes) {
      json.beginObject();
      json.name("file").value(outcome.file().toString());
      json.name("passed").value(!outcome.failed() && !outcome.skipped());
      if (outcome.skipped()) {
        json.name("skipped").value(true);
      }
      if (outcome.failed()) {
        json.name("failures").beginArray();
        for (Diagnostic diagnostic : outcome.failures()) {
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
