package dev.partir.cli;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.report.PlanReport;
import dev.partir.spmd.Reshard;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A report as a table on a terminal: a row per tactic, the one before it is what it adds to. */
final class PlanTable {
  private PlanTable() {}

  static void print(PlanReport report, PrintWriter out) {
    out.printf(
        "%s on %s: %d devices (%s)%n",
        report.program(),
        report.hardware().title(),
        report.deviceCount(),
        report.mesh().stream().map(MeshAxis::toString).collect(Collectors.joining(", ")));
    List<String[]> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("tactic"));
    for (Reshard kind : report.total().collectives().keySet()) {
      head.add(kind.label());
    }
    head.addAll(List.of("moved", "step time", "peak memory", "flops", "conflicts"));
    rows.add(head.toArray(String[]::new));
    rows.add(row("(none)", report.initial()));
    for (PlanReport.TacticRow tactic : report.tactics()) {
      rows.add(row(tactic.name(), tactic.figures()));
    }
    printTable(rows, out);
    for (PlanReport.TacticRow tactic : report.tactics()) {
      for (String conflict : tactic.figures().conflicts()) {
        out.printf("conflict in %s: %s%n", tactic.name(), conflict);
      }
    }
    for (PlanReport.PaddingRow row : report.padding()) {
      out.println("padding: " + row.text());
    }
    out.printf(
        "%s of %s of memory: %s%n",
        bytes(report.total().peakMemoryBytes()),
        bytes(report.hardware().memoryBytes()),
        report.fits() ? "fits" : "DOES NOT FIT");
  }

  private static String[] row(String name, PlanReport.Figures figures) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (PlanReport.CollectiveTotal total : figures.collectives().values()) {
      cells.add(Long.toString(total.count()));
    }
    cells.add(bytes(figures.allCollectives().bytes()));
    cells.add(seconds(figures.estimatedSeconds()));
    cells.add(bytes(figures.peakMemoryBytes()));
    cells.add(flops(figures.flops()));
    cells.add(Integer.toString(figures.conflicts().size()));
    return cells.toArray(String[]::new);
  }

  /** Prints cells in columns, the first of them to the left. */
  static void printTable(List<String[]> rows, PrintWriter out) {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    for (String[] row : rows) {
      var line = new StringBuilder();
      for (int c = 0; c < row.length; c++) {
        String pad = " ".repeat(widths[c] - row[c].length());
        line.append(c == 0 ? row[c] + pad : "  " + pad + row[c]);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format("%.1f %s", value, units[unit]);
  }

  static String seconds(double seconds) {
    if (seconds < 1e-3) {
      return String.format("%.1f us", seconds * 1e6);
    }
    return seconds < 1 ? String.format("%.2f ms", seconds * 1e3) : String.format("%.2f s", seconds);
  }

  private static String flops(long flops) {
    return flops < 1_000_000_000_000L
        ? String.format("%.2f G", flops / 1e9)
        : String.format("%.2f T", flops / 1e12);
  }
}
