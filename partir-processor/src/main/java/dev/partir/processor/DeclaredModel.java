package dev.partir.processor;

import dev.partir.schedule.Budget;
import dev.partir.schedule.MeshVerifier.RawAxis;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Site;
import dev.partir.schedule.Tactic;
import dev.partir.schedule.ValueModel;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * What the annotations of a model say for one of its schedules, each part with its place, before it
 * is known to make sense.
 *
 * @param type the annotated type
 * @param method the model method, or null when it could not be found
 * @param name what messages call the program, such as {@code Mlp.forward}
 * @param schedule the name of the schedule; empty for the only one of a model
 * @param source the annotation that says mesh, tactics and profile
 * @param sizes the record of sizes with the sizes of the schedule, or null without one
 * @param parameters what the method takes
 * @param result the record that the method returns, or null where that is a tensor
 * @param budget what a step may take
 * @param axes the mesh
 * @param axisViews the annotations of the mesh's axes
 * @param tactics the tactics
 * @param values the values that have annotations, parameters first
 * @param inside the declared shapes of those that are no parameters, where they can be read
 */
record DeclaredModel(
    TypeElement type,
    @Nullable ExecutableElement method,
    String name,
    String schedule,
    AnnotationView source,
    @Nullable DeclaredSizes sizes,
    List<ModelParameter> parameters,
    @Nullable ParameterRecord result,
    DeclaredBudget budget,
    List<RawAxis> axes,
    List<AnnotationView> axisViews,
    List<DeclaredTactic> tactics,
    List<ValueModel> values,
    List<DeclaredShape> inside) {
  DeclaredModel {
    parameters = List.copyOf(parameters);
    axes = List.copyOf(axes);
    axisViews = List.copyOf(axisViews);
    tactics = List.copyOf(tactics);
    values = List.copyOf(values);
    inside = List.copyOf(inside);
  }

  /** Returns what the verifier is asked about. */
  ProgramModel program() {
    return new ProgramModel(schedule.isEmpty() ? name : name + " (" + schedule + ")", values);
  }

  /** Returns the name by which tools find the plan: {@code demo.Mlp} or {@code demo.Mlp:train}. */
  String planName() {
    return type.getQualifiedName() + (schedule.isEmpty() ? "" : ":" + schedule);
  }

  /** Returns the name of the profile, or null when none is chosen. */
  @Nullable String profile() {
    String profile = source.string("profile");
    return profile.isEmpty() ? null : profile;
  }

  /** A budget and where it is said; nowhere when it is none. */
  record DeclaredBudget(Budget budget, @Nullable AnnotationView source) {
    static final DeclaredBudget NONE = new DeclaredBudget(Budget.NONE, null);
  }

  /**
   * A tactic.
   *
   * @param tactic what the verifier is asked about
   * @param place its text in the annotation
   * @param actions the places of the parts of its actions
   * @param broken whether it lacks an action because of an error that is already told, so that it
   *     may be empty without being wrong
   */
  record DeclaredTactic(
      Tactic tactic, Place place, List<Map<Site.Part, Place>> actions, boolean broken) {
    DeclaredTactic {
      actions = List.copyOf(actions);
    }
  }
}
