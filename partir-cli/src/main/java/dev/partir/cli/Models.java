package dev.partir.cli;

import dev.partir.build.CompiledModels;
import dev.partir.build.CompiledModels.CompiledModel;
import dev.partir.ir.NearestNames;
import dev.partir.schedule.Plan;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The models on the class path that have plans, found by the plan reports that the annotation
 * processor wrote.
 */
final class Models {
  private final Map<String, CompiledModel> models = new TreeMap<>();

  private Models() {}

  /** Looks through the class path. */
  static Models onClassPath() {
    Models models = new Models();
    List<Path> entries =
        Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
            .map(Path::of)
            .toList();
    CompiledModels.in(entries).all().forEach(model -> models.models.put(model.name(), model));
    return models;
  }

  /** Returns the qualified names of the models, sorted. */
  List<String> names() {
    return List.copyOf(models.keySet());
  }

  /**
   * Returns the plans that a name may mean: its own, or those whose last part it is. A model with
   * several schedules has a plan for each, {@code demo.Decoder:train}.
   */
  private List<CompiledModel> matching(String name) {
    List<CompiledModel> found = new ArrayList<>();
    for (CompiledModel plan : models.values()) {
      String full = plan.name();
      String model = full.replaceFirst(":.*", "");
      if (full.equals(name)) {
        return List.of(plan);
      }
      if (full.endsWith("." + name) || model.equals(name) || model.endsWith("." + name)) {
        found.add(plan);
      }
    }
    return found;
  }

  /**
   * Returns the plan of a model.
   *
   * @param name the qualified name, or its last part where that is enough
   * @throws dev.partir.ir.PartirException when no model or several have the name
   */
  Plan plan(String name) {
    List<CompiledModel> found = matching(name);
    if (found.size() > 1) {
      throw Failure.usage(
          "model " + name,
          "several models, or several schedules of one, have that name",
          "Say which: " + String.join(" or ", found.stream().map(CompiledModel::name).toList()));
    }
    if (found.isEmpty()) {
      throw Failure.usage(
          name,
          "it is neither a file ending in .mlir nor a model on the class path",
          models.isEmpty()
              ? "There are no models: compile yours with the annotation processor and put them on PARTIR_CLASSPATH"
              : remedy(name));
    }
    return CompiledModels.load(found.get(0), Models.class.getClassLoader());
  }

  /** Returns what to tell someone who wrote a name that no model has: names as short as theirs. */
  private String remedy(String name) {
    Set<String> names = new TreeSet<>();
    for (String full : models.keySet()) {
      String model = full.replaceFirst(":.*", "");
      names.add(full.substring(model.lastIndexOf('.') + 1));
    }
    Set<String> orModels = new TreeSet<>(names);
    names.forEach(each -> orModels.add(each.replaceFirst(":.*", "")));
    String nearest = NearestNames.nearest(name.substring(name.lastIndexOf('.') + 1), orModels);
    return nearest != null
        ? "The nearest is \"" + nearest + "\"; 'partir models' lists all"
        : NearestNames.remedy(name, names, "models");
  }
}
