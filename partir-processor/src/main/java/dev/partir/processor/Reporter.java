package dev.partir.processor;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** Tells the author of a model what is wrong, at the place where it is, and counts the errors. */
final class Reporter {
  private final Messager messager;
  private final @Nullable RepeatedAnnotationTrees trees;
  private final Set<Told> told = new HashSet<>();
  private int errors;

  /** What was said of a place, whichever schedule it was said for. */
  private record Told(Place place, ErrorCode code, String problem) {}

  Reporter(ProcessingEnvironment environment) {
    this.messager = environment.getMessager();
    this.trees = RepeatedAnnotationTrees.of(environment);
  }

  /** Reports an error; once, where several schedules of a model have the same. */
  void error(Place place, Diagnostic diagnostic) {
    errors++;
    if (told.add(new Told(place, diagnostic.code(), diagnostic.problem()))) {
      print(Kind.ERROR, place, diagnostic.message());
    }
  }

  /** Reports an error from its parts; see {@link Diagnostic}. */
  void error(Place place, ErrorCode code, String subject, String problem, String remedy) {
    error(place, Diagnostic.of(code, subject, problem, remedy));
  }

  /** Reports a warning, unless the source suppresses it by its name, as {@code partir:name}. */
  void warning(Place place, Diagnostic diagnostic) {
    String name = "partir:" + diagnostic.code().id();
    for (Element e = place.element(); e != null; e = e.getEnclosingElement()) {
      SuppressWarnings suppressed = e.getAnnotation(SuppressWarnings.class);
      if (suppressed != null && Arrays.asList(suppressed.value()).contains(name)) {
        return;
      }
    }
    if (told.add(new Told(place, diagnostic.code(), diagnostic.problem()))) {
      print(Kind.WARNING, place, diagnostic.message());
    }
  }

  /** Returns the number of errors so far. */
  int errors() {
    return errors;
  }

  private void print(Kind kind, Place place, String message) {
    if (trees != null && trees.print(kind, message, place)) {
      return;
    }
    messager.printMessage(kind, message, place.element(), place.annotation(), place.value());
  }
}
