package dev.partir.spmd;

import dev.partir.core.Conflict;
import dev.partir.core.CoreProgram;
import dev.partir.ir.Function;
import dev.partir.mesh.Mesh;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import java.util.List;

/**
 * A program with a schedule applied to it, and what every tactic did.
 *
 * @param function the program as one function, before partitioning
 * @param schedule the schedule as it was given
 * @param core the program with its loops after all tactics
 * @param initial the program before any tactic: every device holds and computes everything
 * @param stages what the tactics left, in order
 */
public record Partitioning(
    Function function,
    Schedule schedule,
    CoreProgram core,
    SpmdProgram initial,
    List<Stage> stages) {
  public Partitioning {
    stages = List.copyOf(stages);
  }

  public Mesh mesh() {
    return schedule.mesh();
  }

  /** Returns the program after the last tactic. */
  public SpmdProgram result() {
    return stages.isEmpty() ? initial : stages.get(stages.size() - 1).program();
  }

  /** Returns the device-local program after the last tactic. */
  public LocalProgram local() {
    return LocalProgram.of(result());
  }

  /**
   * What one tactic did.
   *
   * @param tactic the tactic; an automatic one appears as those that its search chose, a stage each
   * @param program the program afterwards
   * @param conflicts the conflicts that it met
   * @param nanos the time that its actions, propagation and lowering took, without a search
   */
  public record Stage(
      ManualTactic tactic, SpmdProgram program, List<Conflict> conflicts, long nanos) {
    public Stage {
      conflicts = List.copyOf(conflicts);
    }
  }
}
