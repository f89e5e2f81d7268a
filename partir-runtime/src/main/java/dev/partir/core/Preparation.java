package dev.partir.core;

import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A flat function made ready for tactics: the values that they act on have a node of their own to
 * put loops around.
 */
public final class Preparation {
  private final CoreProgram program;
  private final int[] nodes;

  private Preparation(CoreProgram program, int[] nodes) {
    this.program = program;
    this.nodes = nodes;
  }

  /**
   * Prepares a function without calls.
   *
   * @param acted the values besides the arguments that actions will name
   */
  public static Preparation of(Function flat, Mesh mesh, Collection<Value> acted) {
    Set<Value> behind = new HashSet<>();
    for (Value value : acted) {
      if (value.definition() != null) {
        behind.add(value);
      }
    }
    IdentityHashMap<Value, Operation> anchors = new IdentityHashMap<>();
    Function anchored = behind.isEmpty() ? flat : Flattening.anchor(flat, behind, anchors);
    CoreGraph graph = CoreGraph.of(anchored);
    int[] nodes = new int[flat.valueCount()];
    Arrays.fill(nodes, -1);
    for (int i = 0; i < flat.arguments().size(); i++) {
      nodes[flat.arguments().get(i).id()] = i;
    }
    List<Operation> operations = anchored.body().operations();
    IdentityHashMap<Operation, Integer> places = new IdentityHashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      places.put(operations.get(i), i);
    }
    anchors.forEach(
        (value, anchor) -> nodes[value.id()] = graph.nodeOf(places.getOrDefault(anchor, 0)));
    return new Preparation(CoreProgram.of(graph, mesh), nodes);
  }

  /** Returns the program before any tactic. */
  public CoreProgram program() {
    return program;
  }

  /**
   * Returns the node around which the loops of actions on a value go.
   *
   * @throws IllegalArgumentException when the value is neither an argument nor was said to be acted
   *     on
   */
  public int node(Value value) {
    if (nodes[value.id()] < 0) {
      throw new IllegalArgumentException("no action was expected on " + value);
    }
    return nodes[value.id()];
  }
}
