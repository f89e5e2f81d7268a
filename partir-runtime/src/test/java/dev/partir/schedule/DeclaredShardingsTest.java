package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclaredShardingsTest {
  private static final ProgramModel MODEL =
      new ProgramModel(
          "Mlp.forward",
          List.of(
              ValueModel.parameter("x", f32(1024, 512), "rows", "embed"),
              ValueModel.parameter("up", f32(512, 2048), "embed", "hidden"),
              ValueModel.parameter("down", f32(2048, 512), "hidden", "embed")));

  private static TensorType f32(long... dims) {
    return TensorType.of(ElementType.F32, dims);
  }

  private static Schedule schedule(Tactic... tactics) {
    return new Schedule(
        MeshVerifier.parse("test", "batch=4,model=2").orThrow(), "tiny", List.of(tactics));
  }

  private static DeclaredShardings declared(Schedule schedule) {
    return DeclaredShardings.of(
        MODEL, schedule.mesh(), ShardingVerifier.verify(MODEL, schedule).orThrow());
  }

  private static final Tactic MP =
      new ManualTactic("MP", List.of(Action.tile("up", Dim.named("hidden"), "model")));
  private static final Tactic Z3 =
      new ManualTactic(
          "Z3",
          List.of(
              Action.tile("up", Dim.named("hidden"), "batch"),
              Action.tile("down", Dim.firstDivisible(), "batch"),
              Action.replicate("down", "model")));

  @Test
  void typesBytesAndAxes() {
    DeclaredShardings shardings = declared(schedule(MP, Z3));
    assertThat(shardings.perDeviceType(1)).isEqualTo(f32(512, 256));
    assertThat(shardings.axes(1, 1)).containsExactly("model", "batch").inOrder();
    assertThat(shardings.perDeviceBytes(1)).isEqualTo(512 * 256 * 4);
    assertThat(shardings.describe(1)).isEqualTo("embed=512, hidden/model/batch=256");
    assertThat(shardings.perDeviceType(2)).isEqualTo(f32(512, 512));
    assertThat(shardings.replicated(2)).containsExactly("model");
    assertThat(shardings.parametersBytes()).isEqualTo((1024 * 512 + 2 * 512 * 2048) * 4);
    assertThat(shardings.parametersPerDeviceBytes())
        .isEqualTo((1024 * 512 + 512 * 256 + 512 * 512) * 4);
  }

  @Test
  void memoryThatSuffices() {
    Schedule schedule = schedule(MP);
    assertThat(MemoryVerifier.verify(declared(schedule), schedule, 8 << 20)).isNull();
  }

  private static String memoryMessage(Schedule schedule, long bytes) {
    Finding finding = MemoryVerifier.verify(declared(schedule), schedule, bytes);
    assertThat(finding).isNotNull();
    return finding == null ? "" : finding.diagnostic().message();
  }

  @Test
  void memoryThatWouldSufficeWithMoreSharding() {
    assertThat(memoryMessage(schedule(MP), 7 << 20))
        .isEqualTo(
            "[partir:out-of-memory] Mlp.forward: its parameters take 8 MiB on a device as"
                + " declared, more than the 7 MiB of \"tiny\" (mesh batch=4, model=2). The biggest"
                + " are \"down\" with 4 MiB, \"x\" with 2 MiB, \"up\" with 2 MiB; it fits if you"
                + " shard \"down\" on dimension \"hidden\" along \"batch\"."
                + " See docs/errors/out-of-memory.md");
  }

  @Test
  void memoryThatCannotSuffice() {
    assertThat(memoryMessage(schedule(MP), 1000))
        .isEqualTo(
            "[partir:out-of-memory] Mlp.forward: its parameters take 8 MiB on a device as"
                + " declared, more than the 1000 B of \"tiny\" (mesh batch=4, model=2). The"
                + " biggest are \"down\" with 4 MiB, \"x\" with 2 MiB, \"up\" with 2 MiB; use more"
                + " devices, or a profile with more memory. See docs/errors/out-of-memory.md");
  }

  @Test
  void aSearchMayShardWhatIsNotDeclared() {
    Schedule schedule = schedule(MP, AutomaticTactic.parse("auto(batch)"));
    assertThat(MemoryVerifier.verify(declared(schedule), schedule, 3 << 20)).isNull();
    assertThat(memoryMessage(schedule, 1 << 20))
        .contains("take 2 MiB on a device even if split along every axis of the search, more");
  }

  @Test
  void sizesBeyondALong() {
    TensorType huge = f32(1L << 40, 1L << 40);
    assertThat(DeclaredShardings.bytes(huge)).isEqualTo(Long.MAX_VALUE);
    assertThat(DeclaredShardings.bytes(f32(1L << 40, 1L << 40, 0))).isEqualTo(0);
  }

  @Test
  void byteTexts() {
    assertThat(ByteText.of(0)).isEqualTo("0 B");
    assertThat(ByteText.of(1023)).isEqualTo("1023 B");
    assertThat(ByteText.of(1024)).isEqualTo("1 KiB");
    assertThat(ByteText.of(1024 * 1024 - 1)).isEqualTo("1 MiB");
    assertThat(ByteText.of(14_388_000_000L)).isEqualTo("13.4 GiB");
    assertThat(ByteText.of(Long.MAX_VALUE)).isEqualTo("8 EiB");
  }
}
