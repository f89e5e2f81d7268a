package dev.partir.cli;

import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import dev.partir.sim.report.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes schedules in the form that {@link ScheduleFile} reads. */
final class ScheduleWriter {
  private final JsonWriter json = new JsonWriter();

  private ScheduleWriter() {}

  static String toJson(Schedule schedule) {
    ScheduleWriter writer = new ScheduleWriter();
    writer.write(schedule);
    return writer.json.toString();
  }

  private void write(Schedule schedule) {
    json.beginObject();
    json.name("mesh").beginObject();
    for (MeshAxis axis : schedule.mesh().axes()) {
      json.name(axis.name()).value(axis.size());
    }
    json.endObject();
    if (schedule.profile() != null) {
      json.name("profile").value(schedule.profile());
    }
    json.name("schedule").beginArray();
    for (Tactic tactic : schedule.tactics()) {
      json.beginObject();
      json.name("name").value(tactic.name());
      if (tactic instanceof AutomaticTactic automatic) {
        json.name("auto").value(automatic.text());
      } else if (tactic instanceof ManualTactic manual) {
        write(manual);
      }
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  private void write(ManualTactic tactic) {
    if (tactic.optional()) {
      json.name("optional").value(true);
    }
    Map<String, List<Action>> byAxis = new LinkedHashMap<>();
    for (Action action : tactic.actions()) {
      byAxis.computeIfAbsent(action.axis(), axis -> new ArrayList<>()).add(action);
    }
    if (byAxis.size() == 1) {
      byAxis.forEach(this::write);
      return;
    }
    json.name("actions").beginArray();
    byAxis.forEach(
        (axis, actions) -> {
          json.beginObject();
          write(axis, actions);
          json.endObject();
        });
    json.endArray();
  }

  private void write(String axis, List<Action> actions) {
    json.name("axis").value(axis);
    List<Action.Tile> tiles = new ArrayList<>();
    List<String> replicated = new ArrayList<>();
    for (Action action : actions) {
      if (action instanceof Action.Tile tile) {
        tiles.add(tile);
      } else {
        replicated.add(action.target().text());
      }
    }
    if (!tiles.isEmpty()) {
      json.name("tile").beginObject();
      for (Action.Tile tile : tiles) {
        json.name(tile.target().text());
        write(tile.dim());
      }
      json.endObject();
    }
    if (!replicated.isEmpty()) {
      json.name("replicate").beginArray();
      for (String target : replicated) {
        json.value(target);
      }
      json.endArray();
    }
  }

  private void write(Dim dim) {
    if (dim instanceof Dim.Index index) {
      json.value(index.index());
    } else if (dim instanceof Dim.Named named) {
      json.value(named.name());
    } else {
      json.value(dim instanceof Dim.FirstDivisible ? "first_divisible" : "unknown");
    }
  }
}
