package dev.partir.processor;

import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.MemoryVerifier;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ValueModel;
import java.util.ArrayList;
import java.util.HashMap;
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
    List<ValueModel> values = program.values();
    // Of one name there are few layouts: no more than ways to shard its dimensions.
    Map<String, List<Integer>> layouts = new HashMap<>();
    List<Integer> firsts = new ArrayList<>();
    int[] counts = new int[values.size()];
    for (int i = 0; i < values.size(); i++) {
      String group = MemoryVerifier.group(values.get(i).name());
      List<Integer> known = layouts.get(group);
      if (known == null) {
        known = new ArrayList<>(1);
        layouts.put(group, known);
      }
      int first = i;
      for (int other : known) {
        if (isAlike(values, shardings, other, i)) {
          first = other;
          break;
        }
      }
      if (first == i) {
        known.add(i);
        firsts.add(i);
      }
      counts[first]++;
    }
    List<Row> rows = new ArrayList<>();
    for (int first : firsts) {
      String name = values.get(first).name();
      rows.add(
          new Row(counts[first] == 1 ? name : MemoryVerifier.group(name), first, counts[first]));
    }
    return rows;
  }

  private static boolean isAlike(
      List<ValueModel> values, DeclaredShardings shardings, int a, int b) {
    return values.get(a).role() == values.get(b).role()
        && values.get(a).type().equals(values.get(b).type())
        && shardings.axes(a).equals(shardings.axes(b))
        && shardings.replicated(a).equals(shardings.replicated(b));
  }
}
