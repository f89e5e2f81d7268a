package dev.partir.spmd;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.op.OpChecker;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.text.MlirParser;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The law of the compiler, on random programs, meshes and schedules: what the devices compute
 * together is what the program computes.
 */
final class PartitionedEqualsWholeTest {
  private static void check(long first, int count) {
    Map<Reshard, Integer> reshards = new EnumMap<>(Reshard.class);
    for (long seed = first; seed < first + count; seed++) {
      RandomPrograms.Case random = RandomPrograms.of(seed);
      Partitioning partitioning;
      List<HostArray> arguments;
      try {
        partitioning =
            Partitioner.partition(random.module(), random.schedule(), RandomPrograms.options(seed));
        assertWithMessage("seed %s, %s", seed, random.schedule())
            .that(findings(partitioning.local()))
            .isEmpty();
        arguments = SeededArrays.forArguments(partitioning.function(), seed);
        EquivalenceCheck.Outcome outcome = EquivalenceCheck.verify(partitioning, arguments);
        if (!outcome.equal()) {
          // What cancels out, or is compared with itself computed another way, hangs on rounding;
          // with whole numbers there is none.
          List<HostArray> whole = RandomPrograms.wholeNumbers(partitioning, seed);
          assertWithMessage("seed %s, %s: %s", seed, random.schedule(), outcome.mismatches())
              .that(EquivalenceCheck.verify(partitioning, whole).mismatches())
              .isEmpty();
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + random.schedule(), e);
      }
      for (SpmdProgram.CollectiveUse use : partitioning.result().collectives()) {
        reshards.merge(use.step().kind(), 1, Integer::sum);
      }
    }
    // A generator whose programs do not need every collective, and often, would prove little.
    for (Reshard kind : Reshard.values()) {
      if (kind.isCollective()) {
        assertWithMessage("%s in %s programs: %s", kind.label(), count, reshards)
            .that(reshards.getOrDefault(kind, 0))
            .isAtLeast(count / 1000);
      }
    }
  }

  @Test
  void onTwoThousandRandomPrograms() {
    check(0, 2_000);
  }

  @Tag("nightly")
  @Test
  void onTwoHundredThousandRandomPrograms() {
    check(1_000_000, 200_000);
  }

  /** Returns what the verifier finds in the device-local program. */
  private static List<Diagnostic> findings(LocalProgram local) {
    List<Operation> operations = local.main().body().operations();
    OpChecker checker = new OpChecker(operations.get(0));
    operations.forEach(checker::check);
    return checker.findings();
  }

  /** The DSL starts every sum at the neutral element; programs of others need not. */
  @Test
  void theStartOfAReductionCountsOnce() {
    for (String reduction : List.of("add", "multiply", "maximum", "minimum")) {
      Module module =
          MlirParser.parse(
              "reduce.mlir",
              """
              module {
                func.func public @main(%x: tensor<12x8xi32>, %start: tensor<i32>) -> (tensor<8xi32>, tensor<i32>) {
                  %0 = stablehlo.reduce(%x init: %start) applies stablehlo.REDUCTION across dimensions = [0] : (tensor<12x8xi32>, tensor<i32>) -> tensor<8xi32>
                  %1 = stablehlo.reduce(%x init: %start) applies stablehlo.REDUCTION across dimensions = [0, 1] : (tensor<12x8xi32>, tensor<i32>) -> tensor<i32>
                  return %0, %1 : tensor<8xi32>, tensor<i32>
                }
              }
              """
                  .replace("REDUCTION", reduction));
      Mesh mesh =
          Mesh.of(List.of(new MeshAxis("a", 3), new MeshAxis("b", 2), new MeshAxis("c", 2)));
      var tactic =
          new ManualTactic(
              "t",
              List.of(
                  Action.tile("x", Dim.index(0), "a"),
                  Action.tile("x", Dim.index(0), "b"),
                  Action.tile("x", Dim.index(1), "c")));
      Partitioning partitioning =
          Partitioner.partition(module, new Schedule(mesh, null, List.of(tactic)));
      List<HostArray> arguments =
          List.of(
              SeededArrays.forArguments(partitioning.function(), 3).get(0),
              HostArray.scalar(ElementType.I32, 5));
      assertWithMessage(reduction)
          .that(EquivalenceCheck.verify(partitioning, arguments).mismatches())
          .isEmpty();
      assertWithMessage(reduction).that(partitioning.result().collectives().size()).isAtLeast(2);
    }
  }
}
