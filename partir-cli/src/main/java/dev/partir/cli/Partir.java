package dev.partir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of the command line. Without a command it prints how to use it. */
@Command(
    name = "partir",
    description = "Partitions neural networks over a mesh of devices.",
    mixinStandardHelpOptions = true,
    versionProvider = PartirVersion.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Partir implements Runnable {
  /** Created by {@link #commandLine}. */
  Partir() {}

  /** Runs the command line and exits with its status. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** {@return the command line with all its commands, printing to the standard streams} */
  static CommandLine commandLine() {
    return new CommandLine(new Partir());
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
