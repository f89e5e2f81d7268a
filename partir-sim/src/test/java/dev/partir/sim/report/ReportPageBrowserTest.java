package dev.partir.sim.report;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Opens the page in a headless Chromium: the one that the system property {@code partir.chromium}
 * names, or the first on the path.
 */
@Tag("browser")
final class ReportPageBrowserTest {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");

  @TempDir private Path folder = Path.of("");

  private static @Nullable Path chromium() {
    String property = System.getProperty("partir.chromium");
    if (property != null) {
      return Path.of(property);
    }
    String path = System.getenv("PATH");
    for (String directory : path == null ? new String[0] : path.split(File.pathSeparator, -1)) {
      for (String name : NAMES) {
        Path file = Path.of(directory, name);
        if (Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return null;
  }

  /** Runs the browser on a page and returns what it wrote. */
  private String run(PlanReport report) throws IOException, InterruptedException {
    return run(ReportFormat.HTML.render(report), "--dump-dom");
  }

  private String run(String html, String... options) throws IOException, InterruptedException {
    Path browser = chromium();
    assumeTrue(
        browser != null,
        "the page was not tried in a browser: no Chromium on the path; install one, or name it"
            + " with -Dpartir.chromium=FILE");
    Path page = Files.writeString(folder.resolve("page.html"), html);
    List<String> command = new ArrayList<>();
    command.add(String.valueOf(browser));
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page.toUri().toString());
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).isEqualTo(0);
    String messages = Files.readString(log);
    assertThat(messages).doesNotContain("CONSOLE");
    assertThat(messages).doesNotContain("net::ERR");
    return Files.readString(out);
  }

  private static int count(String text, String part) {
    return (int) Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
  }

  @Test
  void smallPageHasAllItsPictures() throws Exception {
    String page = run(SampleReports.small());
    assertThat(count(page, "<svg class=\"mesh\"")).isEqualTo(1);
    assertThat(count(page, "class=\"device\"")).isEqualTo(8);
    // Three inputs and one result, each of its own layout; then a small copy for each.
    assertThat(count(page, "<svg class=\"sharding\"")).isEqualTo(4);
    assertThat(count(page, "<svg class=\"thumbnail\"")).isEqualTo(4);
    // Four blocks of x, eight of up and of down, four of the result.
    assertThat(count(page, "class=\"block\"")).isEqualTo(24);
    assertThat(count(page, "<svg class=\"memory\"")).isEqualTo(1);
    assertThat(count(page, "class=\"kind all_")).isEqualTo(3);
    assertThat(page).contains("fits in 32 GiB");
  }

  @Test
  void largePageHasAPictureForEveryInput() throws Exception {
    PlanReport report = SampleReports.large();
    String page = run(report);
    assertThat(count(page, "<svg class=\"thumbnail\""))
        .isEqualTo(report.inputs().size() + report.outputs().size());
    // Scalar, vector, matrices, tensors of rank 3 and 4, whole vectors; and the loss.
    assertThat(count(page, "<svg class=\"sharding\"")).isEqualTo(10);
    assertThat(count(page, "class=\"capacity\"")).isEqualTo(1);
    assertThat(page).contains("does not fit in 32 GiB");
  }

  /** Tables scroll by themselves where they must; the page never does. */
  @ParameterizedTest
  @ValueSource(ints = {500, 1200})
  void pageIsAsWideAsItsWindow(int width) throws Exception {
    String ask = "<script>document.title = document.documentElement.scrollWidth</script></body>";
    String page = ReportFormat.HTML.render(SampleReports.large()).replace("</body>", ask);
    String shown = run(page, "--window-size=" + width + ",2000", "--dump-dom");
    assertThat(shown).contains("<title>" + width + "</title>");
  }
}
