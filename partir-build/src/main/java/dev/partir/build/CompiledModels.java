package dev.partir.build;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Location;
import dev.partir.ir.PartirException;
import dev.partir.schedule.Plan;
import java.io.IOException;
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

/** The models with plans in folders and jars, found by the reports that the processor wrote. */
public final class CompiledModels {
  private static final String FOLDER = "META-INF/partir/";

  private final Map<String, CompiledModel> models = new TreeMap<>();

  private CompiledModels() {}

  /**
   * A plan of a model.
   *
   * @param name the name of the plan: the qualified name of the model, and of its schedule where
   *     that has one
   * @param planClass the binary name of the class with the method {@code plan()}
   * @param profile the hardware profile that the model names, empty for none
   * @param source where the annotations of the model stand, as far as the report says
   */
  public record CompiledModel(String name, String planClass, String profile, Location source) {}

  /**
   * Looks through folders of classes and jars; others are skipped.
   *
   * @throws PartirException with a {@link ErrorCode#FILE} finding when one cannot be read
   */
  public static CompiledModels in(List<Path> classPath) {
    CompiledModels models = new CompiledModels();
    for (Path path : classPath) {
      try {
        if (Files.isDirectory(path.resolve(FOLDER))) {
          models.lookInFolder(path.resolve(FOLDER));
        } else if (path.toString().endsWith(".jar") && Files.isRegularFile(path)) {
          models.lookInJar(path);
        }
      } catch (IOException | UncheckedIOException e) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.FILE,
                path.toString(),
                "it cannot be read: " + e.getMessage(),
                "Check the class path"));
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
                try (var in = jar.getInputStream(entry)) {
                  add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private void add(String json) {
    try {
      JsonObject report = JsonParser.parseString(json).getAsJsonObject();
      if (report.has("name") && report.has("plan")) {
        String name = report.get("name").getAsString();
        String profile = report.has("profile") ? report.get("profile").getAsString() : "";
        models.put(
            name,
            new CompiledModel(name, report.get("plan").getAsString(), profile, source(report)));
      }
    } catch (JsonParseException | IllegalStateException e) {
      // Another product's file in a folder of this name.
    }
  }

  private static Location source(JsonObject report) {
    if (!report.has("source")) {
      return Location.UNKNOWN;
    }
    JsonObject source = report.getAsJsonObject("source");
    return Location.of(
        source.get("file").getAsString(),
        source.get("line").getAsInt(),
        source.get("column").getAsInt());
  }

  /** Returns the plans, sorted by name. */
  public List<CompiledModel> all() {
    return new ArrayList<>(models.values());
  }

  /**
   * Loads a plan.
   *
   * @throws PartirException with a {@link ErrorCode#USAGE} finding when the class is not there or
   *     is that of another version
   */
  public static Plan load(CompiledModel model, ClassLoader loader) {
    try {
      var method = Class.forName(model.planClass(), true, loader).getDeclaredMethod("plan");
      method.setAccessible(true);
      return (Plan) method.invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.USAGE,
              "model " + model.name(),
              "its plan " + model.planClass() + " cannot be loaded",
              "Compile the model again with this version"));
    }
  }
}
