package dev.partir.schedule;

import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link MeshVerifier} says of a mesh.
 *
 * @param findings what is wrong; empty when nothing is
 * @param mesh the mesh, or null when something is wrong
 */
public record MeshVerification(List<Finding> findings, @Nullable Mesh mesh) {
  public MeshVerification {
    findings = List.copyOf(findings);
  }

  /**
   * Returns the mesh.
   *
   * @throws PartirException with all findings when something is wrong
   */
  public Mesh orThrow() {
    if (mesh == null) {
      throw new PartirException(findings.stream().map(Finding::diagnostic).toList());
    }
    return mesh;
  }
}
