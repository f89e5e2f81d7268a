package dev.partir.processor;

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
 * What the annotations of a model say, each part with its place, before it is known to make sense.
 *
 * @param type the annotated type
 * @param method the model method, or null when it could not be found
 * @param name what messages call the program, such as {@code Mlp.forward}
 * @param partitioned the annotation on the type
 * @param axes the mesh
 * @param axisViews the annotations of the mesh's axes
 * @param tactics the tactics
 * @param values the values that have annotations, parameters first
 */
record DeclaredModel(
    TypeElement type,
    @Nullable ExecutableElement method,
    String name,
    AnnotationView partitioned,
    List<RawAxis> axes,
    List<AnnotationView> axisViews,
    List<DeclaredTactic> tactics,
    List<ValueModel> values) {
  DeclaredModel {
    axes = List.copyOf(axes);
    axisViews = List.copyOf(axisViews);
    tactics = List.copyOf(tactics);
    values = List.copyOf(values);
  }

  /** Returns what the verifier is asked about. */
  ProgramModel program() {
    return new ProgramModel(name, values);
  }

  /** Returns the name of the profile, or null when none is chosen. */
  @Nullable String profile() {
    String profile = partitioned.string("profile");
    return profile.isEmpty() ? null : profile;
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
