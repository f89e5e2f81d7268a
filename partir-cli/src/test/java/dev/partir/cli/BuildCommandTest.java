package dev.partir.cli;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step through the command line, as the guide's Gradle snippet calls it. */
final class BuildCommandTest {
  private static final Path GUIDE = Path.of("..", "docs", "build-step.md");

  @TempDir private Path project;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int partir(List<String> words) {
    return Partir.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words.toArray(String[]::new));
  }

  @Test
  void theWordsOfTheGuideAreTaken() throws IOException {
    String guide = Files.readString(GUIDE);
    String snippet = guide.substring(guide.indexOf("```kotlin"), guide.indexOf("## The baseline"));
    assertThat(snippet).contains("mainClass = \"" + Partir.class.getName() + "\"");
    assertThat(snippet).contains("partir(\"dev.partir:partir-cli:");
    String call = snippet.substring(snippet.indexOf("  args("), snippet.indexOf("\n  )\n"));
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("(?:\"([^\"]*)\"|(sourceSets\\S*)),").matcher(call);
    while (word.find()) {
      boolean option = word.group(1) != null && word.group(1).matches("build|--.*");
      words.add(option ? word.group(1) : project.resolve("x" + words.size()).toString());
    }
    assertThat(words).hasSize(11);
    assertThat(partir(words)).isEqualTo(0);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aBaselineIsWrittenAndReadAgain() throws IOException {
    Path baseline = project.resolve("baseline.json");
    List<String> words =
        List.of(
            "build",
            "--classes",
            project.toString(),
            "--out",
            project.resolve("out").toString(),
            "--baseline",
            baseline.toString(),
            "--conflicts",
            "warning");
    List<String> writing = new ArrayList<>(words);
    writing.add("--write-baseline");
    assertThat(partir(writing)).isEqualTo(0);
    assertThat(out.toString()).isEqualTo("baseline: " + baseline + System.lineSeparator());
    assertThat(partir(words)).isEqualTo(0);
    Files.writeString(baseline, "[]");
    assertThat(partir(words)).isEqualTo(2);
    assertThat(err.toString()).contains("[partir:invalid-baseline] " + baseline);
  }
}
