package dev.partir.core;

import dev.partir.ir.Function;
import dev.partir.ir.Value;
import dev.partir.mesh.Mesh;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A flat function made ready for tactics: the values that they act on have a node of their own to
 * put loops around.
 */
public final class Preparation {
  private final CoreProgram program;

  private Preparation(CoreProgram program) {
    this.program = program;
  }

  /**
   * Prepares a function without calls.
   *
   * @param acted the values besides the arguments that actions will name
   */
  public static Preparation of(Function flat, Mesh mesh, Collection<Value> acted) {
    Set<Value> behind = new HashSet<>(acted);
    behind.removeAll(Set.copyOf(flat.arguments()));
    return new Preparation(CoreProgram.of(CoreGraph.of(flat, List.copyOf(behind)), mesh));
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
    CoreGraph graph = program.graph();
    int anchor = graph.anchor(value);
    int producer = graph.producer(value.id());
    if (anchor < 0 && graph.role(producer) != CoreGraph.Role.ARGUMENT) {
      throw new IllegalArgumentException("no action was expected on " + value);
    }
    return anchor < 0 ? producer : anchor;
  }
}
