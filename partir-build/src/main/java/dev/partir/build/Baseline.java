package dev.partir.build;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.sim.report.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The figures that plans are compared with, from a file that a project commits. {@code
 * docs/build-step.md} describes it.
 */
final class Baseline {
  private static final long FORMAT = 1;

  private final Map<String, PlanFigures> plans;

  private Baseline(Map<String, PlanFigures> plans) {
    this.plans = new TreeMap<>(plans);
  }

  static Baseline of(Map<String, PlanFigures> plans) {
    return new Baseline(plans);
  }

  /**
   * Reads a baseline; an empty one where there is no file.
   *
   * @throws PartirException with an {@link ErrorCode#INVALID_BASELINE} finding when the file is
   *     none
   */
  static Baseline read(Path file) {
    Map<String, PlanFigures> plans = new TreeMap<>();
    if (!Files.exists(file)) {
      return new Baseline(plans);
    }
    try {
      JsonObject json = JsonParser.parseString(BuildFiles.read(file)).getAsJsonObject();
      long format = json.get("format").getAsLong();
      if (format != FORMAT) {
        throw invalid(file, "its format is " + format + ", and this version reads " + FORMAT);
      }
      for (Map.Entry<String, JsonElement> plan : json.getAsJsonObject("plans").entrySet()) {
        plans.put(plan.getKey(), figures(plan.getValue().getAsJsonObject()));
      }
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw invalid(file, "it is not a baseline");
    }
    return new Baseline(plans);
  }

  private static PartirException invalid(Path file, String problem) {
    return new PartirException(
        Diagnostic.of(
            ErrorCode.INVALID_BASELINE,
            file.toString(),
            problem,
            "Write it anew from the present plans"));
  }

  private static PlanFigures figures(JsonObject json) {
    Map<String, Long> collectives = new TreeMap<>();
    json.getAsJsonObject("collectives")
        .entrySet()
        .forEach(kind -> collectives.put(kind.getKey(), kind.getValue().getAsLong()));
    List<String> conflicts = new ArrayList<>();
    json.getAsJsonArray("conflicts").forEach(conflict -> conflicts.add(conflict.getAsString()));
    return new PlanFigures(
        json.get("profile").getAsString(),
        collectives,
        json.get("collective_bytes").getAsLong(),
        json.get("peak_memory_bytes").getAsLong(),
        json.get("estimated_seconds").getAsDouble(),
        conflicts);
  }

  @Nullable PlanFigures get(String plan) {
    return plans.get(plan);
  }

  /** Returns the text of the file, the same for the same figures. */
  String text() {
    JsonWriter json = new JsonWriter();
    json.beginObject().name("format").value(FORMAT).name("plans").beginObject();
    plans.forEach((name, figures) -> write(json.name(name), figures));
    return json.endObject().endObject().toString();
  }

  /** Returns the text of one plan, empty when there is none. */
  String text(String plan) {
    PlanFigures figures = plans.get(plan);
    if (figures == null) {
      return "";
    }
    JsonWriter json = new JsonWriter();
    write(json, figures);
    return json.toString();
  }

  private static void write(JsonWriter json, PlanFigures figures) {
    json.beginObject().name("profile").value(figures.profile()).name("collectives").beginObject();
    new TreeMap<>(figures.collectives()).forEach((kind, count) -> json.name(kind).value(count));
    json.endObject();
    json.name("collective_bytes").value(figures.bytes());
    json.name("peak_memory_bytes").value(figures.peakMemoryBytes());
    json.name("estimated_seconds").value(figures.estimatedSeconds());
    json.name("conflicts").beginArray();
    figures.conflicts().forEach(json::value);
    json.endArray().endObject();
  }
}
