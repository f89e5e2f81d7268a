package dev.partir.examples;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.schedule.AutomaticTactic;
import dev.partir.schedule.Plan;
import dev.partir.sim.cost.Simulator;
import dev.partir.sim.profile.HardwareProfiles;
import dev.partir.spmd.LocalProgram;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import dev.partir.spmd.Reshard;
import dev.partir.spmd.SpmdProgram;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExamplesTest {
  private static Map<Reshard, Integer> counts(SpmdProgram program) {
    Map<Reshard, Integer> counts = new EnumMap<>(Reshard.class);
    for (SpmdProgram.CollectiveUse use : program.collectives()) {
      counts.merge(use.step().kind(), 1, Integer::sum);
    }
    return counts;
  }

  private static void assertVerified(Partitioning partitioning) {
    List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), 11);
    for (int stage = 0; stage < partitioning.stages().size(); stage++) {
      assertThat(
              EquivalenceCheck.verify(
                      partitioning.function(),
                      LocalProgram.of(partitioning.after(stage)),
                      arguments)
                  .mismatches())
          .isEmpty();
    }
  }

  @Test
  void plansAreOnTheClassPath() {
    for (String model : List.of("Mlp", "DecoderBlock")) {
      for (String suffix : List.of(".json", ".md")) {
        String resource = "META-INF/partir/dev.partir.examples." + model + suffix;
        assertThat(ExamplesTest.class.getClassLoader().getResource(resource)).isNotNull();
      }
    }
  }

  @Test
  void perceptronGathersItsWeightsOnceAndReducesOnce() {
    Partitioning partitioning = MlpPlan.partition();
    assertThat(counts(partitioning.after(0))).isEmpty();
    assertThat(counts(partitioning.after(1))).containsExactly(Reshard.ALL_REDUCE, 1);
    assertThat(counts(partitioning.after(2)))
        .containsExactly(Reshard.ALL_GATHER, 2, Reshard.ALL_REDUCE, 1);
    assertVerified(partitioning);
  }

  @Test
  void decoderBlockReducesTwicePerLayerAndOnceForTheLoss() {
    Partitioning partitioning = DecoderBlockPlan.partition();
    assertThat(partitioning.stages().stream().flatMap(stage -> stage.conflicts().stream()).toList())
        .isEmpty();
    assertThat(counts(partitioning.after(0))).containsExactly(Reshard.ALL_REDUCE, 1);
    assertThat(counts(partitioning.after(1))).containsExactly(Reshard.ALL_REDUCE, 3);
    // Seven matrices, each gathered once.
    assertThat(counts(partitioning.after(2)))
        .containsExactly(Reshard.ALL_GATHER, 7, Reshard.ALL_REDUCE, 3);
    assertVerified(partitioning);
  }

  @Test
  void aSearchWithoutHintsIsAtLeastAsGoodAsTheHandWrittenPlan() {
    Plan plan = DecoderBlockPlan.plan();
    Simulator simulator =
        new Simulator(HardwareProfiles.findOrThrow("tpu-v3"), plan.schedule().mesh());
    Partitioning byHand = DecoderBlockPlan.partition();
    double hand = simulator.estimate(byHand.after(1)).seconds();
    Partitioning found =
        Partitioner.partition(
            plan.trace(),
            plan.schedule()
                .withTactics(List.of(new AutomaticTactic(List.of("batch", "model"), 200, 0))));
    assertThat(simulator.estimate(found.result()).seconds()).isAtMost(hand);
    assertVerified(found);
  }

  @Test
  void argumentsAreCheckedByName() {
    HostArray x = HostArray.zeros(TensorType.of(ElementType.F32, 1024, 512));
    HostArray up = HostArray.zeros(TensorType.of(ElementType.F32, 512, 2048));
    HostArray wrong = HostArray.zeros(TensorType.of(ElementType.F32, 2048, 500));
    MlpPlan.validate(x, up, HostArray.zeros(TensorType.of(ElementType.F32, 2048, 512)));
    PartirException refused =
        assertThrows(PartirException.class, () -> MlpPlan.validate(x, up, wrong));
    assertThat(refused).hasMessageThat().contains("parameter \"down\"");
    assertThat(refused).hasMessageThat().contains("500");
  }
}
