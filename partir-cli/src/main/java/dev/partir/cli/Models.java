package dev.partir.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.partir.ir.NearestNames;
import dev.partir.schedule.Plan;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The models on the class path that have plans, found by the plan reports that the annotation
 * processor wrote.
 */
final class Models {
  private static final String FOLDER = "META-INF/partir/";

  private final Map<String, String> planClasses = new TreeMap<>();

  private Models() {}

  /** Looks through the class path. */
  static Models onClassPath() {
    Models models = new Models();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      try {
        if (Files.isDirectory(path.resolve(FOLDER))) {
          models.lookInFolder(path.resolve(FOLDER));
        } else if (entry.endsWith(".jar") && Files.isRegularFile(path)) {
          models.lookInJar(path);
        }
      } catch (IOException e) {
        throw Failure.file(path, "it cannot be read: " + e.getMessage(), "Check the class path");
      }
    }
    return models;
  }

  private void lookInFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".json")) {
          add(Files.readString(file, StandardCharsets.UTF_8));
        }
      }
    }
  }

  private void lookInJar(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      jar.stream()
          .filter(entry -> entry.getName().startsWith(FOLDER) && entry.getName().endsWith(".json"))
          .forEach(
              entry -> {
                try (var reader =
                    new InputStreamReader(jar.getInputStream(entry), StandardCharsets.UTF_8)) {
                  add(JsonParser.parseReader(reader).getAsJsonObject());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                } catch (JsonParseException | IllegalStateException e) {
                  // Another product's file in a folder of this name.
                }
              });
    }
  }

  private void add(String json) {
    try {
      add(JsonParser.parseString(json).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException e) {
      // Another product's file in a folder of this name.
    }
  }

  private void add(JsonObject report) {
    if (report.has("name") && report.has("plan")) {
      planClasses.put(report.get("name").getAsString(), report.get("plan").getAsString());
    }
  }

  /** Returns the qualified names of the models, sorted. */
  List<String> names() {
    return List.copyOf(planClasses.keySet());
  }

  /**
   * Returns the names that a name may mean: itself, or those whose last part it is. A model with
   * several schedules has a name for each, {@code demo.Decoder:train}.
   */
  private List<String> matching(String name) {
    List<String> found = new ArrayList<>();
    for (String plan : planClasses.keySet()) {
      String model = plan.replaceFirst(":.*", "");
      if (plan.equals(name)) {
        return List.of(plan);
      }
      if (plan.endsWith("." + name) || model.equals(name) || model.endsWith("." + name)) {
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
    List<String> found = matching(name);
    if (found.size() > 1) {
      throw Failure.usage(
          "model " + name,
          "several models, or several schedules of one, have that name",
          "Say which: " + String.join(" or ", found));
    }
    if (found.isEmpty()) {
      throw Failure.usage(
          name,
          "it is neither a file ending in .mlir nor a model on the class path",
          planClasses.isEmpty()
              ? "There are no models: compile yours with the annotation processor and put them on PARTIR_CLASSPATH"
              : NearestNames.remedy(name, planClasses.keySet(), "model"));
    }
    String planClass = planClasses.get(found.get(0));
    try {
      Class<?> type = Class.forName(planClass);
      var method = type.getDeclaredMethod("plan");
      method.setAccessible(true);
      return (Plan) method.invoke(null);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw Failure.usage(
          "model " + name,
          "its plan " + planClass + " cannot be loaded",
          "Compile the model again with this version");
    }
  }
}
