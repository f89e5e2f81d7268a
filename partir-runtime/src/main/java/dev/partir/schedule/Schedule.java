package dev.partir.schedule;

import dev.partir.mesh.Mesh;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mesh and the tactics to apply on it, in order. A later tactic never undoes an earlier one.
 *
 * <pre>{@code
 * Mesh mesh = Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));
 * var bp = new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch")));
 * var mp = new ManualTactic("MP", List.of(Action.tile("up", Dim.index(1), "model")));
 * var schedule = new Schedule(mesh, "tpu-v3", List.of(bp, mp));
 * }</pre>
 *
 * @param mesh the devices
 * @param profile the name of the hardware profile to estimate for, or null when none is chosen
 * @param tactics the tactics, first applied first
 */
public record Schedule(Mesh mesh, @Nullable String profile, List<Tactic> tactics) {
  public Schedule {
    tactics = List.copyOf(tactics);
  }

  /** Returns the same tactics for another mesh. */
  public Schedule withMesh(Mesh other) {
    return new Schedule(other, profile, tactics);
  }

  /** Returns the same mesh and profile with other tactics. */
  public Schedule withTactics(List<Tactic> others) {
    return new Schedule(mesh, profile, others);
  }
}
