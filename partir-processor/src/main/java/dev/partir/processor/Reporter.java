package dev.partir.processor;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import javax.annotation.processing.Messager;
import javax.annotation.processing.ProcessingEnvironment;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** Tells the author of a model what is wrong, at the place where it is, and counts the errors. */
final class Reporter {
  private final Messager messager;
  private final @Nullable RepeatedAnnotationTrees trees;
  private int errors;

  Reporter(ProcessingEnvironment environment) {
    this.messager = environment.getMessager();
    this.trees = RepeatedAnnotationTrees.of(environment);
  }

  /** Reports an error. */
  void error(Place place, Diagnostic diagnostic) {
    errors++;
    print(Kind.ERROR, place, diagnostic.message());
  }

  /** Reports an error from its parts; see {@link Diagnostic}. */
  void error(Place place, ErrorCode code, String subject, String problem, String remedy) {
    error(place, Diagnostic.of(code, subject, problem, remedy));
  }

  void warning(Place place, Diagnostic diagnostic) {
    print(Kind.WARNING, place, diagnostic.message());
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
