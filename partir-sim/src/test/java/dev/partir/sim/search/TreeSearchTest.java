package dev.partir.sim.search;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.core.Flattening;
import dev.partir.core.Preparation;
import dev.partir.dsl.Tracer;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import dev.partir.sim.cost.Estimate;
import dev.partir.sim.cost.Simulator;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TreeSearchTest {
  private static final Mesh MESH =
      Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));
  private static final Simulator SIMULATOR =
      new Simulator(HardwareProfiles.findOrThrow("tpu-v3"), MESH);

  private static Module mlp() {
    return Tracer.trace(
        "mlp",
        List.of(
            new Tracer.Input("x", TensorType.of(ElementType.F32, 1024, 512)),
            new Tracer.Input("up", TensorType.of(ElementType.F32, 512, 2048)),
            new Tracer.Input("down", TensorType.of(ElementType.F32, 2048, 512))),
        in -> List.of(in.get(0).matmul(in.get(1)).relu().matmul(in.get(2))));
  }

  private static Partitioning partition(Tactic... tactics) {
    return Partitioner.partition(mlp(), new Schedule(MESH, "tpu-v3", List.of(tactics)));
  }

  private static Tactic auto(int budget, long seed) {
    return new AutomaticTactic(List.of("batch", "model"), budget, seed);
  }

  private static double seconds(Partitioning partitioning) {
    return SIMULATOR.estimate(partitioning.result()).seconds();
  }

  @Test
  void findsAPlanAtLeastAsGoodAsTheExperts() {
    double expert =
        seconds(
            partition(
                new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch"))),
                new ManualTactic("MP", List.of(Action.tile("up", Dim.index(1), "model")))));
    Partitioning found = partition(auto(100, 0));
    assertThat(seconds(found)).isAtMost(expert);
    assertThat(
            EquivalenceCheck.verify(
                    found.function(), found.local(), SeededArrays.forArguments(found.function(), 1))
                .mismatches())
        .isEmpty();
  }

  @Test
  void oneSeedGivesOnePlan() {
    assertThat(tactics(partition(auto(60, 5)))).isEqualTo(tactics(partition(auto(60, 5))));
  }

  @Test
  void whatItFindsIsWrittenAsOrdinaryTactics() {
    Partitioning found = partition(auto(100, 0));
    List<ManualTactic> tactics = tactics(found);
    assertThat(tactics).isNotEmpty();
    Partitioning again = partition(tactics.toArray(Tactic[]::new));
    assertThat(seconds(again)).isEqualTo(seconds(found));
    assertThat(again.result().inputShardings()).isEqualTo(found.result().inputShardings());
  }

  @Test
  void keepsToTheAxesThatItIsGiven() {
    Partitioning found = partition(new AutomaticTactic(List.of("model"), 100, 0));
    for (ManualTactic tactic : tactics(found)) {
      for (Action action : tactic.actions()) {
        assertThat(action.axis()).isEqualTo("model");
      }
    }
  }

  @Test
  void memoryIsAHardLimit() {
    Function flat = Flattening.flatten(mlp());
    var program = Preparation.of(flat, MESH, List.of()).program();
    CostModel costs =
        lowered -> {
          Estimate estimate = SIMULATOR.estimate(lowered);
          return new CostModel.Price(estimate.seconds(), estimate.peakMemoryBytes());
        };
    int[] axes = {0, 1};
    List<ManualTactic> free =
        new TreeSearch(costs, new Candidates(program, axes), Long.MAX_VALUE, 0)
            .search(program, "auto", 300);
    long needed = memory(free);
    long limit = needed * 9 / 10;
    List<ManualTactic> tight =
        new TreeSearch(costs, new Candidates(program, axes), limit, 0).search(program, "auto", 300);
    assertThat(memory(tight)).isAtMost(limit);
    assertThat(tight).isNotEqualTo(free);
  }

  private static long memory(List<ManualTactic> tactics) {
    return SIMULATOR.estimate(partition(tactics.toArray(Tactic[]::new)).result()).peakMemoryBytes();
  }

  private static List<ManualTactic> tactics(Partitioning partitioning) {
    return partitioning.stages().stream().map(Partitioning.Stage::tactic).toList();
  }
}
