package dev.partir.schedule;

/**
 * An action with its names resolved, for one value.
 *
 * @param action what the user said
 * @param value the index of the value in {@link ProgramModel#values}
 * @param kind what to do
 * @param dim the dimension to tile; -1 unless the kind is {@link Kind#TILE}
 * @param axis the index of the mesh axis
 */
public record ResolvedAction(Action action, int value, Kind kind, int dim, int axis) {

  /** What a resolved action does. */
  public enum Kind {
    /** Tiles dimension {@link ResolvedAction#dim}. */
    TILE,
    /**
     * Tiles the first dimension that the axis divides when the action's turn comes, of those that
     * no loop takes slices of, if there is one.
     */
    TILE_FIRST_DIVISIBLE,
    /** Keeps the value whole along the axis. */
    REPLICATE
  }
}
