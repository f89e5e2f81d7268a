package dev.partir.processor;

import dev.partir.ir.ErrorCode;
import dev.partir.schedule.MeshVerifier.RawAxis;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/**
 * Reads the annotations of a model. Reports what is wrong with their form; whether they make sense
 * together is for {@link ModelVerifier} to say.
 */
final class ModelReader {
  private final Reporter reporter;
  private final ModelMethod methods;

  ModelReader(Reporter reporter, ModelMethod methods) {
    this.reporter = reporter;
    this.methods = methods;
  }

  DeclaredModel read(TypeElement type, AnnotationView partitioned) {
    List<AnnotationView> axisViews = partitioned.annotation("mesh").annotations("value");
    List<RawAxis> axes = new ArrayList<>();
    for (AnnotationView axis : axisViews) {
      axes.add(new RawAxis(axis.string("name"), axis.integer("size")));
    }
    ExecutableElement method = methods.find(type, partitioned);
    String name = String.join(".", names(type));
    if (method != null) {
      name += "." + method.getSimpleName();
      methods.check(type, method, name);
    }
    var tactics = new TacticReader(reporter, partitioned, name);
    var values = new ValueReader(reporter, tactics, name);
    if (method != null) {
      read(method, values, name);
    }
    return new DeclaredModel(
        type,
        method,
        name,
        partitioned,
        axes,
        axisViews,
        tactics.tactics(method == null),
        values.values());
  }

  /** Returns the simple names of a type and of those around it, outermost first. */
  static List<String> names(TypeElement type) {
    List<String> names = new ArrayList<>();
    for (Element e = type; e instanceof TypeElement; e = e.getEnclosingElement()) {
      names.add(0, e.getSimpleName().toString());
    }
    return names;
  }

  private void read(ExecutableElement method, ValueReader values, String name) {
    List<String> taken = new ArrayList<>();
    for (VariableElement parameter : method.getParameters()) {
      taken.add(parameter.getSimpleName().toString());
      values.readParameter(parameter);
    }
    // A parameter that is called "result" is what that name means.
    values.readResult(method, taken.contains("result") ? "result0" : "result");
    for (AnnotationView tag : AnnotationView.allOn(method, AnnotationNames.INTERMEDIATE)) {
      String holder = holder(tag.string("name"), taken, method.getParameters().size());
      if (holder != null) {
        reportTaken(tag, holder, name);
      } else {
        taken.add(tag.string("name"));
      }
      values.readIntermediate(tag, holder == null);
    }
  }

  private void reportTaken(AnnotationView tag, String holder, String name) {
    String text = tag.string("name");
    reporter.error(
        tag.place("name"),
        text.isBlank() ? ErrorCode.UNKNOWN_VALUE : ErrorCode.REDEFINED,
        name,
        text.isBlank()
            ? "an intermediate value has no name"
            : "the name \"" + text + "\" already stands for " + holder,
        "Give it the name that the method gives it with named(...), which no other value has");
  }

  /** Returns what already has the name, or null when nothing has. */
  private static @Nullable String holder(String name, List<String> taken, int parameters) {
    int position = taken.indexOf(name);
    if (name.isBlank()) {
      return "nothing";
    } else if (position >= 0) {
      return position < parameters ? "a parameter" : "another value";
    } else if (name.equals("result") || name.equals("result0")) {
      return "the result";
    }
    for (int i = 0; i < parameters; i++) {
      if (name.equals("arg" + i)) {
        return "parameter \"" + taken.get(i) + "\"";
      }
    }
    return null;
  }
}
