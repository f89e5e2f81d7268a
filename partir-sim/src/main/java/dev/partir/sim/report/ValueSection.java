package dev.partir.sim.report;

import dev.partir.sim.report.PlanReport.ValueRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of the page that shows how arguments and results are cut up: a picture for every layout
 * that occurs, with the values that have it, then every value with a small copy of its picture.
 */
final class ValueSection {
  private static final int FEW_NAMES = 4;
  private static final int FEW_ROWS = 24;

  private final Html html;
  private final PlanReport report;
  private final AxisColors colors;

  /** What two values must share to look the same. */
  private record Layout(String type, List<List<String>> axes) {}

  private ValueSection(Html html, PlanReport report) {
    this.html = html;
    this.report = report;
    colors = new AxisColors(report.mesh());
  }

  static void draw(Html html, PlanReport report) {
    var section = new ValueSection(html, report);
    section.draw("Inputs", "in", report.inputs());
    section.draw("Outputs", "out", report.outputs());
  }

  private void draw(String title, String prefix, List<ValueRow> values) {
    if (values.isEmpty()) {
      return;
    }
    Map<Layout, List<ValueRow>> layouts = new LinkedHashMap<>();
    for (ValueRow value : values) {
      layouts
          .computeIfAbsent(new Layout(value.type(), value.axes()), layout -> new ArrayList<>())
          .add(value);
    }
    html.open("section");
    html.element("h2", title);
    html.open("div", "class", "cards");
    Map<Layout, String> ids = new LinkedHashMap<>();
    for (Map.Entry<Layout, List<ValueRow>> entry : layouts.entrySet()) {
      String id = prefix + ids.size();
      ids.put(entry.getKey(), id);
      card(id, entry.getValue());
    }
    html.close();
    table(values, ids);
    html.close();
  }

  private void card(String id, List<ValueRow> values) {
    ValueRow value = values.get(0);
    html.open("article", "class", "card");
    html.open(
        "svg",
        "class",
        "sharding",
        "role",
        "img",
        "aria-label",
        "blocks of " + value.name(),
        "viewBox",
        "0 0 " + ShardingPicture.WIDTH + " " + ShardingPicture.HEIGHT);
    html.open("g", "id", id);
    ShardingPicture.draw(html, value, report.mesh());
    html.close();
    html.close();
    names(values);
    html.open("ul", "class", "dims");
    for (int dim = 0; dim < value.dims().size(); dim++) {
      dimension(value, dim);
    }
    html.close();
    html.open("p", "class", "note");
    html.element("code", value.localType());
    html.text(
        " on a device, "
            + ReportText.bytes(value.localBytes())
            + " of "
            + ReportText.bytes(value.bytes()));
    html.close();
    html.close();
  }

  private void names(List<ValueRow> values) {
    html.open("h3");
    html.element("code", values.get(0).name());
    if (values.size() > 1) {
      html.element("span", "and " + (values.size() - 1) + " alike", "class", "note");
    }
    html.close();
    if (values.size() > 1) {
      html.open("p", "class", "alike note");
      List<String> names = new ArrayList<>();
      for (ValueRow value : values.subList(1, Math.min(values.size(), FEW_NAMES))) {
        names.add(value.name());
      }
      html.text(String.join(", ", names) + (values.size() > FEW_NAMES ? ", …" : ""));
      html.close();
    }
  }

  private void dimension(ValueRow value, int dim) {
    html.open("li");
    html.element("span", "dim " + dim, "class", "which");
    html.element("b", Long.toString(value.dims().get(dim)));
    for (String axis : value.axes().get(dim)) {
      html.open("span", "class", "chip");
      html.element("i", "", "style", "background:" + colors.axis(colors.indexOf(axis)).css());
      html.text(axis);
      html.close();
    }
    if (!value.axes().get(dim).isEmpty()) {
      html.element("b", "→ " + value.localDims().get(dim));
    }
    html.close();
  }

  private void table(List<ValueRow> values, Map<Layout, String> ids) {
    if (values.size() > FEW_ROWS) {
      html.open("details");
      html.element("summary", "All " + values.size());
    }
    html.open("div", "class", "scroll");
    html.open("table", "class", "values");
    html.open("thead").open("tr");
    for (String name : List.of("", "name", "type", "sharding", "on a device")) {
      html.element("th", name, "scope", "col");
    }
    html.element("th", "bytes on a device", "scope", "col", "class", "number");
    html.close().close();
    html.open("tbody");
    for (ValueRow value : values) {
      row(value, ids.getOrDefault(new Layout(value.type(), value.axes()), ""));
    }
    html.close();
    html.close();
    html.close();
    if (values.size() > FEW_ROWS) {
      html.close();
    }
  }

  private void row(ValueRow value, String id) {
    html.open("tr");
    html.open("td", "class", "thumb");
    html.open(
        "svg",
        "class",
        "thumbnail",
        "role",
        "img",
        "aria-label",
        "blocks of " + value.name(),
        "viewBox",
        "0 0 " + ShardingPicture.WIDTH + " " + ShardingPicture.HEIGHT);
    html.leaf("use", "href", "#" + id);
    html.close();
    html.close();
    html.open("td").element("code", value.name()).close();
    html.open("td").element("code", value.type()).close();
    html.element("td", sharding(value));
    html.open("td").element("code", value.localType()).close();
    html.element("td", ReportText.bytes(value.localBytes()), "class", "number");
    html.close();
  }

  private static String sharding(ValueRow value) {
    if (value.isReplicated()) {
      return "whole on every device";
    }
    List<String> parts = new ArrayList<>();
    for (int dim = 0; dim < value.axes().size(); dim++) {
      if (!value.axes().get(dim).isEmpty()) {
        parts.add("dim " + dim + " along " + String.join(", ", value.axes().get(dim)));
      }
    }
    return String.join("; ", parts);
  }
}
