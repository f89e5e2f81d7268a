package dev.partir.sim.report;

import dev.partir.sim.report.PlanReport.MemoryPoint;
import dev.partir.sim.report.PlanReport.MemoryUse;
import java.util.Locale;

/**
 * Draws the memory of a device over the program: what the arguments take, what is in use besides,
 * the peak, and the memory that there is. The drawing stretches with the page; its labels do not.
 */
final class MemoryChart {
  /** Beyond so many times the peak the capacity would flatten the curve, and is only written. */
  private static final double FARTHEST_CAPACITY = 3;

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 240;

  private final Html html;
  private final MemoryUse memory;
  private final long capacity;
  private final long peak;
  private final double top;
  private final long tick;

  private MemoryChart(Html html, MemoryUse memory, long capacity, long peak) {
    this.html = html;
    this.memory = memory;
    this.capacity = capacity;
    this.peak = peak;
    top = 1.12 * Math.max(1, capacityIsDrawn() ? Math.max(capacity, peak) : peak);
    // The largest power of two of which there are at least three: sizes are read in binary units.
    tick = Math.max(1, Long.highestOneBit((long) (top / 3)));
  }

  static void draw(Html html, MemoryUse memory, long capacity, long peak) {
    new MemoryChart(html, memory, capacity, peak).draw();
  }

  private boolean capacityIsDrawn() {
    return capacity <= FARTHEST_CAPACITY * peak;
  }

  private void draw() {
    html.open("div", "class", "chart");
    html.open("div", "class", "plot");
    html.open(
        "svg",
        "class",
        "memory",
        "role",
        "img",
        "aria-label",
        "memory over the program",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "preserveAspectRatio",
        "none");
    for (long bytes = tick; bytes < top; bytes += tick) {
      rule("grid", bytes);
    }
    html.leaf("path", "class", "area", "d", area());
    html.leaf(
        "rect",
        "class",
        "arguments",
        "x",
        "0",
        "y",
        at(y(memory.argumentBytes())),
        "width",
        Integer.toString(WIDTH),
        "height",
        at(HEIGHT - y(memory.argumentBytes())));
    if (capacityIsDrawn()) {
      rule("capacity", capacity);
    }
    html.close();
    labels();
    html.close();
    html.open("div", "class", "xaxis");
    html.element("span", "operation 0");
    html.element("span", Integer.toString(memory.operationCount()));
    html.close();
    html.close();
    html.open("p", "class", "legend");
    CostSections.swatch(
        html, "arguments", "arguments, " + ReportText.bytes(memory.argumentBytes()));
    CostSections.swatch(html, "area", "intermediate values");
    if (!capacityIsDrawn()) {
      html.element("span", "a device has " + ReportText.bytes(capacity) + ", far above");
    }
    html.close();
  }

  private void labels() {
    for (long bytes = tick; bytes < top; bytes += tick) {
      html.element("span", ReportText.bytes(bytes), "class", "tick", "style", "top:" + down(bytes));
    }
    if (capacityIsDrawn()) {
      html.element(
          "span",
          "memory of a device, " + ReportText.bytes(capacity),
          "class",
          "tag over",
          "style",
          "top:" + down(capacity));
    }
    double along = 100.0 * (memory.peakOperation() + 0.5) / Math.max(1, memory.operationCount());
    html.element("span", "", "class", "dot", "style", "left:" + at(along) + "%;top:" + down(peak));
    html.element(
        "span",
        "peak " + ReportText.bytes(peak),
        "class",
        along > 70 ? "tag peak before" : "tag peak after",
        "style",
        (along > 70 ? "right:" + at(100 - along) : "left:" + at(along)) + "%;top:" + down(peak));
  }

  private String area() {
    var path = new StringBuilder("M0 " + HEIGHT);
    double width = Math.max(1, memory.operationCount());
    for (int i = 0; i < memory.points().size(); i++) {
      MemoryPoint point = memory.points().get(i);
      int end =
          i + 1 < memory.points().size()
              ? memory.points().get(i + 1).operation()
              : memory.operationCount();
      path.append('L').append(at(WIDTH * point.operation() / width)).append(' ');
      path.append(at(y(point.bytes())));
      path.append('H').append(at(WIDTH * end / width));
    }
    return path.append('V').append(HEIGHT).append('Z').toString();
  }

  private void rule(String kind, long bytes) {
    String y = at(y(bytes));
    html.leaf("line", "class", kind, "x1", "0", "x2", Integer.toString(WIDTH), "y1", y, "y2", y);
  }

  private double y(long bytes) {
    return HEIGHT * (1 - bytes / top);
  }

  private String down(long bytes) {
    return at(100 * (1 - bytes / top)) + "%";
  }

  private static String at(double position) {
    return String.format(Locale.ROOT, "%.2f", position);
  }
}
