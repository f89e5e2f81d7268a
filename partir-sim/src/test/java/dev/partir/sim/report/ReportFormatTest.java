package dev.partir.sim.report;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.partir.ir.PartirException;
import dev.partir.spmd.Reshard;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xml.sax.InputSource;

final class ReportFormatTest {
  private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");

  /** To write the files anew: {@code ./mvnw test -pl partir-sim -am -Dpartir.goldens=update}. */
  @ParameterizedTest
  @EnumSource(
      value = ReportFormat.class,
      names = {"JSON", "MARKDOWN"})
  void textIsThatOfTheGoldenFile(ReportFormat format) throws IOException {
    String text = format.render(SampleReports.small());
    Path golden = GOLDENS.resolve("small-report" + format.suffix());
    if ("update".equals(System.getProperty("partir.goldens"))) {
      Files.createDirectories(GOLDENS);
      Files.writeString(golden, text);
    }
    assertThat(text).isEqualTo(Files.readString(golden));
  }

  @Test
  void jsonHasTheFieldsThatToolsRead() {
    PlanReport report = SampleReports.large();
    JsonObject json = JsonParser.parseString(ReportFormat.JSON.render(report)).getAsJsonObject();
    assertThat(json.get("mesh").toString()).isEqualTo("{\"pod\":2,\"batch\":32,\"model\":16}");
    assertThat(json.getAsJsonArray("tactics")).hasSize(2);
    for (JsonElement tactic : json.getAsJsonArray("tactics")) {
      assertThat(tactic.getAsJsonObject().keySet())
          .containsExactly(
              "name",
              "actions",
              "collectives",
              "estimated_seconds",
              "communication_seconds",
              "model_flops_utilization",
              "peak_memory_bytes",
              "flops",
              "conflicts",
              "partition_millis")
          .inOrder();
    }
    JsonObject last = json.getAsJsonObject("final");
    JsonObject collectives = last.getAsJsonObject("collectives");
    assertThat(collectives.keySet())
        .containsExactly(
            "all_gather", "all_reduce", "reduce_scatter", "all_to_all", "collective_permute")
        .inOrder();
    assertThat(collectives.getAsJsonObject("all_reduce").get("count").getAsLong()).isEqualTo(289);
    assertThat(last.get("estimated_seconds").getAsDouble()).isEqualTo(1.31);
    assertThat(last.get("peak_memory_bytes").getAsLong()).isEqualTo(45L << 30);
    assertThat(last.get("fits").getAsBoolean()).isFalse();
    assertThat(last.getAsJsonArray("conflicts")).hasSize(2);
    assertThat(json.getAsJsonArray("inputs")).hasSize(report.inputs().size());
    JsonObject padding = json.getAsJsonArray("padding").get(0).getAsJsonObject();
    assertThat(padding.get("block_size").getAsLong()).isEqualTo(3142);
    assertThat(padding.get("padded_share").getAsDouble()).isWithin(1e-6).of(15.0 / 50272);
    assertThat(padding.get("masks").getAsLong()).isEqualTo(2);
  }

  @Test
  void equalReportsGiveEqualText() {
    for (ReportFormat format : ReportFormat.values()) {
      assertThat(format.render(SampleReports.large()))
          .isEqualTo(format.render(SampleReports.large()));
    }
  }

  @Test
  void pageIsWellFormedAndNamesEverything() throws Exception {
    for (PlanReport report : List.of(SampleReports.small(), SampleReports.large())) {
      String page = ReportFormat.HTML.render(report);
      var factory = DocumentBuilderFactory.newInstance();
      var document =
          factory
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(page.substring(page.indexOf("<html")))));
      String text = document.getDocumentElement().getTextContent();
      assertThat(text).contains(report.program());
      for (PlanReport.ValueRow input : report.inputs()) {
        assertThat(text).contains(input.name());
      }
      for (PlanReport.TacticRow tactic : report.tactics()) {
        for (String action : tactic.actions()) {
          assertThat(text).contains(action);
        }
        for (String conflict : tactic.figures().conflicts()) {
          assertThat(text).contains(conflict);
        }
      }
      for (PlanReport.PaddingRow row : report.padding()) {
        assertThat(text).contains(row.text());
      }
      for (Reshard kind : report.total().collectives().keySet()) {
        assertThat(text).contains(kind.label());
      }
    }
  }

  @Test
  void pageAsksForNothingElse() {
    String page = ReportFormat.HTML.render(SampleReports.large());
    for (String outside : List.of("http", "src=", "url(", "@import", "<script", "<link")) {
      assertWithMessage(outside).that(page).doesNotContain(outside);
    }
  }

  @Test
  void namesAreEscaped() {
    String page = ReportFormat.HTML.render(SampleReports.small());
    assertThat(page).contains("Mlp&lt;forward&gt; &amp; &quot;friends&quot;");
    assertThat(page).doesNotContain("Mlp<forward>");
    assertThat(ReportFormat.MARKDOWN.render(SampleReports.small()))
        .contains("# Plan of Mlp\\<forward\\> & \"friends\"");
  }

  @Test
  void formatIsChosenByTheNameOfTheFile() {
    assertThat(ReportFormat.of(Path.of("a", "Plan.HTML"))).isEqualTo(ReportFormat.HTML);
    assertThat(ReportFormat.of(Path.of("plan.md"))).isEqualTo(ReportFormat.MARKDOWN);
    assertThat(ReportFormat.of(Path.of("plan.json"))).isEqualTo(ReportFormat.JSON);
    var thrown = assertThrows(PartirException.class, () -> ReportFormat.of(Path.of("plan.pdf")));
    assertThat(thrown)
        .hasMessageThat()
        .isEqualTo(
            "[partir:usage] report \"plan.pdf\": no report has such a name. End it in .html, .md"
                + " or .json. See docs/errors/usage.md");
  }
}
