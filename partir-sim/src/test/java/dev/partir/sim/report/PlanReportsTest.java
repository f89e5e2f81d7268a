package dev.partir.sim.report;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.sim.report.PlanReport.CollectiveRow;
import dev.partir.sim.report.PlanReport.CollectiveTotal;
import dev.partir.sim.report.PlanReport.Figures;
import dev.partir.sim.report.PlanReport.MemoryPoint;
import dev.partir.sim.report.PlanReport.TimeRow;
import dev.partir.sim.report.PlanReport.ValueRow;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.Reshard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The report of a perceptron of 1024 rows, 512 inputs and 2048 hidden units, by hand. */
final class PlanReportsTest {
  private static final HardwareProfile PROFILE = HardwareProfiles.findOrThrow("tpu-v3");
  private static final PlanReport REPORT = report();

  private static PlanReport report() {
    Mesh mesh = Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));
    Module module =
        Tracer.trace(
            "mlp",
            List.of(
                new Tracer.Input("x", TensorType.of(ElementType.F32, 1024, 512)),
                new Tracer.Input("up", TensorType.of(ElementType.F32, 512, 2048)),
                new Tracer.Input("down", TensorType.of(ElementType.F32, 2048, 512))),
            in -> List.of(in.get(0).matmul(in.get(1)).relu().matmul(in.get(2))));
    var bp = new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch")));
    var mp = new ManualTactic("MP", List.of(Action.tile("up", Dim.index(1), "model")));
    var z3 =
        new ManualTactic(
            "Z3",
            List.of(
                Action.tile("up", Dim.index(0), "batch"),
                Action.tile("down", Dim.firstDivisible(), "batch")));
    return PlanReports.report(
        "mlp",
        Partitioner.partition(module, new Schedule(mesh, "tpu-v3", List.of(bp, mp, z3))),
        PROFILE);
  }

  @Test
  void paddingIsALineOfItsOwn() {
    Module sums =
        Tracer.trace(
            "sums",
            List.of(new Tracer.Input("x", TensorType.of(ElementType.F32, 33, 8))),
            in -> List.of(in.get(0).exp().sum(0)));
    var tactic = new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch")));
    Mesh mesh = Mesh.of(List.of(new MeshAxis("batch", 4)));
    Partitioning uneven = Partitioner.partition(sums, new Schedule(mesh, null, List.of(tactic)));
    PlanReport report = PlanReports.report("sums", uneven, PROFILE);
    assertThat(report.padding()).hasSize(1);
    assertThat(report.padding().get(0).text())
        .isEqualTo(
            "size 33 along batch makes 4 blocks of 9: 3 of 36 (8.33 %) are padding, in 2 values"
                + " from \"x\" on; 1 mask");
    assertThat(REPORT.padding()).isEmpty();
  }

  @Test
  void everyTacticHasItsRow() {
    assertThat(REPORT.tactics().stream().map(PlanReport.TacticRow::name))
        .containsExactly("BP", "MP", "Z3")
        .inOrder();
    assertThat(REPORT.tactics().get(2).actions())
        .containsExactly(
            "tile \"up\" on dimension 0 along batch",
            "tile \"down\" on the first divisible dimension along batch")
        .inOrder();
    assertThat(REPORT.tactics().get(0).figures().allCollectives()).isEqualTo(CollectiveTotal.NONE);
    Figures mp = REPORT.tactics().get(1).figures();
    // 256 rows of 512 floats.
    assertThat(mp.collectives().get(Reshard.ALL_REDUCE)).isEqualTo(new CollectiveTotal(1, 524288));
    assertThat(mp.collectives().get(Reshard.ALL_GATHER)).isEqualTo(CollectiveTotal.NONE);
  }

  @Test
  void totalsAreThoseOfTheLastTactic() {
    Figures last = REPORT.tactics().get(2).figures();
    assertThat(REPORT.total().collectives()).isEqualTo(last.collectives());
    assertThat(REPORT.total().estimatedSeconds()).isEqualTo(last.estimatedSeconds());
    assertThat(REPORT.total().partitionMillis())
        .isWithin(1e-9)
        .of(REPORT.tactics().stream().mapToDouble(t -> t.figures().partitionMillis()).sum());
    assertThat(REPORT.fits()).isTrue();
  }

  @Test
  void utilizationCountsTheModelsOperationsAgainstThePeak() {
    double model = 2.0 * 2 * 1024 * 512 * 2048 + 1024 * 2048;
    assertThat((double) REPORT.initial().flops()).isEqualTo(model);
    assertThat(REPORT.total().modelFlopsUtilization())
        .isWithin(1e-12)
        .of(model / (8 * 123e12 * REPORT.total().estimatedSeconds()));
  }

  @Test
  void valuesSayHowTheyAreTiled() {
    ValueRow up = REPORT.inputs().get(1);
    assertThat(up.name()).isEqualTo("up");
    assertThat(up.type()).isEqualTo("512x2048xf32");
    assertThat(up.localType()).isEqualTo("128x1024xf32");
    assertThat(up.axes()).containsExactly(List.of("batch"), List.of("model")).inOrder();
    assertThat(up.localBytes()).isEqualTo(up.bytes() / 8);
    assertThat(REPORT.outputs().get(0).axes()).containsExactly(List.of("batch"), List.of());
  }

  @Test
  void partsAddUpToTheWhole() {
    assertThat(REPORT.times().stream().mapToDouble(TimeRow::seconds).sum())
        .isWithin(1e-12)
        .of(REPORT.total().estimatedSeconds());
    assertThat(REPORT.collectives().stream().mapToDouble(CollectiveRow::totalSeconds).sum())
        .isWithin(1e-12)
        .of(REPORT.total().communicationSeconds());
    assertThat(REPORT.memory().points().stream().mapToLong(MemoryPoint::bytes).max().getAsLong())
        .isEqualTo(REPORT.total().peakMemoryBytes());
    assertThat(REPORT.memory().argumentBytes())
        .isEqualTo(REPORT.inputs().stream().mapToLong(ValueRow::localBytes).sum());
    for (CollectiveRow row : REPORT.collectives()) {
      assertThat(row.reason()).isNotEmpty();
    }
  }

  @Test
  void everyFormTakesIt() {
    for (ReportFormat format : ReportFormat.values()) {
      assertThat(format.render(REPORT)).contains("512x2048xf32");
    }
  }
}
