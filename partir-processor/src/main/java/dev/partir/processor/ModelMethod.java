package dev.partir.processor;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Finds the method of a model, and says whether its plan can call it. */
final class ModelMethod {
  private final Reporter reporter;
  private final Elements elements;
  private final Types types;

  ModelMethod(Reporter reporter, Elements elements, Types types) {
    this.reporter = reporter;
    this.elements = elements;
    this.types = types;
  }

  /**
   * Returns the methods that may be meant: those named by {@code method}, else those with PartIR
   * annotations, else the static ones from tensors to a tensor.
   */
  static List<ExecutableElement> candidates(TypeElement type, String method) {
    List<ExecutableElement> methods = ElementFilter.methodsIn(type.getEnclosedElements());
    if (!method.isEmpty()) {
      return methods.stream().filter(m -> m.getSimpleName().contentEquals(method)).toList();
    }
    List<ExecutableElement> annotated = methods.stream().filter(ModelMethod::isAnnotated).toList();
    return annotated.isEmpty()
        ? methods.stream().filter(ModelMethod::isOfTensors).toList()
        : annotated;
  }

  private static boolean isAnnotated(ExecutableElement method) {
    return isAnnotated((Element) method)
        || method.getParameters().stream().anyMatch(p -> isAnnotated((Element) p));
  }

  /** Returns whether an element has an annotation of PartIR. */
  static boolean isAnnotated(Element element) {
    return element.getAnnotationMirrors().stream()
        .anyMatch(mirror -> AnnotationView.nameOf(mirror).startsWith("dev.partir.annotations."));
  }

  private static boolean isOfTensors(ExecutableElement method) {
    return method.getModifiers().contains(Modifier.STATIC)
        && !method.getParameters().isEmpty()
        && holdsTensors(method.getReturnType())
        && method.getParameters().stream().allMatch(p -> holdsTensors(p.asType()));
  }

  private static boolean holdsTensors(TypeMirror type) {
    return RecordReader.isTensor(type) || RecordReader.isRecord(type);
  }

  /** Returns the model's method, or null after reporting that there is none or several. */
  @Nullable ExecutableElement find(TypeElement type, AnnotationView partitioned) {
    String wanted = partitioned.string("method");
    List<ExecutableElement> candidates = candidates(type, wanted);
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    String subject = type.getSimpleName().toString();
    if (!wanted.isEmpty()) {
      List<String> names =
          ElementFilter.methodsIn(type.getEnclosedElements()).stream()
              .map(m -> m.getSimpleName().toString())
              .toList();
      reporter.error(
          partitioned.place("method"),
          ErrorCode.UNTRACEABLE,
          subject,
          candidates.isEmpty()
              ? "it has no method \"" + wanted + "\""
              : "it has " + candidates.size() + " methods \"" + wanted + "\"",
          candidates.isEmpty()
              ? NearestNames.remedy(wanted, names, "methods")
              : "Give the model method a name of its own");
    } else if (candidates.isEmpty()) {
      reporter.error(
          Place.of(type),
          ErrorCode.UNTRACEABLE,
          subject,
          "it has no model method",
          "Give it a static method that takes tensors, each with @Dims, and returns a tensor");
    } else {
      List<String> names = candidates.stream().map(m -> m.getSimpleName().toString()).toList();
      reporter.error(
          Place.of(type),
          ErrorCode.UNTRACEABLE,
          subject,
          "it has " + candidates.size() + " methods that may be the model, " + quoted(names),
          "Say which with method = \"" + names.get(0) + "\"");
    }
    return null;
  }

  private static String quoted(List<String> names) {
    return NearestNames.list(names);
  }

  /** Reports everything that keeps a plan in the same package from calling the method. */
  void check(TypeElement type, ExecutableElement method, String subject) {
    for (Element e = type; e instanceof TypeElement; e = e.getEnclosingElement()) {
      if (e.getModifiers().contains(Modifier.PRIVATE)) {
        untraceable(
            Place.of(type),
            subject,
            "type " + e.getSimpleName() + " is private",
            "Make it visible in its package, where the plan is generated");
      }
    }
    Place place = Place.of(method);
    if (method.getModifiers().contains(Modifier.PRIVATE)) {
      untraceable(
          place, subject, "it is private", "Make it visible in its package, where the plan is");
    }
    if (!method.getModifiers().contains(Modifier.STATIC)) {
      untraceable(
          place,
          subject,
          "it is not static",
          "Make it static; in Kotlin, put it into an object and annotate it with @JvmStatic");
    }
    for (TypeMirror thrown : method.getThrownTypes()) {
      if (isChecked(thrown)) {
        untraceable(
            place,
            subject,
            "it throws " + simple(thrown) + ", which is checked",
            "Throw unchecked exceptions only");
      }
    }
    if (!holdsTensors(method.getReturnType())) {
      untraceable(
          place,
          subject,
          "it returns " + simple(method.getReturnType()) + ", not Tensor",
          "Return a " + RuntimeTypes.TENSOR.canonicalName() + ", or a record of them");
    }
    if (method.getParameters().isEmpty()) {
      untraceable(place, subject, "it takes no parameters", "Let it take tensors, each with @Dims");
    }
    for (VariableElement parameter : method.getParameters()) {
      if (!holdsTensors(parameter.asType())) {
        untraceable(
            Place.of(parameter),
            subject + ", parameter \"" + parameter.getSimpleName() + "\"",
            "it is " + simple(parameter.asType()) + ", not Tensor",
            "Take a "
                + RuntimeTypes.TENSOR.canonicalName()
                + ", a record of them, or the record of sizes; make constants fields");
      }
    }
  }

  private void untraceable(Place place, String subject, String problem, String remedy) {
    reporter.error(place, ErrorCode.UNTRACEABLE, subject, problem, remedy);
  }

  private boolean isChecked(TypeMirror thrown) {
    for (String unchecked : List.of("java.lang.RuntimeException", "java.lang.Error")) {
      TypeElement type = elements.getTypeElement(unchecked);
      if (type != null && types.isSubtype(thrown, type.asType())) {
        return false;
      }
    }
    return true;
  }

  /** Returns a type as its author writes it: without packages. */
  static String simple(TypeMirror type) {
    return type.toString().replaceAll("[\\w.]*\\.(?=\\w)", "");
  }
}
