package dev.partir.sim.report;

import dev.partir.sim.cost.Limit;
import dev.partir.sim.report.PlanReport.CollectiveRow;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import dev.partir.sim.report.PlanReport.MemoryOwner;
import dev.partir.sim.report.PlanReport.MemoryUse;
import dev.partir.sim.report.PlanReport.TimeRow;
import dev.partir.spmd.Reshard;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts of the page that say what costs what: collectives by kind, each of them, and time. */
final class CostSections {
  private static final int FEW = 12;
  private static final int MOST = 200;

  private final Html html;
  private final PlanReport report;

  private CostSections(Html html, PlanReport report) {
    this.html = html;
    this.report = report;
  }

  static void draw(Html html, PlanReport report) {
    var sections = new CostSections(html, report);
    sections.collectives();
    sections.time();
  }

  /** Draws a bar that fills a share of its place. */
  static void bar(Html html, double share, String kind) {
    html.open("svg", "class", "bar", "aria-hidden", "true");
    html.leaf("rect", "class", "track", "width", "100%", "height", "100%", "rx", "2");
    html.leaf("rect", "class", kind, "width", percent(share), "height", "100%", "rx", "2");
    html.close();
  }

  /** Explains a colour. */
  static void swatch(Html html, String kind, String text) {
    html.open("span").element("i", "", "class", "swatch " + kind).text(text).close();
  }

  /** Draws the values that hold memory at the peak, with their shares of it. */
  static void owners(Html html, MemoryUse memory, long peak) {
    html.open("div", "class", "bars");
    for (MemoryOwner owner : memory.owners()) {
      double share = peak == 0 ? 0 : (double) owner.bytes() / peak;
      html.open("div", "class", "line");
      html.element("code", owner.name(), "class", "name", "title", owner.name());
      bar(html, share, "plain");
      html.element(
          "span",
          ReportText.bytes(owner.bytes()) + ", " + ReportText.percent(share),
          "class",
          "figure");
      html.close();
    }
    html.close();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * Math.max(0, Math.min(1, share)));
  }

  private void collectives() {
    Map<Reshard, CollectiveTotal> totals = report.total().collectives();
    Map<Reshard, Double> seconds = new EnumMap<>(Reshard.class);
    for (CollectiveRow row : report.collectives()) {
      seconds.merge(row.kind(), row.totalSeconds(), Double::sum);
    }
    long most = 1;
    for (CollectiveTotal total : totals.values()) {
      most = Math.max(most, total.bytes());
    }
    html.open("section");
    html.element("h2", "Collectives");
    html.open("div", "class", "bars kinds");
    for (Map.Entry<Reshard, CollectiveTotal> entry : totals.entrySet()) {
      CollectiveTotal total = entry.getValue();
      html.open("div", "class", total.count() == 0 ? "line none" : "line");
      html.element("span", entry.getKey().label(), "class", "name");
      bar(html, (double) total.bytes() / most, "kind " + entry.getKey().label());
      html.element(
          "span",
          total.count() == 0
              ? "none"
              : total.count()
                  + " × · "
                  + ReportText.bytes(total.bytes())
                  + " · "
                  + ReportText.seconds(seconds.getOrDefault(entry.getKey(), 0.0)),
          "class",
          "figure");
      html.close();
    }
    html.close();
    List<CollectiveRow> rows = report.collectives();
    if (!rows.isEmpty()) {
      each(rows.subList(0, Math.min(rows.size(), FEW)));
    }
    if (rows.size() > FEW) {
      html.open("details");
      html.element("summary", (rows.size() - FEW) + " more, none longer");
      each(rows.subList(FEW, Math.min(rows.size(), MOST)));
      html.close();
    }
    if (rows.size() > MOST) {
      html.element("p", "The JSON report has all " + rows.size() + ".", "class", "note");
    }
    html.close();
  }

  private void each(List<CollectiveRow> rows) {
    html.open("div", "class", "scroll");
    html.open("table");
    html.open("thead").open("tr");
    html.element("th", "kind", "scope", "col").element("th", "over", "scope", "col");
    for (String name : List.of("count", "bytes each", "time each")) {
      html.element("th", name, "scope", "col", "class", "number");
    }
    html.element("th", "why", "scope", "col");
    html.close().close();
    html.open("tbody");
    for (CollectiveRow row : rows) {
      html.open("tr");
      html.open("td", "class", "kindname");
      html.element("i", "", "class", "swatch kind " + row.kind().label());
      html.text(row.kind().label());
      html.close();
      html.element("td", String.join(", ", row.axes()));
      html.element("td", Long.toString(row.count()), "class", "number");
      html.element("td", ReportText.bytes(row.bytes()), "class", "number");
      html.element("td", ReportText.seconds(row.seconds()), "class", "number");
      html.element("td", row.reason(), "class", "why");
      html.close();
    }
    html.close();
    html.close();
    html.close();
  }

  private void time() {
    double all = report.total().estimatedSeconds();
    Map<Limit, Double> limits = new EnumMap<>(Limit.class);
    for (TimeRow row : report.times()) {
      limits.merge(row.limit(), row.seconds(), Double::sum);
    }
    html.open("section");
    html.element("h2", "Where the time goes");
    html.open("svg", "class", "stack", "role", "img", "aria-label", "time by what limits it");
    double left = 0;
    for (Limit limit : Limit.values()) {
      double share = all == 0 ? 0 : limits.getOrDefault(limit, 0.0) / all;
      html.leaf(
          "rect",
          "class",
          "limit " + name(limit),
          "x",
          percent(left),
          "width",
          percent(share),
          "height",
          "100%");
      left += share;
    }
    html.close();
    html.open("p", "class", "legend");
    for (Limit limit : Limit.values()) {
      double seconds = limits.getOrDefault(limit, 0.0);
      String share = ReportText.percent(all == 0 ? 0 : seconds / all);
      swatch(
          html,
          "limit " + name(limit),
          name(limit) + " " + ReportText.seconds(seconds) + ", " + share);
    }
    html.close();
    html.open("div", "class", "bars");
    List<TimeRow> rows = report.times();
    for (TimeRow row : rows.subList(0, Math.min(rows.size(), FEW))) {
      html.open("div", "class", "line");
      html.element("code", row.name(), "class", "name", "title", row.name());
      bar(html, all == 0 ? 0 : row.seconds() / all, "limit " + name(row.limit()));
      html.element(
          "span", row.count() + " × · " + ReportText.seconds(row.seconds()), "class", "figure");
      html.close();
    }
    html.close();
    html.close();
  }

  private static String name(Limit limit) {
    return limit.name().toLowerCase(Locale.ROOT);
  }
}
