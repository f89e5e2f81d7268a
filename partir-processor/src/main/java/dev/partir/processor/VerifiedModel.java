package dev.partir.processor;

import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model whose annotations make sense.
 *
 * @param declared what they say
 * @param program its declared values
 * @param schedule its schedule
 * @param tactics the schedule with its names resolved
 * @param shardings what that makes of the values
 * @param rows the rows of tables of its values
 * @param memoryBytes what a device of the profile holds, or null without a profile
 */
record VerifiedModel(
    DeclaredModel declared,
    ProgramModel program,
    Schedule schedule,
    List<ResolvedTactic> tactics,
    DeclaredShardings shardings,
    List<ValueRows.Row> rows,
    @Nullable Long memoryBytes) {
  VerifiedModel {
    tactics = List.copyOf(tactics);
    rows = List.copyOf(rows);
  }
}
