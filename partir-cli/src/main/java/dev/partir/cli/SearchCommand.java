package dev.partir.cli;

import dev.partir.build.BuildFiles;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.PlanReport;
import dev.partir.sim.report.PlanReports;
import dev.partir.spmd.Partitioner;
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

/** Finds a schedule by itself. */
@Command(
    name = "search",
    description =
        "Finds a schedule: Monte Carlo tree search over shardings of the inputs, priced by the simulator.",
    footer = {
      "",
      "Examples:",
      "  partir search examples.DecoderBlock",
      "  partir search step.mlir --mesh batch=4,model=2 --profile h100 -o found.json"
    },
    mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
  @Mixin private ProgramArguments program = new ProgramArguments();

  @Option(
      names = "--axes",
      split = ",",
      paramLabel = "AXIS",
      description = "The mesh axes to shard along. By default all.")
  private List<String> axes = List.of();

  @Option(
      names = "--budget",
      paramLabel = "N",
      defaultValue = "" + AutomaticTactic.DEFAULT_BUDGET,
      description = "How many plans to price. By default ${DEFAULT-VALUE}.")
  private int budget;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the search. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "-o",
      paramLabel = "FILE.json",
      description = "Write the schedule found to a file.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Print the schedule found as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  SearchCommand() {}

  @Override
  public Integer call() {
    if (budget < 1) {
      throw Failure.usage(
          "--budget " + budget, "a search needs plans to price", "Give it at least 1");
    }
    var loaded = program.load(null);
    Schedule declared = loaded.declared();
    List<String> along =
        axes.isEmpty() ? declared.mesh().axes().stream().map(axis -> axis.name()).toList() : axes;
    Schedule schedule =
        declared.withTactics(List.of(new AutomaticTactic("auto", along, budget, seed)));
    Partitioning found = Partitioner.partition(loaded.function(), loaded.model(), schedule);
    List<ManualTactic> tactics = found.stages().stream().map(Partitioning.Stage::tactic).toList();
    Schedule result = declared.withTactics(List.<Tactic>copyOf(tactics));
    String text = ScheduleWriter.toJson(result);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(text);
    } else {
      String profile = declared.profile();
      PlanReport report =
          PlanReports.report(
              loaded.name(), found, HardwareProfiles.resolve(profile == null ? "" : profile));
      PlanTable.print(report, out);
      if (tactics.isEmpty()) {
        out.println("no sharding makes it better");
      }
      for (PlanReport.TacticRow row : report.tactics()) {
        out.println(row.name() + ": " + String.join("; ", row.actions()));
      }
    }
    if (output != null) {
      BuildFiles.write(output, text + "\n");
      if (!json) {
        out.println("schedule: " + output.toAbsolutePath());
      }
    } else if (!json) {
      out.println(text);
    }
    return Console.OK;
  }
}
