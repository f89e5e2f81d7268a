package dev.partir.examples.models;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.build.CollectiveTable;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.schedule.Gathers;
import dev.partir.schedule.Plan;
import dev.partir.schedule.Policy;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models of the tables: small, they compute the same on eight devices; large, they count. */
final class PublishedModelsTest {
  private static Plan tiny(String model) {
    return switch (model) {
      case "T32" -> TrainedTransformerPlan.Tiny.plan();
      case "IT32" -> ServedTransformerPlan.Tiny.plan();
      case "IT32 multi-query" -> ServedTransformerPlan.TinyMultiQuery.plan();
      case "UNet" -> DiffusionUnetPlan.Tiny.plan();
      default -> GraphSimulatorPlan.Tiny.plan();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "T32, BP",
    "T32, MP",
    "T32, BP+MP",
    "T32, BP+MP+Z2",
    "T32, BP+MP+Z3",
    "T32, BP+MP+Z3+EMB",
    "T32, MP+EMB",
    "T32, BP+MP+SP",
    "IT32, BP",
    "IT32, MP",
    "IT32, BP+MP",
    "IT32 multi-query, BP+MP",
    "IT32 multi-query, BP+MP+MQ",
    "UNet, BP",
    "UNet, BP+Z2",
    "UNet, BP+Z3",
    "GNS, ES"
  })
  void eightDevicesComputeLossGradientsAndUpdates(String model, String schedule) {
    Plan plan = PublishedTables.scheduled(tiny(model), schedule);
    for (Gathers gathers : Gathers.values()) {
      Partitioning partitioning = Partitioner.partition(plan, Policy.STRICT, gathers);
      assertThat(partitioning.mesh().deviceCount()).isEqualTo(8);
      assertThat(partitioning.core().conflicts()).isEmpty();
      assertThat(
              EquivalenceCheck.verify(
                      partitioning, SeededArrays.forArguments(partitioning.function(), 3))
                  .mismatches())
          .isEmpty();
    }
  }

  @Test
  void rowsAreEqualOrSayWhyNot() {
    List<CollectiveTable.Row> rows = new ArrayList<>();
    ServiceLoader.load(CollectiveTable.class).forEach(table -> rows.addAll(table.rows()));
    int equal = 0;
    for (CollectiveTable.Row row : rows) {
      boolean same = row.count().equals(row.reported());
      equal += same ? 1 : 0;
      assertWithMessage("%s %s", row.model(), row.schedule())
          .that(row.reason().isEmpty())
          .isEqualTo(same);
      assertWithMessage("%s %s", row.model(), row.schedule())
          .that(same || row.model().equals("UNet"))
          .isTrue();
    }
    assertThat(rows).hasSize(22);
    assertThat(equal).isEqualTo(20);
  }
}
