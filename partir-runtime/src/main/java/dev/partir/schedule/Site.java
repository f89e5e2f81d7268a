package dev.partir.schedule;

/**
 * What a finding is about, in terms that every front end can map to its own places: an annotation
 * value, or a line of a schedule file. All indexes count from 0.
 */
public sealed interface Site {

  /** Which part of an action or of an axis. */
  enum Part {
    /** The whole. */
    WHOLE,
    /** What the action is about. */
    TARGET,
    /** The dimension that it tiles. */
    DIM,
    /** The mesh axis, by name. */
    AXIS,
    /** The number of devices of an axis. */
    SIZE
  }

  /** The mesh as a whole. */
  record OfMesh() implements Site {}

  /** An axis of the mesh: its name ({@link Part#AXIS}) or its {@link Part#SIZE}. */
  record OfAxis(int axis, Part part) implements Site {}

  /** A tactic of the schedule. */
  record OfTactic(int tactic) implements Site {}

  /** An action of a manual tactic, or a part of it. */
  record OfAction(int tactic, int action, Part part) implements Site {}

  /** The hardware profile, or what of it does not suffice. */
  record OfProfile() implements Site {}

  /** A value of the model. */
  record OfValue(int value) implements Site {}
}
