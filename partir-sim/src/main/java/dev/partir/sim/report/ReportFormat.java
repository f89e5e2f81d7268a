package dev.partir.sim.report;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.nio.file.Path;
import java.util.Locale;

/** The forms of a report. Each is a function of the report alone. */
public enum ReportFormat {
  /** For tools; the schema is in {@code docs/report-schema.md}. */
  JSON(".json"),
  /** For reviews and change logs. */
  MARKDOWN(".md"),
  /** A page for people that needs nothing but itself. */
  HTML(".html");

  private final String suffix;

  ReportFormat(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the end of the names of such files, such as {@code .html}. */
  public String suffix() {
    return suffix;
  }

  /**
   * Returns the format of a file by the end of its name.
   *
   * @throws PartirException with a {@link ErrorCode#USAGE} finding when no format ends so
   */
  public static ReportFormat of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (ReportFormat format : values()) {
      if (name.endsWith(format.suffix)) {
        return format;
      }
    }
    throw new PartirException(
        Diagnostic.of(
            ErrorCode.USAGE,
            "report \"" + file + "\"",
            "no report has such a name",
            "End it in .html, .md or .json"));
  }

  /** Returns the report as text in this form. */
  public String render(PlanReport report) {
    return switch (this) {
      case JSON -> JsonReport.render(report);
      case MARKDOWN -> MarkdownReport.render(report);
      case HTML -> HtmlReport.render(report);
    };
  }
}
