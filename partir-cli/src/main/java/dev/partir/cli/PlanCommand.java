package dev.partir.cli;

import dev.partir.build.BuildFiles;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.PlanReport;
import dev.partir.sim.report.PlanReports;
import dev.partir.sim.report.ReportFormat;
import dev.partir.spmd.DeviceMode;
import dev.partir.spmd.Partitioning;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Applies a schedule to a program and says what comes out. */
@Command(
    name = "plan",
    description =
        "Applies a schedule to a program and tells what each tactic did and what a step will cost.",
    footer = {
      "",
      "Examples:",
      "  partir plan examples.DecoderBlock",
      "  partir plan step.mlir --mesh batch=4,model=2 --schedule megatron.json --report plan.html",
      "  partir plan step.mlir --schedule megatron.json --emit local -o step_local.mlir",
      "  partir plan annotated.mlir --emit sdy"
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private ProgramArguments.WithSchedule arguments = new ProgramArguments.WithSchedule();

  @Option(
      names = "--emit",
      paramLabel = "LEVEL",
      description = {
        "Print the program: core (loops), spmd (collectives over axes, global types),",
        "local (StableHLO that each device runs) or sdy (StableHLO with Shardy's annotations)."
      })
  private @Nullable EmitLevel emit;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "replica",
      description = {
        "How devices are told apart in a local program: replica (each is a replica) or partition (in",
        "the form that JAX takes). By default ${DEFAULT-VALUE}."
      })
  private DeviceMode mode = DeviceMode.REPLICA;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description = "Where the emitted program goes. By default to standard output.")
  private @Nullable Path output;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write the report, in the form that the name ends in: .html, .md or .json. May be given several times.")
  private List<Path> reports = List.of();

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  PlanCommand() {}

  @Override
  public Integer call() {
    if (output != null && emit == null) {
      throw Failure.usage(
          "-o " + output, "there is no program to write", "Say which with --emit local");
    }
    if (json && emit != null && output == null) {
      throw Failure.usage(
          "--json",
          "the report and the program would both go to standard output",
          "Give the program a file with -o");
    }
    for (Path report : reports) {
      ReportFormat.of(report);
    }
    var planned = arguments.plan();
    PrintWriter out = spec.commandLine().getOut();
    for (Partitioning partitioning : planned.partitionings()) {
      PlanReport report =
          PlanReports.report(
              planned.name(partitioning),
              partitioning,
              HardwareProfiles.resolve(planned.profile()));
      if (json) {
        out.println(ReportFormat.JSON.render(report));
      } else if (emit == null || output != null) {
        PlanTable.print(report, out);
      }
      for (Path given : reports) {
        Path file = planned.partitionings().size() == 1 ? given : named(given, partitioning);
        BuildFiles.write(file, ReportFormat.of(file).render(report));
        if (!json) {
          out.println("report: " + file.toAbsolutePath());
        }
      }
    }
    if (emit != null) {
      String text = emit.print(planned.partitionings(), mode);
      if (output == null) {
        out.print(text);
        out.flush();
      } else {
        BuildFiles.write(output, text);
        if (!json) {
          out.println(emit.name() + " program: " + output.toAbsolutePath());
        }
      }
    }
    return Console.OK;
  }

  /** Returns the name of a report file for one function of several. */
  private static Path named(Path file, Partitioning partitioning) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    String function = partitioning.function().name();
    return file.resolveSibling(
        dot < 0
            ? name + "-" + function
            : name.substring(0, dot) + "-" + function + name.substring(dot));
  }
}
