package dev.partir.junit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Schedule;
import dev.partir.text.MlirParser;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

final class ModelVerificationTest {
  private static final Module PRODUCT =
      MlirParser.parse(
          "product.mlir",
          """
          func.func public @main(%x: tensor<8x6xf32>, %w: tensor<6x4xf32>) -> tensor<8x4xf32> {
            %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x6xf32>, tensor<6x4xf32>) -> tensor<8x4xf32>
            return %0 : tensor<8x4xf32>
          }
          """);

  /** Says of a reversal that it can be done block by block, which is wrong. */
  private static final Module WRONG_RULE =
      MlirParser.parse(
          "wrong.mlir",
          """
          func.func public @main(%x: tensor<8xf32>) -> tensor<8xf32> {
            %y = stablehlo.negate %x : tensor<8xf32>
            %z = stablehlo.custom_call @mhlo.reverse(%y) {dimensions = array<i64: 0>, partir.sharding_rule = "([i])->([i]) {i=8}"} : (tensor<8xf32>) -> tensor<8xf32>
            %0 = stablehlo.negate %z : tensor<8xf32>
            return %0 : tensor<8xf32>
          }
          """);

  private static Schedule tile(String value, int dim, int devices) {
    var tactic = new ManualTactic("tile", List.of(Action.tile(value, Dim.index(dim), "a")));
    return new Schedule(Mesh.of(List.of(new MeshAxis("a", devices))), null, List.of(tactic));
  }

  private static ModelVerification product() {
    return ModelVerification.of("product", PRODUCT)
        .under("rows", tile("x", 0, 4))
        .under("contracted", tile("w", 0, 4))
        .seeds(1, 2);
  }

  @TestFactory
  Stream<DynamicTest> everyScheduleAndSeedIsATest() {
    return product().tests();
  }

  @RegisterExtension static final ModelVerification PRODUCT_CASES = product();

  @TestTemplate
  void aTemplateMaySayMore(VerificationCase verification) {
    verification.verify();
    int collectives = verification.toString().startsWith("rows") ? 0 : 1;
    assertThat(verification.partitioning().result().collectives()).hasSize(collectives);
  }

  @Test
  void casesHaveTheirNames() {
    assertThat(product().cases().stream().map(VerificationCase::toString))
        .containsExactly("rows, seed 1", "rows, seed 2", "contracted, seed 1", "contracted, seed 2")
        .inOrder();
  }

  @Test
  void aFailureSaysWhatDiffersWhereAndSinceWhen() {
    ModelVerification wrong =
        ModelVerification.of("wrong", WRONG_RULE).under("halves", tile("x", 0, 2));
    AssertionError error = assertThrows(AssertionError.class, wrong::verify);
    assertThat(error).hasMessageThat().startsWith("wrong, halves, seed 0: 2 devices do not");
    assertThat(error).hasMessageThat().contains("result (tensor<8xf32>): device 0 has ");
    assertThat(error)
        .hasMessageThat()
        .contains("the first that differs is stablehlo.custom_call %z (wrong.mlir:3:8): device 0");
  }

  @Test
  void aProgramIsPartitionedByItsShardings() {
    Module annotated =
        MlirParser.parse(
            "annotated.mlir",
            """
            sdy.mesh @mesh = <["x"=2]>
            func.func public @main(%a: tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<8xf32> {
              %0 = stablehlo.negate %a : tensor<8xf32>
              return %0 : tensor<8xf32>
            }
            """);
    VerificationCase only = ModelVerification.of("annotated", annotated).cases().get(0);
    only.verify();
    assertThat(only.toString()).isEqualTo("its shardings of @main, seed 0");
    assertThat(only.partitioning().mesh().deviceCount()).isEqualTo(2);
  }

  @Test
  void withoutAScheduleThereIsNothingToVerify() {
    PartirException error =
        assertThrows(PartirException.class, ModelVerification.of("product", PRODUCT)::cases);
    assertThat(error).hasMessageThat().contains("there is no schedule");
  }

  /** Fails; run by the test below only. */
  static final class Wrong {
    @RegisterExtension
    static final ModelVerification CASES =
        ModelVerification.of("wrong", WRONG_RULE)
            .under("halves", tile("x", 0, 2))
            .under("quarters", tile("x", 0, 4))
            .under("nothing there", tile("y", 0, 2))
            .under("whole", tile("x", 0, 1));

    @TestTemplate
    void holds(VerificationCase verification) {
      verification.verify();
    }

    @TestFactory
    Stream<DynamicTest> tests() {
      return CASES.tests();
    }
  }

  @Test
  void whatIsWrongFailsInJUnit() {
    var summary = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Wrong.class)).build(),
            summary);
    TestExecutionSummary result = summary.getSummary();
    assertThat(result.getTestsStartedCount()).isEqualTo(8);
    assertThat(
            result.getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName()))
        .containsExactly(
            "halves, seed 0",
            "quarters, seed 0",
            "nothing there, seed 0",
            "halves, seed 0",
            "quarters, seed 0",
            "nothing there, seed 0");
  }
}
