package dev.partir.sim.cost;

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
import dev.partir.sim.profile.Arithmetic;
import dev.partir.sim.profile.HardwareProfile;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.Reshard;
import dev.partir.spmd.SpmdProgram;
import dev.partir.text.MlirParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The figures of a two-layer perceptron, computed by hand: 1024 rows, 512 inputs, 2048 hidden
 * units, in f32 on 4 x 2 devices.
 */
final class SimulatorTest {
  private static final Mesh MESH =
      Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));
  private static final HardwareProfile PROFILE = HardwareProfiles.findOrThrow("tpu-v3");

  /** 1024/4 rows, 2048/2 hidden units. */
  private static final long ROWS = 256;

  private static final long HIDDEN = 1024;
  private static final long EMBED = 512;

  private static Partitioning mlp() {
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
                Action.tile("down", Dim.index(1), "batch")));
    return Partitioner.partition(module, new Schedule(MESH, "tpu-v3", List.of(bp, mp, z3)));
  }

  private static Estimate estimate(int stage) {
    return new Simulator(PROFILE, MESH).estimate(mlp().after(stage));
  }

  @Test
  void moreOperationsThanALongHoldsAreAsManyAsItHolds() {
    long large = 1 << 21;
    for (long size : new long[] {large, large / 2}) {
      Module module =
          Tracer.trace(
              "large",
              List.of(new Tracer.Input("x", TensorType.of(ElementType.F32, size, size))),
              in -> List.of(in.get(0).matmul(in.get(0)).matmul(in.get(0)).matmul(in.get(0))));
      SpmdProgram whole =
          Partitioner.partition(module, new Schedule(MESH, null, List.of())).result();
      // Three products of 2^64 or of 2^61 operations.
      assertThat(new Simulator(PROFILE, MESH).estimate(whole).flops())
          .isEqualTo(size == large ? Long.MAX_VALUE : 3 * (1L << 61));
    }
  }

  @Test
  void flopsAreThoseOfOneDevice() {
    // Two products of 2 m n k, and a maximum per hidden element.
    assertThat(estimate(2).flops())
        .isEqualTo(2 * ROWS * EMBED * HIDDEN + ROWS * HIDDEN + 2 * ROWS * HIDDEN * EMBED);
    assertThat(estimate(0).flops())
        .isEqualTo(2 * ROWS * EMBED * 2048 + ROWS * 2048 + 2 * ROWS * 2048 * EMBED);
  }

  @Test
  void collectivesAreCountedWithTheirBytes() {
    Estimate batch = estimate(0);
    for (Estimate.Collectives none : batch.collectives().values()) {
      assertThat(none.count()).isEqualTo(0);
    }
    assertThat(batch.collectiveSeconds()).isEqualTo(0.0);
    Estimate.Collectives reduced = estimate(1).collectives(Reshard.ALL_REDUCE);
    assertThat(reduced.count()).isEqualTo(1);
    assertThat(reduced.bytes()).isEqualTo(ROWS * EMBED * 4);
    Estimate.Collectives gathered = estimate(2).collectives(Reshard.ALL_GATHER);
    assertThat(gathered.count()).isEqualTo(2);
    assertThat(gathered.bytes()).isEqualTo(2 * EMBED * HIDDEN * 4);
  }

  @Test
  void memoryIsThatOfLiveValues() {
    Estimate estimate = estimate(2);
    // x: 256 x 512; up: 128 x 1024; down: 1024 x 128.
    long arguments = (ROWS * EMBED + EMBED / 4 * HIDDEN + HIDDEN * EMBED / 4) * 4;
    assertThat(estimate.parameterBytes()).isEqualTo(arguments);
    // The second product needs the hidden layer, the gathered matrix and its result.
    long peak = arguments + (ROWS * HIDDEN + HIDDEN * EMBED + ROWS * EMBED) * 4;
    assertThat(estimate.peakMemoryBytes()).isEqualTo(peak);
    assertThat(estimate.operations().get(estimate.peakOperation()).name())
        .isEqualTo("stablehlo.dot_general");
  }

  @Test
  void timeIsThatOfTheRoofline() {
    Estimate estimate = estimate(0);
    double flopsPerSecond =
        PROFILE.peakFlopsPerSecond(ElementType.F32) * PROFILE.sustainedFlopsFraction();
    double bytesPerSecond = PROFILE.memoryBytesPerSecond() * PROFILE.sustainedMemoryFraction();
    double product =
        Math.max(
            2.0 * ROWS * EMBED * 2048 / flopsPerSecond,
            4.0 * (ROWS * EMBED + EMBED * 2048 + ROWS * 2048) / bytesPerSecond);
    // The zero that relu compares with is made on the way: only the hidden layer is read and
    // written.
    double relu = 4.0 * 2 * ROWS * 2048 / bytesPerSecond;
    assertThat(estimate.seconds())
        .isWithin(1e-12)
        .of(2 * product + relu + 3 * PROFILE.opLatencySeconds());
  }

  /** A chip whose memory is so fast that arithmetic decides, which it does at two rates. */
  @Test
  void arithmeticRunsAtTheRateOfWhatIsRead() {
    var profile =
        new HardwareProfile(
            "toy",
            "Toy",
            Map.of(Arithmetic.F32, 1e9, Arithmetic.BF16, 4e9),
            0.5,
            1L << 40,
            1e20,
            1,
            0,
            PROFILE.interconnect(),
            null,
            "made up",
            "");
    for (String type : List.of("f32", "bf16")) {
      Module product =
          MlirParser.parse(
              "product.mlir",
              """
              func.func @main(%a: tensor<64x32xTYPE>, %b: tensor<32x16xTYPE>) -> tensor<64x16xf32> {
                %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
                    : (tensor<64x32xTYPE>, tensor<32x16xTYPE>) -> tensor<64x16xf32>
                return %c : tensor<64x16xf32>
              }
              """
                  .replace("TYPE", type));
      SpmdProgram program =
          Partitioner.partition(product, new Schedule(MESH, null, List.of())).initial();
      double rate = type.equals("f32") ? 0.5e9 : 2e9;
      assertThat(new Simulator(profile, MESH).estimate(program).seconds())
          .isWithin(1e-12)
          .of(2 * 64 * 32 * 16 / rate);
    }
  }

  @Test
  void timeOfACollectiveIsThatOfItsLinks() {
    Estimate estimate = estimate(1);
    double alone =
        CollectiveCost.of(PROFILE, MESH)
            .time(Reshard.ALL_REDUCE, new int[] {1}, ROWS * EMBED * 4)
            .seconds();
    assertThat(estimate.collectiveSeconds()).isWithin(1e-15).of(alone);
    assertThat(estimate.seconds())
        .isWithin(1e-15)
        .of(estimate.computeSeconds() + estimate.collectiveSeconds());
  }
}
