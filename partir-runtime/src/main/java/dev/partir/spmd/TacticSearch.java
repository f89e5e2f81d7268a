package dev.partir.spmd;

import dev.partir.core.CoreProgram;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ManualTactic;
import org.jspecify.annotations.Nullable;

/** Finds the actions of automatic tactics. Provided as a service by whoever can price programs. */
public interface TacticSearch {
  /**
   * Returns the actions that the search chose, as a tactic of the same name.
   *
   * @param program the program as the tactics before have left it; not changed
   * @param tactic the axes, the budget and the seed
   * @param profile the name of the hardware profile to price for, or null when none is chosen
   * @throws dev.partir.ir.PartirException when the profile is not known
   */
  ManualTactic search(CoreProgram program, AutomaticTactic tactic, @Nullable String profile);
}
