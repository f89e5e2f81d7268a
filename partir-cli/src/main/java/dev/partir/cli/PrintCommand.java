package dev.partir.cli;

import dev.partir.ir.Module;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a StableHLO program as it was understood. */
@Command(
    name = "print",
    description = "Parses a StableHLO program and prints it.",
    footer = {
      "",
      "Examples:",
      "  partir print model.mlir",
      "  partir print model.mlir --generic --locations"
    },
    mixinStandardHelpOptions = true)
final class PrintCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The program.")
  private Path file = Path.of("");

  @Option(names = "--generic", description = "Print the form that is the same for all operations.")
  private boolean generic;

  @Option(
      names = "--locations",
      description = "Print the places and names that the program gives its operations.")
  private boolean locations;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  PrintCommand() {}

  @Override
  public Integer call() {
    List<Module> modules = MlirParser.parseAll(file.toString(), TextFiles.read(file));
    if (modules.isEmpty()) {
      throw Failure.file(file, "it holds no program", "Give a file of MLIR text");
    }
    PrintWriter out = spec.commandLine().getOut();
    for (int i = 0; i < modules.size(); i++) {
      out.print(i == 0 ? "" : MlirParser.SEPARATOR + "\n");
      out.print(MlirPrinter.print(modules.get(i), new PrintOptions(generic, locations)));
    }
    out.flush();
    return Console.OK;
  }
}
