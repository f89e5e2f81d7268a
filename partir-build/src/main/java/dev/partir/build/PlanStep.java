package dev.partir.build;

import dev.partir.build.CompiledModels.CompiledModel;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import dev.partir.schedule.ByteText;
import dev.partir.schedule.Plan;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.PlanReport;
import dev.partir.sim.report.PlanReports;
import dev.partir.sim.report.ReportFormat;
import dev.partir.sim.report.ReportText;
import dev.partir.spmd.Partitioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Applies the plans of a project's compiled models, as {@code docs/build-step.md} says: traces
 * each, partitions and prices it, writes its reports, compares it with the baseline and holds it to
 * its budget. A plan of which nothing changed since it last passed is not done again.
 */
public final class PlanStep {
  /** The hardware that figures are for where a model names none. */
  public static final String DEFAULT_PROFILE = "tpu-v3";

  private final PlanSettings settings;
  private final Log log;
  private final Baseline baseline;
  private final StepState state;
  private final List<Diagnostic> errors = new ArrayList<>();
  private final List<Diagnostic> warnings = new ArrayList<>();
  private final Map<String, PlanFigures> figures = new TreeMap<>();

  /** Where progress is told of. */
  @FunctionalInterface
  public interface Log {
    /** Takes a line. */
    void info(String line);
  }

  /**
   * What came of the step.
   *
   * @param models how many plans there are
   * @param unchanged how many of them were not done again
   * @param errors why the build must fail, empty when it need not
   * @param warnings what else to tell
   */
  public record Result(
      int models, int unchanged, List<Diagnostic> errors, List<Diagnostic> warnings) {
    public Result {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }

  private PlanStep(PlanSettings settings, Log log) {
    this.settings = settings;
    this.log = log;
    baseline = Baseline.read(settings.baseline());
    state = StepState.read(settings);
  }

  /**
   * Runs the step.
   *
   * @throws PartirException when a file cannot be read or written, or when the baseline is none;
   *     what is wrong with a model is in the result
   */
  public static Result run(PlanSettings settings, Log log) {
    return new PlanStep(settings, log).run();
  }

  private Result run() {
    List<CompiledModel> models = CompiledModels.in(settings.classes()).all();
    int unchanged = 0;
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = loader()) {
      // Profiles of the project are found by it.
      Thread.currentThread().setContextClassLoader(loader);
      for (CompiledModel model : models) {
        if (!settings.writeBaseline() && state.isUnchanged(model, baseline)) {
          unchanged++;
          log.info(model.name() + ": unchanged");
        } else {
          run(model, loader);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    if (settings.writeBaseline() && errors.isEmpty()) {
      BuildFiles.write(settings.baseline(), Baseline.of(figures).text());
      log.info("baseline: " + settings.baseline());
    }
    state.write();
    return new Result(models.size(), unchanged, errors, warnings);
  }

  private URLClassLoader loader() {
    URL[] urls =
        Stream.concat(settings.classes().stream(), settings.classPath().stream())
            .map(PlanStep::url)
            .toArray(URL[]::new);
    return new URLClassLoader("models", urls, PlanStep.class.getClassLoader());
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path.toString(), e);
    }
  }

  private void run(CompiledModel model, ClassLoader loader) {
    int before = errors.size();
    Location place = place(model);
    try {
      Plan plan = CompiledModels.load(model, loader);
      String profile = plan.schedule().profile();
      PlanReport report =
          PlanReports.report(
              model.name(),
              Partitioner.partition(plan),
              HardwareProfiles.resolve(profile == null ? DEFAULT_PROFILE : profile));
      finish(model, plan, report, place);
    } catch (PartirException e) {
      for (Diagnostic finding : e.diagnostics()) {
        errors.add(finding.location().hasPosition() ? finding : at(finding, place));
      }
    }
    if (errors.size() == before) {
      state.done(model, baseline);
    }
  }

  private static Diagnostic at(Diagnostic finding, Location place) {
    return new Diagnostic(
        finding.code(), finding.subject(), finding.problem(), finding.remedy(), place);
  }

  /** Returns where a model stands, in a file of the project if it can be found. */
  private Location place(CompiledModel model) {
    String file = model.source().file();
    if (file == null) {
      return model.source();
    }
    return settings.sources().stream()
        .map(folder -> folder.resolve(file))
        .filter(Files::exists)
        .findFirst()
        .map(found -> Location.of(found.toString(), model.source().line(), model.source().column()))
        .orElse(model.source());
  }

  private void finish(CompiledModel model, Plan plan, PlanReport report, Location place) {
    PlanFigures now = PlanFigures.of(report);
    figures.put(model.name(), now);
    PlanFigures then = settings.writeBaseline() ? null : baseline.get(model.name());
    Comparison comparison = then == null ? null : Comparison.of(then, now);
    for (ReportFormat format : ReportFormat.values()) {
      String text = format.render(report);
      if (format == ReportFormat.MARKDOWN && comparison != null) {
        text += comparison.markdown();
      }
      BuildFiles.write(StepState.report(settings, model.name(), format.suffix()), text);
    }
    log.info(model.name() + ": " + summary(report));
    if (comparison != null && !comparison.isEmpty()) {
      log.info(model.name() + " changed since the baseline:");
      comparison.lines().forEach(line -> log.info("  " + line));
    }
    PlanLimits limits = new PlanLimits(plan, report, place);
    errors.addAll(limits.overBudget());
    if (!settings.writeBaseline()) {
      List<Diagnostic> conflicts = limits.conflicts(then == null ? List.of() : then.conflicts());
      switch (settings.conflicts()) {
        case ERROR -> errors.addAll(conflicts);
        case WARNING -> warnings.addAll(conflicts);
        case NONE -> {}
      }
    }
  }

  private static String summary(PlanReport report) {
    PlanReport.Figures total = report.total();
    return "%d collectives, %s, %s of %s per device on %s"
        .formatted(
            total.allCollectives().count(),
            ReportText.seconds(total.estimatedSeconds()),
            ByteText.of(total.peakMemoryBytes()),
            ByteText.of(report.hardware().memoryBytes()),
            report.hardware().title());
  }
}
