package dev.partir.schedule;

import java.util.List;

/**
 * A tactic with its names resolved.
 *
 * @param tactic what the user said
 * @param actions what that means, an action for every value that it names; empty for an automatic
 *     tactic
 */
public record ResolvedTactic(Tactic tactic, List<ResolvedAction> actions) {
  public ResolvedTactic {
    actions = List.copyOf(actions);
  }
}
