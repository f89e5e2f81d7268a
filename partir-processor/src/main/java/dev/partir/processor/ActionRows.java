package dev.partir.processor;

import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedAction;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.ValueModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    // Written out, as the JVM puts together what records have by default when it is first called:
    // too late for a compiler that runs once.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Row row
          && target.equals(row.target)
          && kind == row.kind
          && dim == row.dim
          && Objects.equals(dimension, row.dimension)
          && axis.equals(row.axis);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * target.hashCode() + axis.hashCode()) + dim;
    }

    /** Returns the row without the index of a dimension that has a name. */
    Row byName() {
      return dimension == null ? this : new Row(target, kind, -1, dimension, axis);
    }
  }

  /** Returns the rows in order, each with the number of values that it is about. */
  static Map<Row, Integer> of(ProgramModel program, ResolvedTactic tactic) {
    Map<Row, Integer> rows = new LinkedHashMap<>();
    List<ValueModel> values = program.values();
    for (ResolvedAction action : tactic.actions()) {
      ValueModel value = values.get(action.value());
      String target = action.action().target().text();
      boolean isPattern = action.action().target().isPattern();
      String dimension = action.dim() < 0 ? null : value.dimensionNames().get(action.dim());
      count(
          rows,
          new Row(
              isPattern ? target : value.name(),
              action.kind(),
              action.dim(),
              dimension,
              action.action().axis()),
          1);
    }
    return rows;
  }

  /** Adds values to a row. */
  static void count(Map<Row, Integer> rows, Row row, int values) {
    Integer before = rows.get(row);
    rows.put(row, before == null ? values : before + values);
  }
}
