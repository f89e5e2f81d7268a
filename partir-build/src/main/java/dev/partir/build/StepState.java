package dev.partir.build;

import dev.partir.build.CompiledModels.CompiledModel;
import dev.partir.sim.report.PlanReports;
import dev.partir.sim.report.ReportFormat;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which plans passed when, by the content of what they were made from: the project's classes, what
 * they need, this compiler, and the plan's part of the baseline. It lies beside the reports.
 */
final class StepState {
  private final PlanSettings settings;
  private final String inputs;
  private final Properties before;
  private final Map<String, String> now = new TreeMap<>();

  private StepState(PlanSettings settings, String inputs, Properties before) {
    this.settings = settings;
    this.inputs = inputs;
    this.before = before;
  }

  static StepState read(PlanSettings settings) {
    Properties before = new Properties();
    Path file = file(settings);
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        before.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        before.clear(); // Everything is done again.
      }
    }
    Fingerprint inputs = new Fingerprint().add(settings.conflicts().name());
    settings.classes().forEach(inputs::add);
    settings.classPath().forEach(inputs::add);
    Stream.of(StepState.class, PlanReports.class, dev.partir.ir.Module.class)
        .forEach(type -> add(inputs, type));
    return new StepState(settings, inputs.hex(), before);
  }

  private static void add(Fingerprint inputs, Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source != null && source.getLocation() != null) {
      try {
        inputs.add(Path.of(source.getLocation().toURI()));
      } catch (URISyntaxException e) {
        inputs.add(source.getLocation().toString());
      }
    }
  }

  private static Path file(PlanSettings settings) {
    return settings.reports().resolve("plans.properties");
  }

  /** Returns the report of a plan; its name is that of the plan, as file systems take it. */
  static Path report(PlanSettings settings, String plan, String suffix) {
    return settings.reports().resolve(plan.replace(':', '.') + suffix);
  }

  /** Whether a plan passed before from the same inputs, and its reports are there. */
  boolean isUnchanged(CompiledModel plan, Baseline baseline) {
    String key = key(plan, baseline);
    if (!key.equals(before.getProperty(plan.name()))) {
      return false;
    }
    for (ReportFormat format : ReportFormat.values()) {
      if (!Files.exists(report(settings, plan.name(), format.suffix()))) {
        return false;
      }
    }
    now.put(plan.name(), key);
    return true;
  }

  void done(CompiledModel plan, Baseline baseline) {
    now.put(plan.name(), key(plan, baseline));
  }

  private String key(CompiledModel plan, Baseline baseline) {
    Fingerprint key = new Fingerprint().add(inputs).add(baseline.text(plan.name()));
    if (plan.profile().endsWith(".properties")) {
      key.add(Path.of(plan.profile()));
    }
    return key.hex();
  }

  void write() {
    StringBuilder text = new StringBuilder();
    now.forEach((plan, key) -> text.append(plan.replace(":", "\\:") + " = " + key + "\n"));
    BuildFiles.write(file(settings), text.toString());
  }
}
