package dev.partir.sim.report;

import dev.partir.mesh.MeshAxis;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import dev.partir.sim.report.PlanReport.Figures;
import dev.partir.sim.report.PlanReport.TacticRow;
import dev.partir.spmd.Reshard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes a report as one page that needs nothing but itself: no script, no font, no address. */
final class HtmlReport {
  private static final int FEW_ACTIONS = 4;

  private final Html html = new Html();
  private final PlanReport report;
  private final AxisColors colors;

  private HtmlReport(PlanReport report) {
    this.report = report;
    colors = new AxisColors(report.mesh());
  }

  static String render(PlanReport report) {
    var page = new HtmlReport(report);
    page.page();
    return page.html.toString();
  }

  private void page() {
    html.doctype();
    html.open("html", "lang", "en");
    html.open("head");
    html.leaf("meta", "charset", "utf-8");
    html.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.leaf("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", report.program() + " on " + meshText());
    html.style(css());
    html.close();
    html.open("body");
    html.open("main");
    header();
    mesh();
    tactics();
    conflicts();
    padding();
    CostSections.draw(html, report);
    memory();
    ValueSection.draw(html, report);
    footer();
    html.close();
    html.close();
    html.close();
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String meshText() {
    List<String> parts = new ArrayList<>();
    for (MeshAxis axis : report.mesh()) {
      parts.add(axis.toString());
    }
    return String.join(", ", parts);
  }

  private void header() {
    Figures total = report.total();
    long memory = report.hardware().memoryBytes();
    html.open("header");
    html.element("p", "PartIR plan", "class", "eyebrow");
    html.element("h1", report.program());
    html.open("p", "class", "sub");
    for (int axis = 0; axis < report.mesh().size(); axis++) {
      chip(axis, report.mesh().get(axis).toString());
    }
    html.element("span", report.deviceCount() + " × " + report.hardware().title());
    html.close();
    html.close();
    html.open("section", "class", "tiles", "aria-label", "summary");
    double communication =
        total.estimatedSeconds() == 0 ? 0 : total.communicationSeconds() / total.estimatedSeconds();
    tile(
        "step",
        ReportText.seconds(total.estimatedSeconds()),
        ReportText.percent(communication) + " of it in collectives",
        "");
    tile("utilization", ReportText.percent(total.modelFlopsUtilization()), "of the bf16 peak", "");
    tile(
        "peak memory",
        ReportText.bytes(total.peakMemoryBytes()),
        (report.fits() ? "fits in " : "does not fit in ") + ReportText.bytes(memory),
        report.fits() ? "good" : "bad");
    CollectiveTotal all = total.allCollectives();
    tile("collectives", Long.toString(all.count()), ReportText.bytes(all.bytes()), "");
    tile("per device", ReportText.flops(total.flops()), "a step", "");
    html.close();
  }

  private void tile(String name, String figure, String note, String mood) {
    html.open("div", "class", "tile " + mood);
    html.element("span", name, "class", "name");
    html.element("strong", figure);
    html.element("span", note, "class", "note");
    html.close();
  }

  private void chip(int axis, String text) {
    html.open("span", "class", "chip");
    html.element("i", "", "style", "background:" + colors.axis(axis).css());
    html.close();
    html.text(text + " ");
  }

  private void padding() {
    if (report.padding().isEmpty()) {
      return;
    }
    html.open("section");
    html.element("h2", "Padding");
    html.open("ul");
    for (PlanReport.PaddingRow row : report.padding()) {
      html.element("li", row.text());
    }
    html.close();
    html.close();
  }

  private void mesh() {
    html.open("section");
    html.element("h2", "Mesh");
    html.open("div", "class", "beside");
    html.open("div", "class", "scroll");
    MeshPicture.draw(html, report.mesh());
    html.close();
    html.open("div");
    html.open("ul", "class", "dims");
    for (int axis = 0; axis < report.mesh().size(); axis++) {
      html.open("li");
      chip(axis, report.mesh().get(axis).name());
      html.element("b", Integer.toString(report.mesh().get(axis).size()));
      html.close();
    }
    html.close();
    html.element(
        "p",
        "Every device has its number. Each axis has a hue and each place along it a shade; blocks"
            + " of values below have the colour of the devices that hold them.",
        "class",
        "note");
    html.close();
    html.close();
    html.close();
  }

  private void tactics() {
    html.open("section");
    html.element("h2", "Tactics");
    html.open("div", "class", "scroll");
    html.open("table", "class", "tactics");
    html.open("thead").open("tr");
    html.element("th", "tactic", "scope", "col");
    for (Reshard kind : report.total().collectives().keySet()) {
      html.element("th", kind.label(), "scope", "col", "class", "number");
    }
    for (String name : List.of("step", "peak memory", "conflicts")) {
      html.element("th", name, "scope", "col", "class", "number");
    }
    html.close().close();
    html.open("tbody");
    row("before any", List.of(), report.initial());
    for (TacticRow tactic : report.tactics()) {
      row(tactic.name(), tactic.actions(), tactic.figures());
    }
    html.close();
    html.close();
    html.close();
    html.close();
  }

  private void row(String name, List<String> actions, Figures figures) {
    html.open("tr");
    html.open("th", "scope", "row");
    html.element("span", name, "class", "tactic");
    // A search may have chosen very many.
    int shown = Math.min(actions.size(), FEW_ACTIONS);
    for (String action : actions.subList(0, shown)) {
      html.element("span", action, "class", "action");
    }
    if (shown < actions.size()) {
      html.open("details");
      html.element("summary", (actions.size() - shown) + " more");
      for (String action : actions.subList(shown, actions.size())) {
        html.element("span", action, "class", "action");
      }
      html.close();
    }
    html.close();
    for (Map.Entry<Reshard, CollectiveTotal> entry : figures.collectives().entrySet()) {
      CollectiveTotal total = entry.getValue();
      html.open("td", "class", total.count() == 0 ? "number none" : "number");
      html.element("strong", Long.toString(total.count()));
      if (total.count() > 0) {
        html.element("span", ReportText.bytes(total.bytes()), "class", "note");
      }
      html.close();
    }
    measure(ReportText.seconds(figures.estimatedSeconds()), share(figures, false), "");
    boolean fits = figures.peakMemoryBytes() <= report.hardware().memoryBytes();
    measure(ReportText.bytes(figures.peakMemoryBytes()), share(figures, true), fits ? "" : " bad");
    html.element(
        "td",
        Integer.toString(figures.conflicts().size()),
        "class",
        figures.conflicts().isEmpty() ? "number none" : "number bad");
    html.close();
  }

  /** Returns a figure as a share of the largest of its column. */
  private double share(Figures figures, boolean memory) {
    double most = value(report.initial(), memory);
    for (TacticRow tactic : report.tactics()) {
      most = Math.max(most, value(tactic.figures(), memory));
    }
    return most == 0 ? 0 : value(figures, memory) / most;
  }

  private static double value(Figures figures, boolean memory) {
    return memory ? (double) figures.peakMemoryBytes() : figures.estimatedSeconds();
  }

  private void measure(String text, double share, String mood) {
    html.open("td", "class", "number" + mood);
    html.element("strong", text);
    CostSections.bar(html, share, "plain");
    html.close();
  }

  private void conflicts() {
    if (report.total().conflicts().isEmpty()) {
      return;
    }
    html.open("section");
    html.element("h2", "Conflicts");
    html.element(
        "p",
        "Propagation stopped at these places, because it was asked for two things at once. The"
            + " order of tactics decides between them.",
        "class",
        "note");
    html.open("ul", "class", "conflicts");
    for (TacticRow tactic : report.tactics()) {
      for (String conflict : tactic.figures().conflicts()) {
        html.open("li");
        html.element("b", tactic.name());
        html.text(" " + conflict);
        html.close();
      }
    }
    html.close();
    html.close();
  }

  private void memory() {
    html.open("section");
    html.element("h2", "Memory over the program");
    MemoryChart.draw(
        html, report.memory(), report.hardware().memoryBytes(), report.total().peakMemoryBytes());
    html.element("h3", "What holds memory at the peak");
    CostSections.owners(html, report.memory(), report.total().peakMemoryBytes());
    html.close();
  }

  private void footer() {
    html.element(
        "p",
        "Times are estimates: a roofline per operation, a latency-and-bandwidth model per"
            + " collective, nothing overlapped; they compare plans better than they foretell a"
            + " stopwatch. The profile \""
            + report.hardware().name()
            + "\" names the source of every figure.",
        "class",
        "footer note");
  }
}
