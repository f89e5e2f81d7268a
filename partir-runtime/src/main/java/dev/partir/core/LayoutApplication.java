package dev.partir.core;

import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import dev.partir.op.FactorRule;
import dev.partir.sdy.AxisSpan;
import dev.partir.sdy.Layout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lays out values as annotations say. All dimensions of one turn (Shardy's priority) are tiled
 * together and then spread; a dimension waits untiled until its turn. What is closed is sealed from
 * the start: uses of the value may slice it further, but it stays as it is.
 */
public final class LayoutApplication {
  private record Tile(int node, int factor, List<AxisSpan> spans, int turn) {}

  /** A dimension of what a node makes, which is to be made in tiles. */
  private record Pin(int slot, int dim, List<AxisSpan> spans, int turn) {}

  private final CoreProgram program;
  private final List<Tile> tiles = new ArrayList<>();
  private final List<Pin> pins = new ArrayList<>();
  private final Map<Integer, Layout> layouts = new TreeMap<>();
  private final Map<Long, List<Integer>> groups = new TreeMap<>();

  /** Starts with a program before any tactic. */
  public LayoutApplication(CoreProgram program) {
    this.program = program;
  }

  /** Says how the value is laid out that a node with a factor per dimension stands for. */
  public void layout(int node, Layout layout) {
    layouts.put(node, layout);
    for (int d = 0; d < layout.dims().size(); d++) {
      Layout.Dim dim = layout.dims().get(d);
      tiles.add(new Tile(node, d, dim.spans(), dim.turn()));
    }
  }

  /**
   * Says that a value comes as it is laid out from the node that makes it: the loops that this
   * takes go around the node itself, whatever else it may be asked for, if it can hold them.
   */
  public void pin(Value value, Layout layout) {
    for (int d = 0; d < layout.dims().size(); d++) {
      Layout.Dim dim = layout.dims().get(d);
      pins.add(new Pin(value.id(), d, dim.spans(), dim.turn()));
    }
  }

  /** Says that a node is looped over a factor along devices, whatever else is. */
  public void loop(int node, int factor, List<AxisSpan> spans) {
    tiles.add(new Tile(node, factor, spans, 0));
  }

  /** Says that a node, which has a factor per dimension, is tiled as the others of a group. */
  public void group(int node, long group) {
    groups.computeIfAbsent(group, key -> new ArrayList<>()).add(node);
  }

  /** Returns the turns that there are, in order. */
  public List<Integer> turns() {
    TreeSet<Integer> turns = new TreeSet<>();
    for (Tile tile : tiles) {
      turns.add(tile.spans().isEmpty() ? 0 : tile.turn());
    }
    return List.copyOf(turns);
  }

  /**
   * Splits the axes of the mesh so that every span is whole axes or parts, and seals what is
   * closed.
   *
   * @throws PartirException INVALID_SHARDING when a span does not fit the mesh
   */
  public void prepare() {
    for (Tile tile : tiles) {
      tile.spans().forEach(this::split);
    }
    List<Integer> turns = turns();
    layouts.forEach(
        (node, layout) -> {
          layout.replicated().forEach(this::split);
          List<Integer> opensAt = new ArrayList<>();
          for (Layout.Dim dim : layout.dims()) {
            int turn = dim.spans().isEmpty() ? 0 : dim.turn();
            opensAt.add(dim.open() ? Math.max(0, turns.indexOf(turn)) : Integer.MAX_VALUE);
          }
          program.restrictions().seal(node, opensAt, layout.spans());
        });
    groups.values().forEach(program.restrictions()::group);
  }

  /** Tiles what has its turn, and spreads it. */
  public void apply(int turn, String tactic) {
    program.begin(tactic);
    List<Integer> nodes = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (Tile tile : tiles) {
      if (tile.turn() != turn) {
        continue;
      }
      for (AxisSpan span : tile.spans()) {
        for (int axis : parts(program.mesh(), span)) {
          program.push(tile.node(), axis, tile.factor(), CoreProgram.BY_TACTIC);
          nodes.add(tile.node());
          axes.add(axis);
        }
      }
    }
    for (Pin pin : pins) {
      for (AxisSpan span : pin.turn() == turn ? pin.spans() : List.<AxisSpan>of()) {
        for (int axis : parts(program.mesh(), span)) {
          pin(pin, axis, nodes, axes);
        }
      }
    }
    Propagation.run(program, nodes, axes);
  }

  private void pin(Pin pin, int axis, List<Integer> nodes, List<Integer> axes) {
    int node = program.graph().producer(pin.slot());
    FactorRule rule = program.graph().rule(node);
    int result = program.graph().producerResult(pin.slot());
    if (result >= rule.resultCount() || program.loopOver(node, axis) >= 0) {
      return;
    }
    int factor = Propagation.factor(program, node, rule.resultDim(result, pin.dim()), axis);
    if (factor >= 0) {
      program.push(node, axis, factor, CoreProgram.BY_TACTIC);
      nodes.add(node);
      axes.add(axis);
    }
  }

  /** Returns the axes of a mesh that make up a span, outermost first. */
  private static List<Integer> parts(Mesh mesh, AxisSpan span) {
    List<Integer> parts = new ArrayList<>();
    for (int axis = 0; axis < mesh.axisCount(); axis++) {
      if (mesh.size(axis) > 1
          && mesh.stride(axis) >= span.stride()
          && mesh.stride(axis) * mesh.size(axis) <= span.end()) {
        parts.add(axis);
      }
    }
    parts.sort(Comparator.comparingInt(axis -> -mesh.stride(axis)));
    return parts;
  }

  private void split(AxisSpan span) {
    splitAt(span, span.stride());
    splitAt(span, span.end());
  }

  private void splitAt(AxisSpan span, int cut) {
    Mesh mesh = program.mesh();
    for (int axis = 0; axis < mesh.axisCount(); axis++) {
      int stride = mesh.stride(axis);
      int end = stride * mesh.size(axis);
      if (cut <= stride || cut >= end) {
        continue;
      }
      if (cut % stride != 0 || end % cut != 0) {
        throw new PartirException(
            Diagnostic.of(
                ErrorCode.INVALID_SHARDING,
                "mesh " + mesh.base(),
                "a sharding takes "
                    + span.size()
                    + " devices "
                    + span.stride()
                    + " apart, which are no part of axis "
                    + mesh.name(axis),
                "Choose a mesh whose axes, or parts of them, are what the shardings tile along"));
      }
      program.split(axis, end / cut);
      return;
    }
  }
}
