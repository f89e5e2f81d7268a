package dev.partir.build;

import dev.partir.sim.report.PlanReport;
import dev.partir.spmd.Reshard;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of a plan that a baseline keeps: those of a step on one device.
 *
 * @param profile the name of the hardware profile that they are for
 * @param collectives how many collectives of each kind run, by label; kinds without any are left
 *     out
 * @param bytes what they move
 * @param peakMemoryBytes the most memory that is needed at once
 * @param estimatedSeconds the estimated time
 * @param conflicts where propagation stopped because it was asked for two things
 */
record PlanFigures(
    String profile,
    Map<String, Long> collectives,
    long bytes,
    long peakMemoryBytes,
    double estimatedSeconds,
    List<String> conflicts) {
  PlanFigures {
    collectives = Map.copyOf(collectives);
    conflicts = List.copyOf(conflicts);
  }

  static PlanFigures of(PlanReport report) {
    PlanReport.Figures total = report.total();
    Map<String, Long> collectives = new TreeMap<>();
    for (Map.Entry<Reshard, PlanReport.CollectiveTotal> kind : total.collectives().entrySet()) {
      if (kind.getValue().count() > 0) {
        collectives.put(kind.getKey().label(), kind.getValue().count());
      }
    }
    return new PlanFigures(
        report.hardware().name(),
        collectives,
        total.allCollectives().bytes(),
        total.peakMemoryBytes(),
        total.estimatedSeconds(),
        total.conflicts());
  }
}
