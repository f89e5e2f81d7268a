package dev.partir.processor;

import dev.partir.dsl.DimensionSizes;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.NearestNames;
import dev.partir.processor.DeclaredModel.DeclaredBudget;
import dev.partir.schedule.MeshVerifier.RawAxis;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ValueModel.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.SourceVersion;
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
  private final TypeElement type;
  private final AnnotationView partitioned;
  private final Map<String, VariableElement> parameters = new HashMap<>();
  private String name = "";
  private @Nullable ExecutableElement method;
  private @Nullable DeclaredSizes declaredSizes;

  ModelReader(
      Reporter reporter, ModelMethod methods, TypeElement type, AnnotationView partitioned) {
    this.reporter = reporter;
    this.methods = methods;
    this.type = type;
    this.partitioned = partitioned;
  }

  /** Returns what the annotations say, for each of the model's schedules in order. */
  List<DeclaredModel> read() {
    method = methods.find(type, partitioned);
    name = String.join(".", names(type));
    if (method != null) {
      name += "." + method.getSimpleName();
      methods.check(type, method, name);
      for (VariableElement parameter : method.getParameters()) {
        parameters.put(parameter.getSimpleName().toString(), parameter);
      }
    }
    declaredSizes = new SizesReader(reporter, name).read(partitioned);
    List<AnnotationView> schedules = AnnotationView.allOn(type, AnnotationNames.SCHEDULE);
    List<AnnotationView> sources = schedules.isEmpty() ? List.of(partitioned) : schedules;
    checkSchedules(schedules);
    Set<String> tactics = new LinkedHashSet<>();
    for (AnnotationView source : sources) {
      source.texts("tactics").forEach(text -> tactics.add(text.text()));
    }
    var records = new RecordReader(reporter, name);
    List<DeclaredModel> models = new ArrayList<>();
    for (AnnotationView source : sources) {
      models.add(read(source, schedules.isEmpty() ? "" : source.string("name"), tactics, records));
    }
    return models;
  }

  /** Returns the simple names of a type and of those around it, outermost first. */
  static List<String> names(TypeElement type) {
    List<String> names = new ArrayList<>();
    for (Element e = type; e instanceof TypeElement; e = e.getEnclosingElement()) {
      names.add(0, e.getSimpleName().toString());
    }
    return names;
  }

  private void checkSchedules(List<AnnotationView> schedules) {
    Set<String> names = new HashSet<>();
    for (AnnotationView schedule : schedules) {
      String text = schedule.string("name");
      if (!SourceVersion.isIdentifier(text) || SourceVersion.isKeyword(text)) {
        reporter.error(
            schedule.place("name"),
            ErrorCode.INVALID_SCHEDULE,
            name,
            "a schedule is named \"" + text + "\", which is no identifier",
            "Give it a name such as \"train\"");
      } else if (PlanNames.scheduleClass(text).equals(PlanNames.planOf(type).simpleName())) {
        reporter.error(
            schedule.place("name"),
            ErrorCode.INVALID_SCHEDULE,
            name,
            "a schedule is named \"" + text + "\", as is the class of the plans",
            "Give it a name such as \"train\"");
      } else if (!names.add(PlanNames.scheduleClass(text))) {
        reporter.error(
            schedule.place("name"),
            ErrorCode.INVALID_SCHEDULE,
            name,
            "two schedules are named \"" + text + "\"",
            "Give every schedule its own name");
      }
    }
    for (String member : List.of("mesh", "tactics", "profile")) {
      if (!schedules.isEmpty() && partitioned.has(member)) {
        reporter.error(
            partitioned.place(member),
            ErrorCode.INVALID_SCHEDULE,
            name,
            "@Partitioned has " + member + ", but there are @Schedules, which say theirs",
            "Move it to the @Schedule that it is for");
      }
    }
  }

  private DeclaredModel read(
      AnnotationView source, String schedule, Set<String> allTactics, RecordReader records) {
    List<AnnotationView> axisViews = source.annotation("mesh").annotations("value");
    List<RawAxis> axes = new ArrayList<>();
    for (AnnotationView axis : axisViews) {
      axes.add(new RawAxis(axis.string("name"), axis.integer("size")));
    }
    DeclaredSizes sizes = declaredSizes;
    DimensionSizes dimensions = sizes == null ? DimensionSizes.NONE : sizes.values();
    if (!schedule.isEmpty()) {
      dimensions = new SizesReader(reporter, name).override(dimensions, source);
    }
    var tactics = new TacticReader(reporter, source, allTactics, name);
    var values = new ValueReader(reporter, tactics, dimensions, name);
    int before = reporter.errors();
    List<ModelParameter> read = method == null ? List.of() : read(method, values, records);
    ParameterRecord result = method == null ? null : resultRecord(method, records);
    var program = new ProgramModel(name, values.values());
    boolean complete = method != null && reporter.errors() == before;
    AnnotationView.allOn(type, AnnotationNames.TACTIC).forEach(tactics::readTactic);
    return new DeclaredModel(
        type,
        method,
        name,
        schedule,
        source,
        sizes == null ? null : sizes.with(dimensions),
        read,
        result,
        budget(source, schedule),
        axes,
        axisViews,
        tactics.tactics(program, axes.stream().map(RawAxis::name).toList(), complete),
        values.values(),
        values.inside());
  }

  private DeclaredBudget budget(AnnotationView source, String schedule) {
    AnnotationView budget = AnnotationView.on(type, AnnotationNames.BUDGET);
    if (!schedule.isEmpty() && source.has("budget")) {
      budget = source.annotation("budget");
    }
    return budget == null ? DeclaredBudget.NONE : BudgetReader.read(budget, reporter, name);
  }

  private @Nullable ParameterRecord resultRecord(ExecutableElement method, RecordReader records) {
    return RecordReader.isRecord(method.getReturnType())
        ? records.read(TypeElements.of(method.getReturnType()))
        : null;
  }

  private List<ModelParameter> read(
      ExecutableElement method, ValueReader values, RecordReader records) {
    List<ModelParameter> read = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    for (VariableElement parameter : method.getParameters()) {
      taken.add(parameter.getSimpleName().toString());
      read.add(read(parameter, values, records));
    }
    // A parameter that is called "result" is what that name means.
    values.readResult(method, taken.contains("result") ? "result0" : "result");
    for (AnnotationView tag : AnnotationView.allOn(method, AnnotationNames.INTERMEDIATE)) {
      String holder = holder(tag.string("name"), taken, method.getParameters().size());
      if (holder != null) {
        reportTaken(tag, holder);
      } else {
        taken.add(tag.string("name"));
      }
      values.readIntermediate(tag, holder == null);
    }
    return read;
  }

  private ModelParameter read(VariableElement parameter, ValueReader values, RecordReader records) {
    String parameterName = parameter.getSimpleName().toString();
    if (isSizes(parameter)) {
      return new ModelParameter(parameterName, true, null, null, Use.UNKNOWN);
    }
    boolean isState = AnnotationView.on(parameter, AnnotationNames.STATE_OF) != null;
    VariableElement weight = weight(parameter);
    boolean isWeight = !isState && isWeight(parameterName);
    Use use = isState ? Use.STATE : isWeight ? Use.WEIGHT : Use.UNKNOWN;
    if (!RecordReader.isRecord(parameter.asType())) {
      DeclaredShape shape = values.readParameter(parameter, weight, use);
      return new ModelParameter(parameterName, false, null, shape, use);
    }
    Use leaves = isState ? use : Use.WEIGHT;
    ParameterRecord record = records.read(TypeElements.of(parameter.asType()));
    if (record != null) {
      values.readRecord(parameter, record, weight, leaves);
    }
    return new ModelParameter(parameterName, false, record, null, leaves);
  }

  private boolean isSizes(VariableElement parameter) {
    DeclaredSizes sizes = declaredSizes;
    return sizes != null
        && RecordReader.isRecord(parameter.asType())
        && TypeElements.of(parameter.asType()).equals(sizes.type());
  }

  private boolean isWeight(String parameter) {
    return parameters.values().stream()
        .map(other -> AnnotationView.on(other, AnnotationNames.STATE_OF))
        .anyMatch(state -> state != null && state.string("value").equals(parameter));
  }

  /** Returns the parameter whose state another is; null when it is none's, or after an error. */
  private @Nullable VariableElement weight(VariableElement parameter) {
    AnnotationView state = AnnotationView.on(parameter, AnnotationNames.STATE_OF);
    if (state == null) {
      return null;
    }
    String wanted = state.string("value");
    VariableElement weight = parameters.get(wanted);
    String subject = name + ", parameter \"" + parameter.getSimpleName() + "\"";
    if (weight == null || weight.equals(parameter)) {
      List<String> others = new ArrayList<>(parameters.keySet());
      others.remove(parameter.getSimpleName().toString());
      reporter.error(
          state.place("value"),
          ErrorCode.UNKNOWN_VALUE,
          subject,
          "it is the state of \"" + wanted + "\", which is no other parameter",
          NearestNames.remedy(wanted, others, "parameters"));
      return null;
    }
    if (!weight.asType().toString().equals(parameter.asType().toString())) {
      reporter.error(
          state.place("value"),
          ErrorCode.TYPE_MISMATCH,
          subject,
          "it is "
              + ModelMethod.simple(parameter.asType())
              + ", but parameter \""
              + wanted
              + "\", whose state it is, is "
              + ModelMethod.simple(weight.asType()),
          "Give both the same type");
      return null;
    }
    return weight;
  }

  private void reportTaken(AnnotationView tag, String holder) {
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
