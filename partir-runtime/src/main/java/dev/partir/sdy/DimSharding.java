package dev.partir.sdy;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How one dimension is tiled: {@code {"x", "y":(2)4, ?}p1}.
 *
 * @param axes the axes, outermost first
 * @param open whether propagation may tile it along more axes, inside of these
 * @param priority its turn, 0 the first; {@link #NO_PRIORITY} where none is said, which is the same
 *     as 0
 */
public record DimSharding(List<AxisRef> axes, boolean open, int priority) {
  /** The priority of a dimension that says none. */
  public static final int NO_PRIORITY = -1;

  public DimSharding {
    axes = List.copyOf(axes);
  }

  /** Returns a closed dimension. */
  public static DimSharding closed(List<AxisRef> axes) {
    return new DimSharding(axes, false, NO_PRIORITY);
  }

  /** Returns the turn of the dimension, counted from 0. */
  public int turn() {
    return Math.max(0, priority);
  }

  @Override
  public String toString() {
    String names = axes.stream().map(AxisRef::toString).collect(Collectors.joining(", "));
    return "{"
        + names
        + (open ? (axes.isEmpty() ? "?" : ", ?") : "")
        + "}"
        + (priority == NO_PRIORITY ? "" : "p" + priority);
  }
}
