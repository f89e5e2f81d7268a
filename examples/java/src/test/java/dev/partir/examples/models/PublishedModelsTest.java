package dev.partir.examples.models;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.build.CollectiveTable;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.Function;
import dev.partir.schedule.Gathers;
import dev.partir.schedule.Options;
import dev.partir.schedule.Plan;
import dev.partir.schedule.ValueModel;
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
      case "T32" -> T32Plan.Tiny.plan();
      case "T32 run again" -> inTwoRuns();
      case "IT32" -> It32Plan.Tiny.plan();
      case "IT32 multi-query" -> It32Plan.TinyMultiQuery.plan();
      case "UNet" -> UnetPlan.Tiny.plan();
      case "Gemini" -> GeminiPlan.Tiny.plan();
      case "Nano-2 in 4 bits" -> Nano2Plan.Tiny.plan();
      default -> GnsPlan.Tiny.plan();
    };
  }

  private static Plan inTwoRuns() {
    TrainedTransformer.Sizes sizes = T32Plan.Tiny.SIZES;
    return T32Plan.Tiny.plan(
        new TrainedTransformer.Sizes(
            sizes.batch(),
            sizes.seq(),
            sizes.layers(),
            sizes.embed(),
            sizes.heads(),
            sizes.head(),
            sizes.hidden(),
            sizes.vocab(),
            2));
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
    "T32 run again, BP+MP+Z3+EMB",
    "IT32, BP",
    "IT32, MP",
    "IT32, BP+MP",
    "IT32 multi-query, BP+MP",
    "IT32 multi-query, BP+MP+MQ",
    "UNet, BP",
    "UNet, BP+Z2",
    "UNet, BP+Z3",
    "Gemini, BP+MP",
    "Gemini, BP+MP+SP",
    "Gemini, its own",
    "Nano-2 in 4 bits, BP+MP",
    "Nano-2 in 4 bits, BP+MP+MQ",
    "GNS, ES"
  })
  void eightDevicesComputeLossGradientsAndUpdates(String model, String schedule) {
    Plan own = tiny(model);
    Plan plan =
        schedule.equals("its own")
            ? own
            : PublishedTables.scheduled(own, schedule, PublishedTables.Zero.ALL);
    for (Gathers gathers : Gathers.values()) {
      Partitioning partitioning = Partitioner.partition(plan, Options.DEFAULT.with(gathers));
      assertThat(partitioning.core().conflicts()).isEmpty();
      assertThat(
              EquivalenceCheck.verify(partitioning, arguments(partitioning.function()))
                  .mismatches())
          .isEmpty();
    }
  }

  /** Returns arguments such that all that is computed is a number. */
  private static List<HostArray> arguments(Function function) {
    List<HostArray> arguments = SeededArrays.forArguments(function, 3);
    for (int i = 0; i < arguments.size(); i++) {
      String name = function.argumentName(i);
      if (name.startsWith("square/") || name.equals("step") || name.equals("counts")) {
        HostArray array = arguments.get(i);
        for (int j = 0; j < array.length(); j++) {
          array.set(j, name.equals("step") ? 3 : Math.abs(array.get(j)));
        }
      }
    }
    return arguments;
  }

  @Test
  void aStepIsTheSameWhenLayersRunAgain() {
    Function once = Partitioner.partition(T32Plan.Tiny.plan()).function();
    Function again = Partitioner.partition(inTwoRuns()).function();
    assertThat(again.body().operations().size()).isGreaterThan(once.body().operations().size());
    List<HostArray> expected = Interpreter.run(once, arguments(once));
    List<HostArray> actual = Interpreter.run(again, arguments(again));
    for (int r = 0; r < expected.size(); r++) {
      assertThat(actual.get(r).floats())
          .usingTolerance(1e-5)
          .containsExactly(expected.get(r).floats())
          .inOrder();
    }
  }

  @Test
  void modelsHaveThePublishedNumbersOfParameters() {
    assertThat(billions(T32Plan.Real.plan())).isWithin(0.1).of(5);
    assertThat(billions(T32Plan.Deep.plan())).isWithin(0.5).of(32);
    assertThat(billions(T32Plan.Lean.plan())).isEqualTo(billions(T32Plan.Deep.plan()));
    assertThat(billions(GeminiPlan.Nano1.plan())).isWithin(0.05).of(1.8);
    assertThat(billions(GeminiPlan.Nano2.plan())).isWithin(0.01).of(3.25);
    assertThat(billions(Nano2Plan.Real.plan())).isWithin(0.01).of(3.25);
  }

  private static double billions(Plan plan) {
    return plan.model().parameters().stream()
            .filter(value -> value.use() == ValueModel.Use.WEIGHT)
            .mapToLong(value -> value.type().elementCount())
            .sum()
        / 1e9;
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
