package dev.partir.spmd;

import dev.partir.core.CoreProgram;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.ManualTactic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the actions of automatic tactics. Provided as a service by whoever can price programs. */
public interface TacticSearch {
  /**
   * Returns what the search chose, as tactics that anyone can write, to be applied in this order.
   * Their names begin with the automatic tactic's. None when no tactic makes the program better.
   *
   * @param program the program as the tactics before have left it; not changed
   * @param tactic the axes, the budget and the seed
   * @param profile the name of the hardware profile to price for, or null when none is chosen
   * @throws dev.partir.ir.PartirException when the profile is not known
   */
  List<ManualTactic> search(CoreProgram program, AutomaticTactic tactic, @Nullable String profile);
}
