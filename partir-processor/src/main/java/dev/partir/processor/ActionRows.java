package dev.partir.processor;

import dev.partir.schedule.ResolvedAction;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.ValueModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The actions of a tactic as reports list them: a pattern is one row for every way it shards. */
final class ActionRows {
  private ActionRows() {}

  /**
   * A row.
   *
   * @param target the value, or the pattern of the values
   * @param kind what is done to them
   * @param dim the index of the dimension that is tiled; -1 where none is, or the first divisible
   * @param dimension the name of that dimension, or null where it has none
   * @param axis the name of the mesh axis
   */
  record Row(
      String target, ResolvedAction.Kind kind, int dim, @Nullable String dimension, String axis) {

    /** Returns the row without the index of a dimension that has a name. */
    Row byName() {
      return dimension == null ? this : new Row(target, kind, -1, dimension, axis);
    }
  }

  /** Returns the rows in order, each with the number of values that it is about. */
  static Map<Row, Integer> of(VerifiedModel model, ResolvedTactic tactic) {
    Map<Row, Integer> rows = new LinkedHashMap<>();
    List<ValueModel> values = model.program().values();
    for (ResolvedAction action : tactic.actions()) {
      ValueModel value = values.get(action.value());
      String target = action.action().target().text();
      boolean isPattern = action.action().target().isPattern();
      String dimension = action.dim() < 0 ? null : value.dimensionNames().get(action.dim());
      rows.merge(
          new Row(
              isPattern ? target : value.name(),
              action.kind(),
              action.dim(),
              dimension,
              action.action().axis()),
          1,
          Integer::sum);
    }
    return rows;
  }
}
