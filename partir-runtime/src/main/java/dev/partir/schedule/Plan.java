package dev.partir.schedule;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tracer;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Module;
import dev.partir.ir.NearestNames;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the annotation processor makes of an annotated model: its declared values, its schedule, and
 * the way to trace it. The generated class {@code MlpPlan} of a model {@code Mlp} has one as {@code
 * MlpPlan.plan()}; tools find it through the plan reports under {@code META-INF/partir}.
 *
 * <pre>{@code
 * Plan plan = MlpPlan.plan();
 * Module program = plan.trace();
 * plan.validate(List.of(x.type(), up.type(), down.type()));
 * }</pre>
 */
public final class Plan {
  private final String name;
  private final ProgramModel model;
  private final Schedule schedule;
  private final Budget budget;
  private final Supplier<Module> trace;

  private Plan(
      String name, ProgramModel model, Schedule schedule, Budget budget, Supplier<Module> trace) {
    this.name = name;
    this.model = model;
    this.schedule = schedule;
    this.budget = budget;
    this.trace = trace;
  }

  /**
   * Returns a plan.
   *
   * @param name the qualified name of the annotated model; behind it {@code :} and the name of the
   *     schedule where that has one
   * @param model what the model declares
   * @param schedule the declared schedule; its selectors also hold for the traced program, and so
   *     do the dimensions that it names where that has the names of {@code model}
   * @param trace traces the model method anew on every call
   */
  public static Plan of(
      String name, ProgramModel model, Schedule schedule, Supplier<Module> trace) {
    return new Plan(name, model, schedule, Budget.NONE, trace);
  }

  /** Returns what a trace of a model begins with: an input for every parameter. */
  public static List<Tracer.Input> inputs(ProgramModel model) {
    return model.parameters().stream().map(p -> new Tracer.Input(p.name(), p.type())).toList();
  }

  /** Returns the plan of the same model by another schedule. */
  public Plan withSchedule(Schedule other) {
    return new Plan(name, model, other, budget, trace);
  }

  /** Returns this plan with what a step may take. */
  public Plan withBudget(Budget limits) {
    return new Plan(name, model, schedule, limits, trace);
  }

  /** Returns what a step may take. */
  public Budget budget() {
    return budget;
  }

  /**
   * Returns the qualified name of the annotated model, and behind it {@code :} and the name of the
   * schedule where that has one.
   */
  public String name() {
    return name;
  }

  /** Returns what the model declares: its parameters, and those results and tags with a shape. */
  public ProgramModel model() {
    return model;
  }

  public Schedule schedule() {
    return schedule;
  }

  /**
   * Returns the program that the model method computes; a new one on every call.
   *
   * @throws PartirException when the method cannot be traced, when a declared result or
   *     intermediate value has another type ({@link ErrorCode#INVALID_DIMS}), or when the method
   *     gives no value a declared name ({@link ErrorCode#UNKNOWN_VALUE})
   */
  public Module trace() {
    Module module = run();
    List<Diagnostic> findings = new ArrayList<>();
    ProgramModel traced = ProgramModel.of(module.main());
    var index = new ValueIndex(traced);
    for (ValueModel declared : model.values()) {
      compare(declared, traced, index.select(new ValueSelector(declared.name())), findings);
    }
    if (!findings.isEmpty()) {
      throw new PartirException(findings);
    }
    return module;
  }

  /** Runs the model's method; what it throws is the model's, not ours. */
  private Module run() {
    try {
      return trace.get();
    } catch (PartirException e) {
      throw e;
    } catch (RuntimeException e) {
      StackTraceElement[] stack = e.getStackTrace();
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.UNTRACEABLE,
              "model " + name,
              "its method threw " + e + (stack.length == 0 ? "" : " at " + stack[0]),
              "Correct the method: it is called once, with tensors of the declared shapes"));
    }
  }

  private void compare(
      ValueModel declared, ProgramModel traced, List<Integer> values, List<Diagnostic> findings) {
    String subject = model.name() + ", " + declared.describe();
    for (int value : values) {
      ValueModel actual = traced.values().get(value);
      if (actual.role() == declared.role() && !actual.type().equals(declared.type())) {
        findings.add(
            Diagnostic.of(
                ErrorCode.INVALID_DIMS,
                subject,
                "it is declared as "
                    + declared.type().shapeText()
                    + ", but the model computes "
                    + actual.type().shapeText(),
                "Declare what the model computes"));
        return;
      }
    }
    if (values.isEmpty()) {
      findings.add(
          Diagnostic.of(
              ErrorCode.UNKNOWN_VALUE,
              subject,
              "it is declared, but the model gives no value that name",
              "Name the value with named(\"" + declared.name() + "\")"));
    }
  }

  /**
   * Checks real arguments against the declared parameters, before anything runs.
   *
   * @param actual the types of the arguments, in the order of the parameters
   * @throws PartirException with an {@link ErrorCode#INVALID_ARGUMENT} finding for every parameter
   *     whose argument has another rank, another size, or another element type
   */
  public void validate(List<TensorType> actual) {
    List<ValueModel> parameters = model.parameters();
    if (actual.size() != parameters.size()) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              model.name(),
              "it takes " + parameters.size() + " arguments, not " + actual.size(),
              "Pass one for each of " + NearestNames.list(names(parameters))));
    }
    List<Diagnostic> findings = new ArrayList<>();
    for (int i = 0; i < actual.size(); i++) {
      validate(parameters.get(i), actual.get(i), findings);
    }
    if (!findings.isEmpty()) {
      throw new PartirException(findings);
    }
  }

  /** Checks real arguments as {@link #validate} checks their types. */
  public void validateArguments(List<HostArray> arguments) {
    List<TensorType> types = new ArrayList<>(arguments.size());
    for (HostArray argument : arguments) {
      types.add(argument.type());
    }
    validate(types);
  }

  private void validate(ValueModel parameter, TensorType actual, List<Diagnostic> findings) {
    TensorType declared = parameter.type();
    List<String> problems = new ArrayList<>();
    if (actual.rank() != declared.rank()) {
      problems.add("the argument has " + dimensions(actual) + ", not " + dimensions(declared));
    } else {
      for (int dim = 0; dim < declared.rank(); dim++) {
        if (actual.dim(dim) != declared.dim(dim)) {
          problems.add(
              parameter.describeDimension(dim)
                  + " has size "
                  + actual.dim(dim)
                  + ", not "
                  + declared.dim(dim));
        }
      }
    }
    if (actual.element() != declared.element()) {
      problems.add("the element type is " + actual.element() + ", not " + declared.element());
    }
    if (!problems.isEmpty()) {
      String shape = parameter.shape().isEmpty() ? "a scalar" : "(" + parameter.shape() + ")";
      findings.add(
          Diagnostic.of(
              ErrorCode.INVALID_ARGUMENT,
              model.name() + ", " + parameter.describe(),
              String.join("; ", problems),
              "Pass " + shape + " of " + declared.element()));
    }
  }

  private static String dimensions(TensorType type) {
    return switch (type.rank()) {
      case 0 -> "no dimensions";
      case 1 -> "1 dimension (" + type.shapeText() + ")";
      default -> type.rank() + " dimensions (" + type.shapeText() + ")";
    };
  }

  private static List<String> names(List<ValueModel> values) {
    return values.stream().map(ValueModel::name).toList();
  }

  @Override
  public String toString() {
    return "Plan[" + name + "]";
  }
}
