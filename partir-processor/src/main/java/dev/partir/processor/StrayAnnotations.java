package dev.partir.processor;

import dev.partir.ir.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Refuses shapes and shardings that no plan would look at, because they are not on a model. */
final class StrayAnnotations {
  private static final String HOLDER = "." + AnnotationNames.REPEATED;

  /** The annotations that are looked for; the first of a method is the one that is told. */
  static final List<String> NAMES =
      List.of(
          AnnotationNames.DIMS,
          AnnotationNames.SHARD,
          AnnotationNames.SHARD + HOLDER,
          AnnotationNames.REPLICATE,
          AnnotationNames.REPLICATE + HOLDER,
          AnnotationNames.INTERMEDIATE,
          AnnotationNames.INTERMEDIATE + HOLDER);

  private final Reporter reporter;
  private final Set<Element> told = new HashSet<>();

  StrayAnnotations(ProcessingEnvironment environment) {
    this.reporter = new Reporter(environment);
  }

  /**
   * Reports annotations on methods, and on parameters, that are not a model's.
   *
   * @param present the annotations that the round's sources have
   */
  void check(Set<? extends TypeElement> present, RoundEnvironment round) {
    for (String name : NAMES) {
      for (TypeElement annotation : present) {
        if (annotation.getQualifiedName().contentEquals(name)) {
          for (Element element : round.getElementsAnnotatedWith(annotation)) {
            check(element, name);
          }
        }
      }
    }
  }

  private void check(Element element, String annotation) {
    if (element.getKind() == ElementKind.FIELD) {
      checkField(element, annotation);
      return;
    }
    Element method = element instanceof ExecutableElement ? element : element.getEnclosingElement();
    if (!(method instanceof ExecutableElement executable)
        || !(method.getEnclosingElement() instanceof TypeElement type)) {
      return;
    }
    // A record's accessors have the annotations of its components; so has the copy() of Kotlin's.
    boolean isComponent =
        executable.getKind() == ElementKind.CONSTRUCTOR || RecordReader.isRecord(type.asType());
    if (isComponent) {
      return;
    }
    String problem = problem(type, executable);
    // One message a method: its other annotations are stray for the same reason.
    if (problem == null || !told.add(method)) {
      return;
    }
    String name = annotation.replace(HOLDER, "");
    List<AnnotationView> views = AnnotationView.allOn(element, name);
    reporter.error(
        views.isEmpty() ? Place.of(element) : views.get(0).place(),
        ErrorCode.UNTRACEABLE,
        type.getSimpleName() + "." + method.getSimpleName(),
        "it has @" + name.substring(name.lastIndexOf('.') + 1) + ", but " + problem,
        "Annotate the model method of a type that is @Partitioned");
  }

  private void checkField(Element field, String annotation) {
    Element type = field.getEnclosingElement();
    if (type == null || RecordReader.isRecord(type.asType()) || !told.add(field)) {
      return;
    }
    String name = annotation.replace(HOLDER, "");
    List<AnnotationView> views = AnnotationView.allOn(field, name);
    reporter.error(
        views.isEmpty() ? Place.of(field) : views.get(0).place(),
        ErrorCode.UNTRACEABLE,
        type.getSimpleName() + ", field \"" + field.getSimpleName() + "\"",
        "it has @"
            + name.substring(name.lastIndexOf('.') + 1)
            + ", but is no component of a record",
        "Make it a component of a record of parameters, or take the annotation away");
  }

  /** Returns why no plan looks at the method's annotations, or null when one does. */
  private static @Nullable String problem(TypeElement type, ExecutableElement method) {
    AnnotationView partitioned = AnnotationView.on(type, AnnotationNames.PARTITIONED);
    if (partitioned == null) {
      return isOfCompanion(type, method) ? null : "its type is not @Partitioned";
    }
    String wanted = partitioned.string("method");
    // Without a name every annotated method is a candidate, of which the model's own check tells;
    // so
    // it does of a name that no method has.
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
