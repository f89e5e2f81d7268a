package dev.partir.processor;

import dev.partir.schedule.DeclaredShardings;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.ResolvedTactic;
import dev.partir.schedule.Schedule;
import java.util.List;
import java.util.Map;
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
 * @param actions those of the actions of each tactic, with how many values each is about
 * @param sums the bytes of all values
 * @param memoryBytes what a device of the profile holds, or null without a profile
 */
record VerifiedModel(
    DeclaredModel declared,
    ProgramModel program,
    Schedule schedule,
    List<ResolvedTactic> tactics,
    DeclaredShardings shardings,
    List<ValueRows.Row> rows,
    List<Map<ActionRows.Row, Integer>> actions,
    Sums sums,
    @Nullable Long memoryBytes) {
  VerifiedModel {
    tactics = List.copyOf(tactics);
    rows = List.copyOf(rows);
    actions = List.copyOf(actions);
  }

  /**
   * Sums over all values.
   *
   * @param parameters the bytes of the parameters
   * @param parametersPerDevice their bytes on a device
   * @param gradientsPerDevice the bytes of the gradients on a device, at least
   */
  record Sums(long parameters, long parametersPerDevice, long gradientsPerDevice) {
    static Sums of(DeclaredShardings shardings) {
      return new Sums(
          shardings.parametersBytes(),
          shardings.parametersPerDeviceBytes(),
          shardings.gradientsPerDeviceBytes());
    }
  }
}
