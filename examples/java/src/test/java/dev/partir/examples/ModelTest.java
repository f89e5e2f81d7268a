package dev.partir.examples;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.junit.ModelVerification;
import dev.partir.junit.VerificationCase;
import dev.partir.schedule.AutomaticTactic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The models as a user would test them; {@code docs/partitioning.md} shows it. */
final class ModelTest {
  @TestFactory
  Stream<DynamicTest> devicesComputeWhatTheModelDoes() {
    return ModelVerification.of(MlpPlan.plan())
        .under("searched", MlpPlan.plan().schedule().withTactics(List.of(AUTO)))
        .seeds(1, 2)
        .tests();
  }

  @RegisterExtension static final ModelVerification MLP = ModelVerification.of(MlpPlan.plan());

  @TestTemplate
  void gathersItsWeightsOnceAndReducesOnce(VerificationCase verification) {
    verification.verify();
    assertThat(verification.partitioning().result().collectives()).hasSize(3);
  }

  private static final AutomaticTactic AUTO = new AutomaticTactic(List.of("batch", "model"), 50, 0);

  @Test
  void theDocumentationShowsThisClass() throws IOException {
    List<String> own =
        Files.readAllLines(Path.of("src/test/java/dev/partir/examples/ModelTest.java"));
    List<String> page = Files.readAllLines(Path.of("../../docs/partitioning.md"));
    int first = page.indexOf("```java") + 1;
    int end = first + page.subList(first, page.size()).indexOf("```");
    assertThat(end - first).isGreaterThan(10);
    for (String line : page.subList(first, end)) {
      assertWithMessage(line).that(own.stream().map(String::strip)).contains(line.strip());
    }
  }
}
