package dev.partir.build;

import dev.partir.schedule.ByteText;
import dev.partir.sim.report.ReportText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What became of a plan since the baseline was written: a row for every figure that changed. */
final class Comparison {
  /** A figure, before and now. */
  record Row(String figure, String before, String now) {}

  private final List<Row> rows = new ArrayList<>();

  private Comparison() {}

  static Comparison of(PlanFigures before, PlanFigures now) {
    Comparison comparison = new Comparison();
    comparison.add("profile", before.profile(), now.profile());
    Set<String> kinds = new TreeSet<>(before.collectives().keySet());
    kinds.addAll(now.collectives().keySet());
    for (String kind : kinds) {
      comparison.add(
          kind,
          String.valueOf(before.collectives().getOrDefault(kind, 0L)),
          String.valueOf(now.collectives().getOrDefault(kind, 0L)));
    }
    comparison.bytes("moved by collectives", before.bytes(), now.bytes());
    comparison.bytes("peak memory", before.peakMemoryBytes(), now.peakMemoryBytes());
    double seconds = now.estimatedSeconds();
    if (seconds != before.estimatedSeconds()) {
      comparison.rows.add(
          new Row(
              "step",
              ReportText.seconds(before.estimatedSeconds()),
              ReportText.seconds(seconds) + change(before.estimatedSeconds(), seconds)));
    }
    comparison.add(
        "conflicts",
        String.valueOf(before.conflicts().size()),
        String.valueOf(now.conflicts().size()));
    return comparison;
  }

  private void add(String figure, String before, String now) {
    if (!before.equals(now)) {
      rows.add(new Row(figure, before, now));
    }
  }

  private void bytes(String figure, long before, long now) {
    if (before != now) {
      rows.add(
          new Row(
              figure,
              ByteText.of(before),
              ByteText.of(now) + change((double) before, (double) now)));
    }
  }

  private static String change(double before, double now) {
    if (before == 0) {
      return "";
    }
    double share = now / before - 1;
    return (share < 0 ? " (-" : " (+") + ReportText.percent(Math.abs(share)) + ")";
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Returns the table for a terminal, a line each. */
  List<String> lines() {
    List<Row> all = new ArrayList<>(List.of(new Row("figure", "baseline", "now")));
    all.addAll(rows);
    int figure = all.stream().mapToInt(row -> row.figure().length()).max().orElse(0);
    int before = all.stream().mapToInt(row -> row.before().length()).max().orElse(0);
    return all.stream()
        .map(
            row ->
                row.figure()
                    + " ".repeat(figure - row.figure().length() + 2)
                    + " ".repeat(before - row.before().length())
                    + row.before()
                    + "  "
                    + row.now())
        .toList();
  }

  /** Returns a section of a Markdown document. */
  String markdown() {
    StringBuilder text = new StringBuilder("\n## Compared with the baseline\n\n");
    if (rows.isEmpty()) {
      return text.append("Nothing changed.\n").toString();
    }
    text.append("| figure | baseline | now |\n| --- | --- | --- |\n");
    for (Row row : rows) {
      text.append("| %s | %s | %s |\n".formatted(row.figure(), row.before(), row.now()));
    }
    return text.toString();
  }
}
