package dev.partir.spmd;

import dev.partir.core.Conflict;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Function;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import java.util.List;

/**
 * A program with a schedule applied to it, and what every tactic did. Lowered programs are large;
 * only the last is kept.
 *
 * @param function the program as one function, before partitioning
 * @param schedule the schedule as it was given
 * @param core the program with its loops after all tactics
 * @param result the program after the last tactic, lowered
 * @param loweringNanos the time that lowering it took
 * @param stages what the tactics did, in order
 */
public record Partitioning(
    Function function,
    Schedule schedule,
    CoreProgram core,
    SpmdProgram result,
    long loweringNanos,
    List<Stage> stages) {
  public Partitioning {
    stages = List.copyOf(stages);
  }

  /** Returns what tactics made of a program. */
  static Partitioning of(
      Function function, Schedule schedule, CoreProgram core, List<Stage> stages) {
    long start = System.nanoTime();
    SpmdProgram result = Lowering.lower(core);
    return new Partitioning(function, schedule, core, result, System.nanoTime() - start, stages);
  }

  public Mesh mesh() {
    return schedule.mesh();
  }

  /**
   * Returns the program before any tactic, where every device holds and computes everything; made
   * on every call.
   */
  public SpmdProgram initial() {
    return stages.isEmpty() ? result : Lowering.lower(core.after(0));
  }

  /** Returns the program after a tactic; all but the last are made on every call. */
  public SpmdProgram after(int stage) {
    return stage == stages.size() - 1
        ? result
        : Lowering.lower(core.after(stages.get(stage).tacticCount()));
  }

  /** Returns the device-local program after the last tactic. */
  public LocalProgram local() {
    return LocalProgram.of(result());
  }

  /**
   * What one tactic did.
   *
   * @param tactic the tactic; an automatic one appears as those that its search chose, a stage each
   * @param tacticCount how many tactics the Core program had then
   * @param conflicts the conflicts that it met
   * @param nanos the time that its actions and propagation took, without a search and lowering
   */
  public record Stage(ManualTactic tactic, int tacticCount, List<Conflict> conflicts, long nanos) {
    public Stage {
      conflicts = List.copyOf(conflicts);
    }
  }
}
