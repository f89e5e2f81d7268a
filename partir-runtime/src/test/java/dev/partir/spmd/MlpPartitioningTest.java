package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.core.Conflict;
import dev.partir.dsl.Tracer;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.schedule.Tactic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MlpPartitioningTest {
  private static final Mesh MESH =
      Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));

  private static final Tactic BP =
      new ManualTactic("BP", List.of(Action.tile("x", Dim.index(0), "batch")));
  private static final Tactic MP =
      new ManualTactic("MP", List.of(Action.tile("up", Dim.index(1), "model")));
  private static final Tactic Z3 =
      new ManualTactic(
          "Z3",
          List.of(
              Action.tile("up", Dim.index(0), "batch"),
              Action.tile("down", Dim.index(1), "batch")));

  private static Module mlp() {
    return Tracer.trace(
        "mlp",
        List.of(
            new Tracer.Input("x", TensorType.of(ElementType.F32, 16, 8)),
            new Tracer.Input("up", TensorType.of(ElementType.F32, 8, 32)),
            new Tracer.Input("down", TensorType.of(ElementType.F32, 32, 8))),
        in -> List.of(in.get(0).matmul(in.get(1)).relu().matmul(in.get(2))));
  }

  private static Map<Reshard, Integer> counts(SpmdProgram program) {
    Map<Reshard, Integer> counts = new EnumMap<>(Reshard.class);
    for (SpmdProgram.CollectiveUse use : program.collectives()) {
      counts.merge(use.step().kind(), 1, Integer::sum);
    }
    return counts;
  }

  private static void assertVerified(Partitioning partitioning) {
    List<HostArray> arguments = SeededArrays.forArguments(partitioning.function(), 7);
    for (int stage = 0; stage < partitioning.stages().size(); stage++) {
      EquivalenceCheck.Outcome outcome =
          EquivalenceCheck.verify(
              partitioning.function(), LocalProgram.of(partitioning.after(stage)), arguments);
      assertThat(outcome.mismatches()).isEmpty();
      assertThat(outcome.devices()).isEqualTo(partitioning.mesh().deviceCount());
    }
  }

  @Test
  void batchParallelismOfAForwardPassHasNoCollective() {
    Partitioning partitioning = Partitioner.partition(mlp(), new Schedule(MESH, null, List.of(BP)));
    assertThat(counts(partitioning.result())).isEmpty();
    assertVerified(partitioning);
  }

  @Test
  void modelParallelismAddsOneAllReduce() {
    Partitioning partitioning =
        Partitioner.partition(mlp(), new Schedule(MESH, null, List.of(BP, MP)));
    assertThat(counts(partitioning.result())).containsExactly(Reshard.ALL_REDUCE, 1);
    // 4 of 16 rows, all 8 columns.
    assertThat(partitioning.result().collectives().get(0).operand())
        .isEqualTo(TensorType.of(ElementType.F32, 4, 8));
    assertVerified(partitioning);
  }

  @Test
  void zeroThreeGathersEachWeightOnce() {
    Partitioning partitioning =
        Partitioner.partition(mlp(), new Schedule(MESH, null, List.of(BP, MP, Z3)));
    assertThat(counts(partitioning.result()))
        .containsExactly(Reshard.ALL_GATHER, 2, Reshard.ALL_REDUCE, 1);
    assertThat(partitioning.local().main().arguments().get(1).type())
        .isEqualTo(TensorType.of(ElementType.F32, 2, 16));
    assertVerified(partitioning);
  }

  @Test
  void modelParallelismAloneVerifies() {
    assertVerified(Partitioner.partition(mlp(), new Schedule(MESH, null, List.of(MP, Z3))));
  }

  private static Module named() {
    return Tracer.trace(
        "mlp",
        List.of(
            new Tracer.Input("x", TensorType.of(ElementType.F32, 16, 8)),
            new Tracer.Input("up", TensorType.of(ElementType.F32, 8, 32)),
            new Tracer.Input("down", TensorType.of(ElementType.F32, 32, 8))),
        in -> List.of(in.get(0).matmul(in.get(1)).relu().named("hidden").matmul(in.get(2))));
  }

  @Test
  void aNamedValueIsShardedAndTheRestFollows() {
    var tactic = new ManualTactic("MP", List.of(Action.tile("hidden", Dim.index(1), "model")));
    Partitioning partitioning =
        Partitioner.partition(named(), new Schedule(MESH, null, List.of(tactic)));
    assertThat(counts(partitioning.result())).containsExactly(Reshard.ALL_REDUCE, 1);
    assertThat(partitioning.result().inputShardings().get(1).dim(1)).asList().containsExactly(1);
    assertThat(partitioning.result().inputShardings().get(2).dim(0)).asList().containsExactly(1);
    assertVerified(partitioning);
  }

  @Test
  void propagationDoesNotPassThroughAReplicatedValue() {
    var tactic =
        new ManualTactic(
            "MP",
            List.of(Action.replicate("hidden", "model"), Action.tile("up", Dim.index(1), "model")));
    Partitioning partitioning =
        Partitioner.partition(named(), new Schedule(MESH, null, List.of(tactic)));
    assertThat(counts(partitioning.result())).containsExactly(Reshard.ALL_GATHER, 1);
    assertThat(partitioning.result().inputShardings().get(2).isReplicated()).isTrue();
    assertVerified(partitioning);
  }

  @Test
  void aShardedResultMakesTheSumAScatter() {
    var result = new ManualTactic("RS", List.of(Action.tile("result", Dim.index(1), "model")));
    Partitioning partitioning =
        Partitioner.partition(named(), new Schedule(MESH, null, List.of(MP, result)));
    assertThat(counts(partitioning.result())).containsExactly(Reshard.REDUCE_SCATTER, 1);
    assertThat(partitioning.result().outputShardings().get(0).dim(1)).asList().containsExactly(1);
    assertVerified(partitioning);
  }

  @Test
  void twoWishesAreAConflictThatNamesBoth() {
    var both =
        new ManualTactic(
            "both",
            List.of(
                Action.tile("x", Dim.index(0), "model"), Action.tile("up", Dim.index(1), "model")));
    Partitioning partitioning =
        Partitioner.partition(named(), new Schedule(MESH, null, List.of(both)));
    List<Conflict> conflicts = partitioning.stages().get(0).conflicts();
    assertThat(conflicts).hasSize(1);
    assertThat(conflicts.get(0).text()).startsWith("stablehlo.dot_general along \"model\": ");
    assertThat(conflicts.get(0).text()).contains("argument \"x\" asks for factor i");
    assertThat(conflicts.get(0).text()).contains("argument \"up\" asks for factor j");
    assertVerified(partitioning);
  }

  @Test
  void whatATacticLeftIsMadeAgainFromTheEnd() {
    List<Tactic> tactics = List.of(BP, MP, Z3);
    Partitioning all = Partitioner.partition(named(), new Schedule(MESH, null, tactics));
    for (int stage = -1; stage < tactics.size(); stage++) {
      var some = new Schedule(MESH, null, tactics.subList(0, stage + 1));
      SpmdProgram after = stage < 0 ? all.initial() : all.after(stage);
      assertThat(SpmdPrinter.print(after))
          .isEqualTo(SpmdPrinter.print(Partitioner.partition(named(), some).result()));
    }
  }

  @Test
  void theOrderOfTacticsResolvesAConflict() {
    var first = new ManualTactic("first", List.of(Action.tile("x", Dim.index(0), "model")));
    Partitioning partitioning =
        Partitioner.partition(named(), new Schedule(MESH, null, List.of(first, MP)));
    assertThat(partitioning.stages().get(1).conflicts()).isEmpty();
    // The product is by rows; the weight, in pieces since, is gathered before it.
    assertThat(counts(partitioning.result())).containsExactly(Reshard.ALL_GATHER, 1);
    assertVerified(partitioning);
  }
}
