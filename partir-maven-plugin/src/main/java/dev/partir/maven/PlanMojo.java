package dev.partir.maven;

import dev.partir.build.PlanSettings;
import dev.partir.build.PlanStep;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.PartirException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Applies the plans of the project's compiled models: writes reports, compares with the baseline,
 * and fails the build where a budget is exceeded or a conflict is not allowed.
 */
@Mojo(
    name = "plan",
    defaultPhase = LifecyclePhase.PROCESS_CLASSES,
    requiresDependencyResolution = ResolutionScope.COMPILE_PLUS_RUNTIME,
    threadSafe = true)
public final class PlanMojo extends AbstractMojo {
  /** The compiled models. */
  @Parameter(defaultValue = "${project.build.outputDirectory}", required = true)
  private File classes;

  @Parameter(defaultValue = "${project.compileClasspathElements}", readonly = true)
  private List<String> compileClassPath;

  @Parameter(defaultValue = "${project.runtimeClasspathElements}", readonly = true)
  private List<String> runtimeClassPath;

  @Parameter(defaultValue = "${project.compileSourceRoots}", readonly = true)
  private List<String> sources;

  /** Where the reports go. */
  @Parameter(defaultValue = "${project.build.directory}/partir", required = true)
  private File reports;

  /** The figures to compare with; there need be no such file. */
  @Parameter(
      property = "partir.baseline",
      defaultValue = "${project.basedir}/partir-baseline.json",
      required = true)
  private File baseline;

  /** Whether to write the baseline from the present plans instead of comparing with it. */
  @Parameter(property = "partir.writeBaseline", defaultValue = "false")
  private boolean writeBaseline;

  /** What to do about conflicts that the baseline does not have: error, warning or none. */
  @Parameter(property = "partir.conflicts", defaultValue = "error")
  private String conflicts;

  @Parameter(defaultValue = "${project.packaging}", readonly = true)
  private String packaging;

  /** Whether to do nothing. */
  @Parameter(property = "partir.skip", defaultValue = "false")
  private boolean skip;

  /** Made by Maven, which then sets the parameters. */
  @SuppressWarnings("NullAway.Init")
  public PlanMojo() {}

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip || packaging.equals("pom")) {
      getLog().info(skip ? "skipped" : "no models in a project of packaging pom");
      return;
    }
    PlanStep.Result result;
    try {
      result = PlanStep.run(settings(), getLog()::info);
    } catch (PartirException e) {
      throw new MojoExecutionException(String.valueOf(e.getMessage()), e);
    }
    result.warnings().forEach(warning -> getLog().warn(warning.toString()));
    if (!result.errors().isEmpty()) {
      result.errors().forEach(error -> getLog().error(error.toString()));
      throw new MojoFailureException(summary(result.errors()));
    }
  }

  private static String summary(List<Diagnostic> errors) {
    Diagnostic first = errors.get(0);
    return errors.size() == 1
        ? first.toString()
        : first + " (and " + (errors.size() - 1) + " more, see above)";
  }

  private PlanSettings settings() throws MojoExecutionException {
    List<Path> classPath = new ArrayList<>();
    for (List<String> elements : List.of(compileClassPath, runtimeClassPath)) {
      for (String element : elements) {
        Path path = Path.of(element);
        if (!path.equals(classes.toPath()) && !classPath.contains(path)) {
          classPath.add(path);
        }
      }
    }
    return new PlanSettings(
        List.of(classes.toPath()),
        classPath,
        sources.stream().map(Path::of).toList(),
        reports.toPath(),
        baseline.toPath(),
        writeBaseline,
        allowed());
  }

  private PlanSettings.Conflicts allowed() throws MojoExecutionException {
    try {
      return PlanSettings.Conflicts.valueOf(conflicts.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new MojoExecutionException(
          "partir.conflicts is \"" + conflicts + "\"; it is error, warning or none", e);
    }
  }
}
