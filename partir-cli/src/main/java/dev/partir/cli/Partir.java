package dev.partir.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The entry point of the command line. Without a command it prints how to use it. */
@Command(
    name = "partir",
    description = "Partitions neural networks over a mesh of devices.",
    footer = {
      "",
      "Exit status: 0 done, 1 a finding such as a mismatch, 2 bad input or usage.",
      "",
      "Examples:",
      "  partir demo",
      "  partir plan examples.DecoderBlock --report plan.html",
      "  partir verify step.mlir --mesh batch=4,model=2 --schedule megatron.json"
    },
    mixinStandardHelpOptions = true,
    versionProvider = PartirVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ModelsCommand.class,
      PlanCommand.class,
      ExplainCommand.class,
      BuildCommand.class,
      VerifyCommand.class,
      RunCommand.class,
      CheckCommand.class,
      PrintCommand.class,
      RulesCommand.class,
      SearchCommand.class,
      ProfilesCommand.class,
      TablesCommand.class,
      HelpCommand.class
    })
public final class Partir implements Runnable {
  /** Created by {@link #commandLine}. */
  Partir() {}

  /** Runs the command line and exits with its status. */
  public static void main(String[] args) {
    int status;
    try {
      status = commandLine().execute(args);
    } catch (OutOfMemoryError | StackOverflowError e) {
      Console.bug(e, new PrintWriter(System.err, true, Charset.defaultCharset()));
      status = Console.BAD_INPUT;
    }
    System.exit(status);
  }

  /** {@return the command line with all its commands, printing to the standard streams} */
  static CommandLine commandLine() {
    return new CommandLine(new Partir())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Console::onException);
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
