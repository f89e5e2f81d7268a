package dev.partir.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real transformer of eight layers that JAX exported, under the schedule in {@code
 * examples/schedules}.
 */
final class ChessTransformerTest {
  private static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path program = ROOT;
  private final Path schedule = ROOT.resolve("examples/schedules/searchless_chess_9m.json");

  @BeforeEach
  void find() {
    String corpus =
        System.getProperty("partir.corpus", ROOT.resolve("../shared/corpus").toString());
    program = Path.of(corpus, "models/searchless_chess_9m.mlir");
    Assumptions.assumeTrue(
        Files.exists(program), "skipped: no corpus at " + corpus + " (set -Dpartir.corpus)");
  }

  private JsonObject partir(String... args) {
    int status =
        Partir.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    assertWithMessage("%s", err).that(status).isEqualTo(0);
    return JsonParser.parseString(out.toString()).getAsJsonObject();
  }

  @Test
  void modelParallelismReducesTwicePerLayerAndNothingElse() {
    JsonObject report =
        partir("plan", program.toString(), "--schedule", schedule.toString(), "--json");
    JsonArray tactics = report.getAsJsonArray("tactics");
    for (var count : collectives(tactics.get(0)).entrySet()) {
      assertWithMessage("BP, %s", count.getKey()).that(number(count.getValue())).isEqualTo(0);
    }
    for (var count : collectives(tactics.get(1)).entrySet()) {
      assertWithMessage("MP, %s", count.getKey())
          .that(number(count.getValue()))
          .isEqualTo(count.getKey().equals("all_reduce") ? 16 : 0);
    }
    // Each reduces the activations of a third of the batch: 11 x 79 x 256 numbers of 4 bytes.
    assertThat(
            collectives(report.get("final")).getAsJsonObject("all_reduce").get("bytes").getAsLong())
        .isEqualTo(16L * 11 * 79 * 256 * 4);
    assertThat(report.getAsJsonObject("final").getAsJsonArray("conflicts")).isEmpty();
  }

  @Test
  void sixDevicesComputeWhatOneDoes() {
    JsonObject outcome =
        partir("verify", program.toString(), "--schedule", schedule.toString(), "--json");
    assertThat(outcome.get("equal").getAsBoolean()).isTrue();
    assertThat(outcome.get("devices").getAsInt()).isEqualTo(6);
  }

  /** A table whose rows are divided gives every device a part of the looked up rows. */
  @Test
  void anEmbeddingThatIsTiledByItsVocabularyTakesOneAllReduce(@TempDir Path folder)
      throws IOException {
    Path rows =
        Files.writeString(
            folder.resolve("rows.json"),
            """
            {"mesh": {"batch": 3, "model": 2},
             "schedule": [{"name": "BP", "axis": "batch", "tile": {"arg94": 0}},
                          {"name": "rows", "axis": "model", "tile": {"arg0": 0}}]}
            """);
    JsonObject outcome =
        partir("verify", program.toString(), "--schedule", rows.toString(), "--json");
    assertThat(outcome.get("equal").getAsBoolean()).isTrue();
    out.getBuffer().setLength(0);
    JsonObject report = partir("plan", program.toString(), "--schedule", rows.toString(), "--json");
    for (var count : collectives(report.getAsJsonArray("tactics").get(1)).entrySet()) {
      assertWithMessage("rows, %s", count.getKey())
          .that(number(count.getValue()))
          .isEqualTo(count.getKey().equals("all_reduce") ? 1 : 0);
    }
  }

  private static JsonObject collectives(JsonElement figures) {
    return figures.getAsJsonObject().getAsJsonObject("collectives");
  }

  private static long number(JsonElement count) {
    return count.getAsJsonObject().get("count").getAsLong();
  }
}
