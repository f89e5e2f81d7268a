package dev.partir.processor;

import com.google.auto.common.BasicAnnotationProcessor;
import com.google.auto.common.MoreElements;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/** Makes the plan of every annotated type: reads it, verifies it, writes it. */
final class ModelStep implements BasicAnnotationProcessor.Step {
  private final ProcessingEnvironment environment;
  private final PartirOptions options;

  ModelStep(ProcessingEnvironment environment, PartirOptions options) {
    this.environment = environment;
    this.options = options;
  }

  @Override
  public Set<String> annotations() {
    return ImmutableSet.of(AnnotationNames.PARTITIONED);
  }

  @Override
  public Set<? extends Element> process(ImmutableSetMultimap<String, Element> elements) {
    for (Element element : elements.get(AnnotationNames.PARTITIONED)) {
      TypeElement type = MoreElements.asType(element);
      try {
        process(type);
      } catch (RuntimeException e) {
        reportCrash(type, e);
      }
    }
    return ImmutableSet.of();
  }

  private void process(TypeElement type) {
    AnnotationView partitioned = AnnotationView.on(type, AnnotationNames.PARTITIONED);
    if (partitioned == null) {
      return;
    }
    // One reporter a model: an error in one model leaves the others their plans.
    var reporter = new Reporter(environment);
    var methods =
        new ModelMethod(reporter, environment.getElementUtils(), environment.getTypeUtils());
    DeclaredModel declared = new ModelReader(reporter, methods).read(type, partitioned);
    VerifiedModel verified = new ModelVerifier(reporter, options).verify(declared);
    var writer = new PlanWriter(environment, reporter, options);
    if (verified == null) {
      writer.writeSkeleton(declared);
    } else {
      writer.write(verified);
    }
  }

  /** Says what broke in one line; a stack trace tells a model's author nothing. */
  private void reportCrash(TypeElement type, RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    environment
        .getMessager()
        .printMessage(
            Diagnostic.Kind.ERROR,
            "[partir:unsupported] "
                + type.getSimpleName()
                + ": the processor failed on this model ("
                + e
                + (trace.length == 0 ? "" : " at " + trace[0])
                + "). Please report it with the model's source."
                + " See docs/errors/unsupported.md",
            type);
  }
}
