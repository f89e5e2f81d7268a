package dev.partir.build;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Budget;
import dev.partir.schedule.ByteText;
import dev.partir.schedule.Plan;
import dev.partir.sim.report.PlanReport;
import dev.partir.sim.report.ReportText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Holds a plan to what it may take. */
final class PlanLimits {
  private static final int MOST_OWNERS = 3;

  private final Plan plan;
  private final PlanReport report;
  private final Location place;

  PlanLimits(Plan plan, PlanReport report, Location place) {
    this.plan = plan;
    this.report = report;
    this.place = place;
  }

  /** Returns a finding for every limit of the budget that a step exceeds. */
  List<Diagnostic> overBudget() {
    Budget budget = plan.budget();
    PlanReport.Figures total = report.total();
    List<Diagnostic> findings = new ArrayList<>();
    long bytes = total.peakMemoryBytes();
    if (bytes > budget.memoryBytes().orElse(Long.MAX_VALUE)) {
      findings.add(
          overBudget(
              "a step needs " + ByteText.of(bytes) + " on a device",
              ByteText.of(budget.memoryBytes().getAsLong()),
              "At the peak memory goes to " + owners()));
    }
    long count = total.allCollectives().count();
    if (count > budget.collectivesPerStep().orElse(Long.MAX_VALUE)) {
      findings.add(
          overBudget(
              "a step runs " + count + " collectives",
              String.valueOf(budget.collectivesPerStep().getAsLong()),
              "They are " + kinds()));
    }
    double millis = total.estimatedSeconds() * 1e3;
    if (millis > budget.stepMillis().orElse(Double.MAX_VALUE)) {
      findings.add(
          overBudget(
              "a step takes about " + ReportText.seconds(total.estimatedSeconds()),
              ReportText.seconds(budget.stepMillis().getAsDouble() / 1e3),
              ReportText.seconds(total.communicationSeconds()) + " of it is communication"));
    }
    return findings;
  }

  private Diagnostic overBudget(String taken, String limit, String remedy) {
    return new Diagnostic(
        ErrorCode.OVER_BUDGET,
        plan.name(),
        taken + ", more than the " + limit + " of its budget (" + hardware() + ")",
        remedy,
        place);
  }

  private String hardware() {
    return report.hardware().title()
        + ", mesh "
        + report.mesh().stream().map(MeshAxis::toString).collect(Collectors.joining(", "));
  }

  private String owners() {
    return report.memory().owners().stream()
        .limit(MOST_OWNERS)
        .map(owner -> "\"" + owner.name() + "\" with " + ByteText.of(owner.bytes()))
        .collect(Collectors.joining(", "));
  }

  private String kinds() {
    return report.total().collectives().entrySet().stream()
        .filter(kind -> kind.getValue().count() > 0)
        .map(kind -> kind.getValue().count() + " " + kind.getKey().label())
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns a finding for every conflict that is not allowed.
   *
   * @param allowed those of the baseline
   */
  List<Diagnostic> conflicts(List<String> allowed) {
    List<Diagnostic> findings = new ArrayList<>();
    for (PlanReport.TacticRow tactic : report.tactics()) {
      for (String conflict : tactic.figures().conflicts()) {
        if (!allowed.contains(conflict)) {
          findings.add(
              new Diagnostic(
                  ErrorCode.CONFLICT,
                  plan.name() + ", tactic \"" + tactic.name() + "\"",
                  conflict,
                  "Put the tactic that is to win first, replicate one of the values along the axis,"
                      + " or accept it: write the baseline anew",
                  place));
        }
      }
    }
    return findings;
  }
}
