package dev.partir.processor;

import dev.partir.ir.TensorType;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.ValueModel;
import dev.partir.sim.report.JsonWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a plan's report for tools; {@code docs/plan-report.md} describes it. All of it is known
 * from the declarations; what propagation makes of them needs the program.
 */
final class PlanJson {
  /** Raised when a reader of earlier reports would misread one. */
  private static final long FORMAT = 1;

  private final VerifiedModel model;
  private final JsonWriter json = new JsonWriter();

  private PlanJson(VerifiedModel model) {
    this.model = model;
  }

  /**
   * @param place where the model is declared, or null where that is not known
   */
  static String of(VerifiedModel model, SourcePlaces.@Nullable SourcePlace place) {
    return new PlanJson(model).write(place);
  }

  private String write(SourcePlaces.@Nullable SourcePlace place) {
    json.beginObject();
    json.name("format").value(FORMAT);
    json.name("name").value(model.declared().planName());
    json.name("model").value(model.declared().type().getQualifiedName().toString());
    json.name("plan").value(PlanNames.planClass(model.declared()));
    if (place != null) {
      json.name("source").beginObject();
      json.name("file").value(place.file());
      json.name("line").value(place.line());
      json.name("column").value(place.column());
      json.endObject();
    }
    json.name("program").value(model.program().name());
    json.name("mesh").beginArray();
    for (MeshAxis axis : model.schedule().mesh().axes()) {
      json.beginObject();
      json.name("axis").value(axis.name());
      json.name("size").value(axis.size());
      json.endObject();
    }
    json.endArray();
    json.name("devices").value(model.schedule().mesh().deviceCount());
    json.name("tactics").beginArray();
    for (int i = 0; i < model.tactics().size(); i++) {
      writeTactic(model.tactics().get(i), model.actions().get(i));
    }
    json.endArray();
    for (ValueModel.Role role : ValueModel.Role.values()) {
      writeValues(role);
    }
    json.name("parameters_bytes").value(model.sums().parameters());
    json.name("parameters_per_device_bytes").value(model.sums().parametersPerDevice());
    json.name("gradients_per_device_bytes").value(model.sums().gradientsPerDevice());
    String profile = model.schedule().profile();
    Long memoryBytes = model.memoryBytes();
    if (profile != null && memoryBytes != null) {
      json.name("profile").value(profile);
      json.name("profile_memory_bytes").value(memoryBytes);
      json.name("fits").value(model.shardings().stepPerDeviceBytes() <= memoryBytes);
    }
    return json.endObject().toString();
  }

  private void writeTactic(ResolvedTactic tactic, Map<ActionRows.Row, Integer> actions) {
    json.beginObject();
    json.name("name").value(tactic.tactic().name());
    if (tactic.tactic() instanceof AutomaticTactic automatic) {
      json.name("automatic").value(automatic.text());
    } else {
      json.name("actions").beginArray();
      for (Map.Entry<ActionRows.Row, Integer> action : actions.entrySet()) {
        writeAction(action.getKey(), action.getValue());
      }
      json.endArray();
    }
    json.endObject();
  }

  private void writeAction(ActionRows.Row row, int count) {
    json.beginObject();
    json.name("value").value(row.target());
    if (count > 1) {
      json.name("count").value(count);
    }
    switch (row.kind()) {
      case TILE -> {
        json.name("tile").value(row.dim());
        if (row.dimension() != null) {
          json.name("dimension").value(row.dimension());
        }
      }
      case TILE_FIRST_DIVISIBLE -> json.name("tile").value("first_divisible");
      case REPLICATE -> json.name("replicate").value(true);
    }
    json.name("axis").value(row.axis());
    json.endObject();
  }

  private void writeValues(ValueModel.Role role) {
    json.name(
        switch (role) {
          case PARAMETER -> "parameters";
          case RESULT -> "results";
          case INTERMEDIATE -> "intermediates";
        });
    json.beginArray();
    for (ValueRows.Row row : model.rows()) {
      if (model.program().values().get(row.index()).role() == role) {
        writeValue(row);
      }
    }
    json.endArray();
  }

  private void writeValue(ValueRows.Row row) {
    int index = row.index();
    ValueModel value = model.program().values().get(index);
    DeclaredShardings shardings = model.shardings();
    json.beginObject();
    json.name("name").value(row.name());
    if (row.count() > 1) {
      json.name("count").value(row.count());
    }
    json.name("element").value(value.type().element().text());
    json.name("dimensions").beginArray();
    for (String dimension : value.dimensionNames()) {
      json.value(dimension == null ? "" : dimension);
    }
    json.endArray();
    writeShape("shape", value.type());
    json.name("bytes").value(DeclaredShardings.bytes(value.type()));
    json.name("sharding").beginArray();
    for (int dim = 0; dim < value.type().rank(); dim++) {
      writeNames(shardings.axes(index, dim));
    }
    json.endArray();
    json.name("replicated");
    writeNames(shardings.replicated(index));
    writeShape("per_device_shape", shardings.perDeviceType(index));
    json.name("per_device_bytes").value(shardings.perDeviceBytes(index));
    json.endObject();
  }

  private void writeShape(String name, TensorType type) {
    json.name(name).beginArray();
    for (long size : type.dims()) {
      json.value(size);
    }
    json.endArray();
  }

  private void writeNames(List<String> names) {
    json.beginArray();
    for (String name : names) {
      json.value(name);
    }
    json.endArray();
  }
}
