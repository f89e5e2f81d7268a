package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.report.PlanReport.CollectiveRow;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import dev.partir.sim.report.PlanReport.Figures;
import dev.partir.sim.report.PlanReport.MemoryOwner;
import dev.partir.sim.report.PlanReport.PaddingRow;
import dev.partir.sim.report.PlanReport.TacticRow;
import dev.partir.sim.report.PlanReport.TimeRow;
import dev.partir.sim.report.PlanReport.ValueRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a report as Markdown with tables (GitHub Flavored Markdown). */
final class MarkdownReport {
  private static final int MOST_ROWS = 40;

  private final StringBuilder text = new StringBuilder();

  private MarkdownReport() {}

  static String render(PlanReport report) {
    var writer = new MarkdownReport();
    writer.report(report);
    return writer.text.toString();
  }

  private void report(PlanReport report) {
    Figures total = report.total();
    line("# Plan of " + escape(report.program()));
    line("");
    line(
        "Mesh "
            + report.mesh().stream().map(MeshAxis::toString).collect(Collectors.joining(", "))
            + " of "
            + report.deviceCount()
            + " × "
            + report.hardware().title()
            + ". A step takes about **"
            + ReportText.seconds(total.estimatedSeconds())
            + "** ("
            + ReportText.percent(total.modelFlopsUtilization())
            + " of peak) and needs **"
            + ReportText.bytes(total.peakMemoryBytes())
            + "** of "
            + ReportText.bytes(report.hardware().memoryBytes())
            + " per device, "
            + (report.fits() ? "which fits." : "which **does not fit**."));
    tactics(report);
    conflicts(report);
    values("Inputs", report.inputs());
    values("Outputs", report.outputs());
    padding(report.padding());
    collectives(report.collectives());
    times(report.times(), total.estimatedSeconds());
    memory(report);
  }

  private void tactics(PlanReport report) {
    heading("Tactics");
    header(
        "tactic",
        "all_gather",
        "all_reduce",
        "reduce_scatter",
        "all_to_all",
        "collective_permute",
        "step",
        "peak memory",
        "operations",
        "conflicts");
    figures("(before)", report.initial());
    for (TacticRow tactic : report.tactics()) {
      figures("**" + escape(tactic.name()) + "**", tactic.figures());
    }
    line("");
    for (TacticRow tactic : report.tactics()) {
      line("- **" + escape(tactic.name()) + "**: " + escape(String.join("; ", tactic.actions())));
    }
  }

  private void figures(String name, Figures figures) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    for (CollectiveTotal total : figures.collectives().values()) {
      cells.add(ReportText.total(total));
    }
    cells.add(ReportText.seconds(figures.estimatedSeconds()));
    cells.add(ReportText.bytes(figures.peakMemoryBytes()));
    cells.add(ReportText.flops(figures.flops()));
    cells.add(Integer.toString(figures.conflicts().size()));
    row(cells);
  }

  private void conflicts(PlanReport report) {
    if (report.total().conflicts().isEmpty()) {
      return;
    }
    heading("Conflicts");
    for (TacticRow tactic : report.tactics()) {
      for (String conflict : tactic.figures().conflicts()) {
        line("- " + escape(tactic.name()) + ": " + escape(conflict));
      }
    }
  }

  private void values(String title, List<ValueRow> values) {
    heading(title);
    header("name", "type", "sharding", "on a device", "bytes", "bytes on a device");
    for (ValueRow value : values) {
      row(
          List.of(
              code(value.name()),
              code(value.type()),
              value.axes().stream()
                  .map(axes -> axes.isEmpty() ? "·" : escape(String.join(", ", axes)))
                  .collect(Collectors.joining(" × ")),
              code(value.localType()),
              ReportText.bytes(value.bytes()),
              ReportText.bytes(value.localBytes())));
    }
  }

  private void padding(List<PaddingRow> rows) {
    if (rows.isEmpty()) {
      return;
    }
    heading("Padding");
    for (PaddingRow row : rows) {
      line("- " + escape(row.text()));
    }
  }

  private void collectives(List<CollectiveRow> rows) {
    if (rows.isEmpty()) {
      return;
    }
    heading("Collectives");
    header("kind", "axes", "count", "bytes each", "time each", "why");
    for (CollectiveRow row : rows.subList(0, Math.min(rows.size(), MOST_ROWS))) {
      row(
          List.of(
              row.kind().label(),
              escape(String.join(", ", row.axes())),
              Long.toString(row.count()),
              ReportText.bytes(row.bytes()),
              ReportText.seconds(row.seconds()),
              escape(row.reason())));
    }
    more(rows.size());
  }

  private void times(List<TimeRow> rows, double all) {
    heading("Time");
    header("what", "limited by", "count", "time", "share");
    for (TimeRow row : rows.subList(0, Math.min(rows.size(), MOST_ROWS))) {
      row(
          List.of(
              code(row.name()),
              row.limit().name().toLowerCase(Locale.ROOT),
              Long.toString(row.count()),
              ReportText.seconds(row.seconds()),
              ReportText.percent(all == 0 ? 0 : row.seconds() / all)));
    }
    more(rows.size());
  }

  private void memory(PlanReport report) {
    heading("Memory at the peak");
    line(
        "Operation "
            + report.memory().peakOperation()
            + " of "
            + report.memory().operationCount()
            + "; arguments take "
            + ReportText.bytes(report.memory().argumentBytes())
            + " throughout.");
    line("");
    header("value", "bytes on a device");
    for (MemoryOwner owner : report.memory().owners()) {
      row(List.of(code(owner.name()), ReportText.bytes(owner.bytes())));
    }
  }

  private void more(int rows) {
    if (rows > MOST_ROWS) {
      line("");
      line("... and " + (rows - MOST_ROWS) + " more; the JSON report has them all.");
    }
  }

  private void heading(String title) {
    line("");
    line("## " + title);
    line("");
  }

  private void header(String... cells) {
    row(List.of(cells));
    line("| --- ".repeat(cells.length) + "|");
  }

  private void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String code(String text) {
    // A backquote cannot stand in a span of single ones, nor a bar in a table.
    return "`" + text.replace('`', '\'').replace("|", "\\|").replace('\n', ' ') + "`";
  }

  private static String escape(String text) {
    var escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\`*_[]<>|#".indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c == '\n' ? ' ' : c);
    }
    return escaped.toString();
  }
}
