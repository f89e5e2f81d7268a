package dev.partir.processor;

import dev.partir.ir.ErrorCode;
import dev.partir.schedule.MeshVerifier.RawAxis;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;

/** Makes the plan of an annotated type: reads it, verifies it, writes it. */
final class ModelProcessing {
  private final ProcessingEnvironment environment;
  private final PartirOptions options;

  ModelProcessing(ProcessingEnvironment environment, PartirOptions options) {
    this.environment = environment;
    this.options = options;
  }

  /** Generates the plan of a type all of whose references are resolved, or reports its errors. */
  void process(TypeElement type) {
    AnnotationView partitioned = AnnotationView.on(type, AnnotationNames.PARTITIONED);
    if (partitioned == null) {
      return;
    }
    // One reporter a model: an error in one model leaves the others their plans.
    var reporter = new Reporter(environment);
    try {
      var methods =
          new ModelMethod(reporter, environment.getElementUtils(), environment.getTypeUtils());
      List<DeclaredModel> declared = new ModelReader(reporter, methods, type, partitioned).read();
      List<VerifiedModel> verified = new ArrayList<>();
      for (DeclaredModel schedule : declared) {
        VerifiedModel model = new ModelVerifier(reporter, options).verify(schedule);
        if (model != null) {
          verified.add(model);
        }
      }
      var writer = new PlanWriter(environment, reporter, options);
      if (reporter.errors() > 0 || verified.size() < declared.size()) {
        writer.writeSkeleton(declared);
      } else {
        writer.write(verified);
      }
    } catch (RuntimeException e) {
      reportCrash(reporter, type, e);
    }
  }

  /**
   * Ends with a type that still refers to unresolved types when all rounds are over. The compiler
   * tells of those itself; a plan without content keeps it from telling of the plan's uses too.
   *
   * @param resolved whether the references have been resolved in the last round of all, when it is
   *     too late to process what a plan would be made of
   */
  void giveUp(TypeElement type, boolean resolved) {
    var reporter = new Reporter(environment);
    if (resolved) {
      reporter.error(
          Place.of(type),
          ErrorCode.UNSUPPORTED,
          type.getSimpleName().toString(),
          "it refers to a class that another processor generates in its last round",
          "Let that class not depend on the end of processing, or move it to another module");
    }
    AnnotationView partitioned = AnnotationView.on(type, AnnotationNames.PARTITIONED);
    if (partitioned == null) {
      return;
    }
    try {
      var writer = new PlanWriter(environment, reporter, options);
      writer.writeSkeleton(List.of(unresolved(type, partitioned)));
    } catch (ClassCastException e) {
      // An annotation value that is itself unresolved: then there is no plan, and uses of it are
      // told.
    }
  }

  /** Returns as much of a model as its plan's signatures need. */
  private static DeclaredModel unresolved(TypeElement type, AnnotationView partitioned) {
    List<ExecutableElement> methods = ModelMethod.candidates(type, partitioned.string("method"));
    List<RawAxis> axes = new ArrayList<>();
    for (AnnotationView axis : partitioned.annotation("mesh").annotations("value")) {
      axes.add(new RawAxis(axis.string("name"), 1));
    }
    return new DeclaredModel(
        type,
        methods.size() == 1 ? methods.get(0) : null,
        type.getSimpleName().toString(),
        "",
        partitioned,
        null,
        List.of(),
        null,
        DeclaredModel.DeclaredBudget.NONE,
        axes,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Says what broke in one line; a stack trace tells a model's author nothing. */
  private static void reportCrash(Reporter reporter, TypeElement type, RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    reporter.error(
        Place.of(type),
        ErrorCode.UNSUPPORTED,
        type.getSimpleName().toString(),
        "the processor failed on this model ("
            + e
            + (trace.length == 0 ? "" : " at " + trace[0])
            + ")",
        "Please report it with the model's source");
  }
}
