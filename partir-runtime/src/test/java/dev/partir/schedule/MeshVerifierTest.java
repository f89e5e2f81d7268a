package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.PartirException;
import dev.partir.schedule.MeshVerifier.RawAxis;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshVerifierTest {

  private static List<String> messages(MeshVerification verification) {
    return verification.findings().stream().map(f -> f.diagnostic().message()).toList();
  }

  @Test
  void parsesText() {
    assertThat(MeshVerifier.parse("--mesh", "batch=4, model=2").orThrow().toString())
        .isEqualTo("batch=4, model=2");
  }

  @Test
  void emptyMesh() {
    MeshVerification verification = MeshVerifier.verify("Mlp", List.of());
    assertThat(messages(verification))
        .containsExactly(
            "[partir:invalid-mesh] Mlp: the mesh has no axes. Give it at least one axis with a"
                + " name and a number of devices, for example batch=4,model=2."
                + " See docs/errors/invalid-mesh.md");
    assertThat(verification.mesh()).isNull();
    assertThat(messages(MeshVerifier.parse("Mlp", " "))).isEqualTo(messages(verification));
  }

  @Test
  void duplicateAxisIsReportedAtTheSecond() {
    MeshVerification verification = MeshVerifier.parse("--mesh", "batch=4,model=2,batch=2");
    assertThat(messages(verification))
        .containsExactly(
            "[partir:duplicate-axis] --mesh: axes 0 and 2 of the mesh are both named \"batch\""
                + " (mesh batch=4, model=2, batch=2). Give every axis its own name."
                + " See docs/errors/duplicate-axis.md");
    assertThat(verification.findings().get(0).site()).isEqualTo(new Site.OfAxis(2, Site.Part.AXIS));
  }

  @Test
  void severalFindingsAtOnce() {
    MeshVerification verification =
        MeshVerifier.verify("Mlp", List.of(new RawAxis("", 0), new RawAxis("1st axis", -3)));
    assertThat(messages(verification))
        .containsExactly(
            "[partir:invalid-mesh] Mlp: axis 0 of the mesh is named \"\". Name it with letters,"
                + " digits, '_', '-' and '.', beginning with a letter or '_'."
                + " See docs/errors/invalid-mesh.md",
            "[partir:invalid-mesh] Mlp: axis \"\" of the mesh has size 0. Give it at least 1"
                + " device. See docs/errors/invalid-mesh.md",
            "[partir:invalid-mesh] Mlp: axis 1 of the mesh is named \"1st axis\". Name it with"
                + " letters, digits, '_', '-' and '.', beginning with a letter or '_'."
                + " See docs/errors/invalid-mesh.md",
            "[partir:invalid-mesh] Mlp: axis \"1st axis\" of the mesh has size -3. Give it at"
                + " least 1 device. See docs/errors/invalid-mesh.md")
        .inOrder();
  }

  @Test
  void tooManyDevices() {
    assertThat(messages(MeshVerifier.parse("Mlp", "a=65536,b=65536")))
        .containsExactly(
            "[partir:invalid-mesh] Mlp: mesh a=65536, b=65536 has more than 1073741824 devices."
                + " Make its axes smaller. See docs/errors/invalid-mesh.md");
    assertThat(messages(MeshVerifier.parse("Mlp", "a=4000000000000000000,b=9"))).hasSize(1);
  }

  @Test
  void malformedText() {
    assertThat(messages(MeshVerifier.parse("--mesh", "batch=four,model:2,x=1")))
        .containsExactly(
            "[partir:invalid-mesh] --mesh: \"batch=four\" is not an axis. Write axes as NAME=SIZE,"
                + " for example batch=4,model=2. See docs/errors/invalid-mesh.md",
            "[partir:invalid-mesh] --mesh: \"model:2\" is not an axis. Write axes as NAME=SIZE,"
                + " for example batch=4,model=2. See docs/errors/invalid-mesh.md")
        .inOrder();
    var thrown =
        assertThrows(PartirException.class, () -> MeshVerifier.parse("--mesh", "batch=").orThrow());
    assertThat(thrown.diagnostics()).hasSize(1);
  }
}
