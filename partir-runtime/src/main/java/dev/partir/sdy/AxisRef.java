package dev.partir.sdy;

import dev.partir.ir.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A mesh axis, {@code "x"}, or a part of one, {@code "x":(m)k}: {@code k} devices, of which {@code
 * m} stand side by side along the parts before it (Shardy, "Axis splitting and sub-axes").
 *
 * @param before the devices along the parts before it; 0 for a full axis
 * @param size the devices along the part; 0 for a full axis
 */
public record AxisRef(String axis, int before, int size) {

  /** Returns a full axis. */
  public static AxisRef of(String axis) {
    return new AxisRef(axis, 0, 0);
  }

  /** Returns whether this is a part of an axis. */
  public boolean isPart() {
    return size > 0;
  }

  /**
   * Reads {@code {"x", "y":(2)4}}, or the same as an attribute by itself.
   *
   * @throws dev.partir.ir.PartirException when the text is something else
   */
  public static List<AxisRef> parseList(String text, Location at) {
    SdyReader reader = new SdyReader(text, at);
    reader.skipName();
    List<AxisRef> axes = reader.axes();
    reader.end();
    return axes;
  }

  /** Reads {@code [{"x"}, {}]}: axes per dimension. */
  public static List<List<AxisRef>> parseLists(String text, Location at) {
    SdyReader reader = new SdyReader(text, at);
    reader.skipName();
    List<List<AxisRef>> lists = new ArrayList<>();
    reader.list('[', ']', () -> lists.add(reader.axes()));
    reader.end();
    return lists;
  }

  /** Returns axes as Shardy writes them, in braces. */
  static String text(List<AxisRef> axes) {
    return axes.stream().map(AxisRef::toString).collect(Collectors.joining(", ", "{", "}"));
  }

  /** Returns {@code "x"} or {@code "x":(2)4}. */
  @Override
  public String toString() {
    String name = "\"" + axis.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    return isPart() ? name + ":(" + before + ")" + size : name;
  }
}
