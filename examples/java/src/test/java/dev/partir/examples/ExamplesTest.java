package dev.partir.examples;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tree;
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
  void decoderOfRecords() {
    Partitioning scored = DecoderPlan.Score.partition();
    assertVerified(scored);
    assertVerified(DecoderPlan.Serve.partition());
    // Every weight is gathered once. Two sums a layer, as in Megatron, but one in the first block,
    // whose feed-forward layers are whole; three in the loss: the maximum and the sum over a
    // sharded
    // vocabulary, and the mean over everything.
    assertThat(counts(scored.result()))
        .containsExactly(Reshard.ALL_GATHER, 33, Reshard.ALL_REDUCE, 5 + 3);
    assertThat(DecoderPlan.plans().stream().map(Plan::name).toList())
        .containsExactly("dev.partir.examples.Decoder:score", "dev.partir.examples.Decoder:serve")
        .inOrder();
    Tree<Decoder.Params> params = DecoderPlan.paramsTree(DecoderPlan.Score.SIZES);
    assertThat(params.paths()).hasSize(2 + 1 + 3 * 10);
    assertThat(params.paths().get(9)).isEqualTo("blocks/0/feedForward/up");
    Decoder.Sizes larger = new Decoder.Sizes(16, 8, 5, 32, 8, 4, 64, 128);
    assertVerified(Partitioner.partition(DecoderPlan.Score.plan(larger)));
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
