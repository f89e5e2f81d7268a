package dev.partir.sim.search;

import dev.partir.core.CoreProgram;
import dev.partir.core.NodeAction;
import dev.partir.ir.Function;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ResolvedAction.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the actions that a program admits, the most promising first: those on the most bytes. */
final class Candidates {
  private final CoreProgram program;
  private final int[] axes;
  private final Map<TensorType, List<Integer>> byType = new LinkedHashMap<>();

  /**
   * Makes a list.
   *
   * @param axes the mesh axes along which actions may go
   */
  Candidates(CoreProgram program, int[] axes) {
    this.program = program;
    this.axes = axes.clone();
    List<Value> arguments = program.graph().function().arguments();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).type() instanceof TensorType type && type.rank() > 0) {
        byType.computeIfAbsent(type, t -> new ArrayList<>()).add(i);
      }
    }
  }

  /** Returns the actions that {@code state} admits. */
  List<Candidate> of(CoreProgram state) {
    List<Candidate> tiles = new ArrayList<>();
    List<Candidate> replications = new ArrayList<>();
    byType.forEach(
        (type, arguments) -> {
          for (int axis : axes) {
            for (int dim = 0; dim < type.rank(); dim++) {
              addTiles(state, type, arguments, dim, axis, tiles);
            }
            for (int argument : arguments) {
              if (!state.isLooped(argument, axis)) {
                String name = name(argument);
                replications.add(
                    new Candidate(
                        Action.replicate(name, state.mesh().base().name(axis)),
                        List.of(new NodeAction(argument, Kind.REPLICATE, -1, axis)),
                        type.byteCount()));
              }
            }
          }
        });
    Comparator<Candidate> mostBytes = Comparator.comparingLong(c -> -c.bytes());
    tiles.sort(mostBytes);
    replications.sort(mostBytes);
    tiles.addAll(replications);
    return tiles;
  }

  private void addTiles(
      CoreProgram state,
      TensorType type,
      List<Integer> arguments,
      int dim,
      int axis,
      List<Candidate> tiles) {
    List<NodeAction> group = new ArrayList<>();
    for (int argument : arguments) {
      if (state.admitsTile(argument, dim, axis)) {
        group.add(new NodeAction(argument, Kind.TILE, dim, axis));
      }
    }
    String axisName = state.mesh().base().name(axis);
    // A selector by type means every argument of the type, so that the group must be whole.
    if (group.size() > 1 && group.size() == arguments.size()) {
      tiles.add(
          new Candidate(
              Action.tile("type:" + type.shapeText(), Dim.index(dim), axisName),
              group,
              type.byteCount() * group.size()));
    }
    for (NodeAction action : group) {
      tiles.add(
          new Candidate(
              Action.tile(name(action.node()), Dim.index(dim), axisName),
              List.of(action),
              type.byteCount()));
    }
  }

  private String name(int argument) {
    Function function = program.graph().function();
    String name = function.argumentName(argument);
    for (int i = 0; i < function.arguments().size(); i++) {
      if (i != argument && function.argumentName(i).equals(name)) {
        return "arg" + argument;
      }
    }
    return name;
  }
}
