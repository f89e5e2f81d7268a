package dev.partir.spmd;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
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
        partitioning = Partitioner.partition(random.module(), random.schedule());
        arguments = SeededArrays.forArguments(partitioning.function(), seed);
        EquivalenceCheck.Outcome outcome =
            EquivalenceCheck.verify(partitioning.function(), partitioning.local(), arguments);
        assertWithMessage("seed %s, %s", seed, random.schedule())
            .that(outcome.mismatches())
            .isEmpty();
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
}
