package dev.partir.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The guides tell the truth: every command in a block marked {@code console} is run, and gives what
 * stands below it; pictures are those that the tool draws. To write them anew: {@code ./mvnw test
 * -pl partir-cli -am -Dpartir.goldens=update}.
 */
final class GuideTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK =
      Pattern.compile("```console\n\\$ \\./partir (.*)\n([^`]*)```");
  private static final Pattern SECONDS = Pattern.compile("\\(\\d+\\.\\d s\\)");
  private static final boolean UPDATE = "update".equals(System.getProperty("partir.goldens"));

  private static String run(List<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>();
    for (String word : words) {
      arguments.add(word.startsWith("examples/") ? ROOT.resolve(word).toString() : word);
    }
    Partir.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(new String[0]));
    assertThat(err.toString()).isEmpty();
    return SECONDS
        .matcher(out.toString().replace(ROOT.toString() + "/", "").stripTrailing() + "\n")
        .replaceAll("(0.1 s)");
  }

  @Test
  void theCommandsOfTheGuideToPartitioning() throws IOException {
    Path guide = ROOT.resolve("docs/partitioning.md");
    String text = Files.readString(guide);
    StringBuilder updated = new StringBuilder();
    Matcher block = BLOCK.matcher(text);
    int blocks = 0;
    while (block.find()) {
      blocks++;
      String output = run(Arrays.asList(block.group(1).split(" ")));
      if (!UPDATE) {
        assertWithMessage(block.group(1)).that(block.group(2)).isEqualTo(output);
      }
      String filled = "```console\n$ ./partir " + block.group(1) + "\n" + output + "```";
      block.appendReplacement(updated, Matcher.quoteReplacement(filled));
    }
    block.appendTail(updated);
    assertThat(blocks).isAtLeast(5);
    if (UPDATE) {
      Files.writeString(guide, updated.toString());
    }
  }

  @Test
  void thePictureOfTheGuide() throws IOException {
    Path picture = ROOT.resolve("docs/images/hidden.svg");
    Path drawn = UPDATE ? picture : Files.createTempFile("hidden", ".svg");
    Files.createDirectories(picture.getParent());
    run(
        List.of(
            "explain",
            "examples/programs/mlp.mlir",
            "--schedule",
            "examples/schedules/mlp.json",
            "%h",
            "--picture",
            drawn.toString()));
    assertThat(Files.readString(drawn)).isEqualTo(Files.readString(picture));
  }
}
