package dev.partir.processor;

import com.google.auto.common.BasicAnnotationProcessor;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import dev.partir.ir.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Refuses shapes and shardings that no plan would look at, because they are not on a model. */
final class StrayAnnotationStep implements BasicAnnotationProcessor.Step {
  private static final List<String> NAMES =
      List.of(
          AnnotationNames.DIMS,
          AnnotationNames.SHARD,
          AnnotationNames.REPLICATE,
          AnnotationNames.INTERMEDIATE);

  private final ProcessingEnvironment environment;
  private final Set<Element> told = new HashSet<>();

  StrayAnnotationStep(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Set<String> annotations() {
    ImmutableSet.Builder<String> names = ImmutableSet.builder();
    for (String name : NAMES) {
      names.add(name);
      if (!name.equals(AnnotationNames.DIMS)) {
        names.add(name + "." + AnnotationNames.REPEATED);
      }
    }
    return names.build();
  }

  @Override
  public Set<? extends Element> process(ImmutableSetMultimap<String, Element> elements) {
    for (Map.Entry<String, Element> entry : elements.entries()) {
      Element element = entry.getValue();
      Element method =
          element instanceof ExecutableElement ? element : element.getEnclosingElement();
      if (method instanceof ExecutableElement executable
          && method.getEnclosingElement() instanceof TypeElement type) {
        check(type, executable, element, entry.getKey());
      }
    }
    return ImmutableSet.of();
  }

  private void check(
      TypeElement type, ExecutableElement method, Element element, String annotation) {
    String problem = problem(type, method);
    // One message a method: its other annotations are stray for the same reason.
    if (problem == null || !told.add(method)) {
      return;
    }
    String name = annotation.replace("." + AnnotationNames.REPEATED, "");
    List<AnnotationView> views = AnnotationView.allOn(element, name);
    new Reporter(environment)
        .error(
            views.isEmpty() ? Place.of(element) : views.get(0).place(),
            ErrorCode.UNTRACEABLE,
            type.getSimpleName() + "." + method.getSimpleName(),
            "it has @" + name.substring(name.lastIndexOf('.') + 1) + ", but " + problem,
            "Annotate the model method of a type that is @Partitioned");
  }

  /** Returns why no plan looks at the method's annotations, or null when one does. */
  private static @Nullable String problem(TypeElement type, ExecutableElement method) {
    AnnotationView partitioned = AnnotationView.on(type, AnnotationNames.PARTITIONED);
    if (partitioned == null) {
      return isOfCompanion(type, method) ? null : "its type is not @Partitioned";
    }
    String wanted = partitioned.string("method");
    // Without a name every annotated method is a candidate, of which the model step tells; so it
    // does
    // of a name that no method has.
    return wanted.isEmpty()
            || method.getSimpleName().contentEquals(wanted)
            || ModelMethod.candidates(type, wanted).isEmpty()
        ? null
        : "the model method of its type is \"" + wanted + "\"";
  }

  /** Returns whether Kotlin made the method's static twin in the type around a companion object. */
  private static boolean isOfCompanion(TypeElement type, ExecutableElement method) {
    return type.getEnclosingElement() instanceof TypeElement outer
        && AnnotationView.on(outer, AnnotationNames.PARTITIONED) != null
        && outer.getEnclosedElements().stream()
            .anyMatch(e -> e.getSimpleName().equals(method.getSimpleName()));
  }
}
