package dev.partir.schedule;

/**
 * One sharding strategy of a {@link Schedule}: what to tile or keep whole, said by hand or left to
 * a search.
 */
public sealed interface Tactic permits ManualTactic, AutomaticTactic {

  /** Returns the name, unique within a schedule, under which reports speak of the tactic. */
  String name();
}
