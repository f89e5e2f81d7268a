package dev.partir.processor;

import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.MemoryVerifier;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a model as reports list them: repetitions that are laid out alike are one row. */
final class ValueRows {
  private ValueRows() {}

  /**
   * A row.
   *
   * @param name the name of the value, or the pattern of those it stands for
   * @param index the first of them in the program
   * @param count how many there are
   */
  record Row(String name, int index, int count) {}

  static List<Row> of(ProgramModel program, DeclaredShardings shardings) {
    Map<List<Object>, List<Integer>> rows = new LinkedHashMap<>();
    List<ValueModel> values = program.values();
    for (int i = 0; i < values.size(); i++) {
      ValueModel value = values.get(i);
      List<Object> key =
          List.of(
              value.role(),
              MemoryVerifier.group(value.name()),
              value.type(),
              shardings.axes(i),
              shardings.replicated(i));
      rows.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
    }
    List<Row> list = new ArrayList<>();
    for (List<Integer> members : rows.values()) {
      String first = values.get(members.get(0)).name();
      list.add(
          new Row(
              members.size() == 1 ? first : MemoryVerifier.group(first),
              members.get(0),
              members.size()));
    }
    return list;
  }
}
