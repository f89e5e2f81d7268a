package dev.partir.cli;

import dev.partir.build.BuildFiles;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Plan;
import dev.partir.schedule.Schedule;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.PlanReport;
import dev.partir.sim.report.PlanReports;
import dev.partir.sim.report.ReportFormat;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the whole way on an example model. */
@Command(
    name = "demo",
    description =
        "Plans, prices, proves and searches on an example model, and writes a report page.",
    footer = {"", "Examples:", "  partir demo", "  partir demo --report demo.html"},
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String MODEL = "dev.partir.examples.DecoderBlock";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "target/partir/demo.html",
      description = "Where the report page goes. By default ${DEFAULT-VALUE}.")
  private Path report = Path.of("");

  @Option(names = "--json", description = "Print the report as JSON and nothing else.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification.
  DemoCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Plan plan = Models.onClassPath().plan(MODEL);
    Partitioning partitioning = Partitioner.partition(plan);
    HardwareProfile profile =
        HardwareProfiles.resolve(Objects.requireNonNull(plan.schedule().profile()));
    PlanReport planned = PlanReports.report(plan.name(), partitioning, profile);
    BuildFiles.write(report, ReportFormat.of(report).render(planned));
    if (json) {
      out.println(ReportFormat.JSON.render(planned));
      return Console.OK;
    }
    out.println("1. The plan that the annotations of " + MODEL + " say, tactic by tactic:");
    out.println();
    PlanTable.print(planned, out);
    out.println();
    Mesh mesh = partitioning.mesh();
    out.println(
        "2. The proof: the program whole, and partitioned on "
            + mesh.deviceCount()
            + " virtual devices:");
    out.println();
    out.flush();
    EquivalenceCheck.Outcome outcome =
        EquivalenceCheck.verify(
            partitioning.function(),
            partitioning.local(),
            SeededArrays.forArguments(partitioning.function(), 0));
    for (EquivalenceCheck.ResultCheck result : outcome.results()) {
      String mismatch = result.mismatch();
      out.println(
          "   "
              + (mismatch == null
                  ? result.name()
                      + ": equal within "
                      + String.format("%.1f", result.maxError())
                      + " units of precision"
                  : mismatch));
    }
    out.println();
    out.println("3. What a search finds without a hint:");
    out.println();
    out.flush();
    List<String> axes = mesh.axes().stream().map(axis -> axis.name()).toList();
    Schedule automatic =
        plan.schedule()
            .withTactics(
                List.of(new AutomaticTactic("auto", axes, AutomaticTactic.DEFAULT_BUDGET, 0)));
    Partitioning found = Partitioner.partition(plan.trace(), automatic);
    PlanReport searched = PlanReports.report(plan.name(), found, profile);
    PlanTable.print(searched, out);
    for (PlanReport.TacticRow row : searched.tactics()) {
      out.println("   " + row.name() + ": " + String.join("; ", row.actions()));
    }
    out.println();
    out.println("report: " + report.toAbsolutePath());
    return outcome.equal() ? Console.OK : Console.FINDING;
  }
}
