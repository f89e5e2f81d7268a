package dev.partir.schedule;

import java.util.List;

/**
 * A tactic whose actions are given, such as {@code BP}: tile the rows of {@code x} along {@code
 * batch}.
 *
 * <pre>{@code
 * var bp = new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch")));
 * }</pre>
 *
 * @param name the name in reports, unique within a schedule
 * @param actions what to do, in this order, before propagation
 * @param optional whether a pattern may match nothing and the tactic may come to nothing; otherwise
 *     both are findings
 */
public record ManualTactic(String name, List<Action> actions, boolean optional) implements Tactic {

  public ManualTactic {
    actions = List.copyOf(actions);
  }

  /** A tactic that is not optional. */
  public ManualTactic(String name, List<Action> actions) {
    this(name, actions, false);
  }
}
