package dev.partir.cli;

import dev.partir.build.PlanSettings;
import dev.partir.build.PlanStep;
import dev.partir.ir.Diagnostic;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The build step for builds that are not Maven's. */
@Command(
    name = "build",
    description =
        "Applies the plans of a project's compiled models, as a step of its build: writes reports,"
            + " compares with a baseline, and fails where a budget is exceeded.",
    footer = {
      "",
      "Example:",
      "  partir build --classes build/classes/java/main --out build/partir --baseline partir-baseline.json"
    },
    mixinStandardHelpOptions = true)
final class BuildCommand implements Callable<Integer> {
  @Option(
      names = "--classes",
      required = true,
      paramLabel = "PATH",
      description = "The folder of the compiled models; several as in a class path.")
  private String classes = "";

  @Option(names = "--classpath", paramLabel = "PATH", description = "What the models need besides.")
  private String classPath = "";

  @Option(
      names = "--sources",
      paramLabel = "PATH",
      description = "The folders of sources, in which messages look for the files of models.")
  private String sources = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the reports go.")
  private Path reports = Path.of("");

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      defaultValue = "partir-baseline.json",
      description =
          "The figures to compare with. By default ${DEFAULT-VALUE}; it need not be there.")
  private Path baseline = Path.of("");

  @Option(
      names = "--write-baseline",
      description = "Write the baseline from the present plans instead of comparing with it.")
  private boolean writeBaseline;

  @Option(
      names = "--conflicts",
      paramLabel = "WHAT",
      defaultValue = "error",
      description =
          "What to do about conflicts that the baseline does not have: ${COMPLETION-CANDIDATES}. By"
              + " default ${DEFAULT-VALUE}.")
  private PlanSettings.Conflicts conflicts = PlanSettings.Conflicts.ERROR;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  BuildCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PlanStep.Result result =
        PlanStep.run(
            new PlanSettings(
                paths(classes),
                paths(classPath),
                paths(sources),
                reports,
                baseline,
                writeBaseline,
                conflicts),
            out::println);
    PrintWriter err = spec.commandLine().getErr();
    for (Diagnostic warning : result.warnings()) {
      err.println("warning: " + warning);
    }
    for (Diagnostic error : result.errors()) {
      err.println("error: " + error);
    }
    return result.errors().isEmpty() ? Console.OK : Console.FINDING;
  }

  private static List<Path> paths(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .toList();
  }
}
