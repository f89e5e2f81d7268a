package dev.partir.build;

import java.nio.file.Path;
import java.util.List;

/**
 * What the build step works on.
 *
 * @param classes folders with the compiled models of the project
 * @param classPath what the models need besides, in order
 * @param sources folders of sources, in which messages look for the files of models
 * @param reports the folder for reports
 * @param baseline the file of the baseline; there need be none
 * @param writeBaseline whether to write the baseline instead of comparing with it
 * @param conflicts what to do about conflicts that the baseline does not have
 */
public record PlanSettings(
    List<Path> classes,
    List<Path> classPath,
    List<Path> sources,
    Path reports,
    Path baseline,
    boolean writeBaseline,
    Conflicts conflicts) {
  public PlanSettings {
    classes = List.copyOf(classes);
    classPath = List.copyOf(classPath);
    sources = List.copyOf(sources);
  }

  /** What to do about places where propagation was asked for two things at once. */
  public enum Conflicts {
    /** Refuse them. */
    ERROR,
    /** Tell of them. */
    WARNING,
    /** Say nothing: the reports have them. */
    NONE
  }
}
