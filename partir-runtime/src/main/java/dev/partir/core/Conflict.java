package dev.partir.core;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A place where propagation stopped because it was asked for two things at once, or where an action
 * could not be taken.
 *
 * @param node the node of the graph
 * @param axis the name of the mesh axis
 * @param subject how messages call the node
 * @param wishes what was asked for, and by whom; for an action that could not be taken, why
 */
public record Conflict(int node, String axis, String subject, List<String> wishes) {
  public Conflict {
    wishes = List.copyOf(wishes);
  }

  /** Returns what was asked for, and what a user can do about it. */
  public String advice() {
    return String.join("; ", wishes)
        + (wishes.size() > 1
            ? ". Put the tactic that is to win before the other, replicate one of the values along"
                + " the axis, or plan with the greedy policy"
            : "");
  }

  /** Returns one sentence. */
  public String text() {
    return subject
        + " along \""
        + axis
        + "\": "
        + wishes.stream().collect(Collectors.joining("; "));
  }
}
