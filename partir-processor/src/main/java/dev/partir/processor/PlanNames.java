package dev.partir.processor;

import com.palantir.javapoet.ClassName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/** Chooses the names of what is generated for a model. */
final class PlanNames {
  /** The constants of every plan, which no axis may take. */
  private static final Set<String> RESERVED = Set.of("MESH", "PLAN", "SCHEDULE", "SIZES", "VALUES");

  private PlanNames() {}

  /**
   * Returns {@code MlpPlan} for {@code Mlp} and {@code Outer_InnerPlan} for {@code Outer.Inner}.
   */
  static ClassName planOf(TypeElement type) {
    String nested = String.join("_", ModelReader.names(type));
    return ClassName.get(ClassName.get(type).packageName(), nested + "Plan");
  }

  /** Returns the path of the report of a schedule's plan, without its extension. */
  static String reportOf(DeclaredModel model) {
    return "META-INF/partir/"
        + model.type().getQualifiedName()
        + (model.schedule().isEmpty() ? "" : "." + model.schedule());
  }

  /** Returns the name of the nested class of a named schedule: {@code Train} for {@code train}. */
  static String scheduleClass(String schedule) {
    return schedule.isEmpty()
        ? ""
        : schedule.substring(0, 1).toUpperCase(Locale.ROOT) + schedule.substring(1);
  }

  /** Returns the binary name of the class that has the method {@code plan()}. */
  static String planClass(DeclaredModel model) {
    String plan = planOf(model.type()).reflectionName();
    return model.schedule().isEmpty() ? plan : plan + "$" + scheduleClass(model.schedule());
  }

  /** Returns a constant for each axis: {@code batch} becomes {@code BATCH}. */
  static List<String> constantsOf(List<String> axes) {
    List<String> constants = new ArrayList<>();
    Set<String> taken = new HashSet<>(RESERVED);
    for (String axis : axes) {
      StringBuilder constant = new StringBuilder();
      for (int i = 0; i < axis.length(); i++) {
        char c = axis.charAt(i);
        if (i > 0 && Character.isUpperCase(c) && Character.isLowerCase(axis.charAt(i - 1))) {
          constant.append('_');
        }
        constant.append(Character.isJavaIdentifierPart(c) ? c : '_');
      }
      String name = constant.toString().toUpperCase(Locale.ROOT);
      // "_" alone is a keyword.
      if (!SourceVersion.isName(name) || RESERVED.contains(name)) {
        name += "_AXIS";
      }
      String unique = name;
      for (int i = 2; !taken.add(unique); i++) {
        unique = name + "_" + i;
      }
      constants.add(unique);
    }
    return constants;
  }
}
