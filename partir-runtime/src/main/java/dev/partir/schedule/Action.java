package dev.partir.schedule;

/** What a manual tactic does to the values that it names, along one mesh axis. */
public sealed interface Action permits Action.Tile, Action.Replicate {

  /** Returns which values are meant. */
  ValueSelector target();

  /** Returns the name of the mesh axis. */
  String axis();

  /** Returns the action that tiles the values named by {@code target}. */
  static Action tile(String target, Dim dim, String axis) {
    return new Tile(new ValueSelector(target), dim, axis, false);
  }

  /**
   * Returns the action that tiles those of the values named by {@code target} that can be: values
   * without the dimension, that the axis does not divide, or that an earlier action has already
   * laid out along the axis, are left as they are. That no value has the dimension, or that the
   * axis divides none of them, is a finding.
   */
  static Action tileWherePossible(String target, Dim dim, String axis) {
    return new Tile(new ValueSelector(target), dim, axis, true);
  }

  /** Returns the action that keeps the values named by {@code target} whole. */
  static Action replicate(String target, String axis) {
    return new Replicate(new ValueSelector(target), axis);
  }

  /**
   * Splits a dimension into as many equal blocks as the axis has devices (PartIR, arXiv 2401.11202,
   * section 3: {@code tile}).
   *
   * @param wherePossible whether values that cannot be tiled so are left as they are; otherwise
   *     each is a finding
   */
  record Tile(ValueSelector target, Dim dim, String axis, boolean wherePossible)
      implements Action {}

  /**
   * Keeps the value whole along the axis, and propagation from passing through it (PartIR's {@code
   * atomic}).
   */
  record Replicate(ValueSelector target, String axis) implements Action {}
}
