package dev.partir.maven;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide's snippet and table are what Maven reads of the plugin. */
final class GuideTest {
  private static String descriptor() throws IOException {
    try (InputStream in = GuideTest.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
      if (in == null) {
        throw new AssertionError("the plugin has no descriptor");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "build-step.md"));
  }

  private static String value(String xml, String element) {
    Matcher matcher =
        Pattern.compile("<" + element + ">\\s*(.*?)\\s*</" + element + ">").matcher(xml);
    return matcher.find() ? matcher.group(1) : "";
  }

  @Test
  void theSnippetNamesTheGoal() throws IOException {
    String guide = guide();
    String xml =
        guide.substring(
            guide.indexOf("```xml\n"), guide.indexOf("```\n", guide.indexOf("```xml\n")));
    for (String element : List.of("groupId", "artifactId", "version", "goal")) {
      assertThat(value(xml, element)).isEqualTo(value(descriptor(), element));
    }
    assertThat(value(descriptor(), "goalPrefix")).isEqualTo("partir");
    assertThat(value(descriptor(), "phase")).isEqualTo("process-classes");
  }

  @Test
  void theTableHasTheParametersAndTheirDefaults() throws IOException {
    List<String> rows = new ArrayList<>();
    Matcher parameters =
        Pattern.compile(
                "<(\\w+) implementation=\"[^\"]*\" default-value=\"([^\"]*)\"(?:/>|>(.*?)</)")
            .matcher(value(descriptor().replace('\n', ' '), "configuration"));
    while (parameters.find()) {
      String name = parameters.group(1);
      if (!guide().contains("| `" + name + "` | ")) {
        // What Maven knows and nobody sets.
        assertThat(descriptor().replaceAll("\\s+", " "))
            .containsMatch("<name>" + name + "</name>.{0,120}<editable>false</editable>");
        continue;
      }
      String property = parameters.group(3) == null ? "" : parameters.group(3);
      rows.add(
          "| `%s` |%s | `%s`"
              .formatted(
                  name,
                  property.isEmpty() ? "" : " `" + property.replaceAll("[${}]", "") + "`",
                  parameters.group(2)));
    }
    assertThat(rows).hasSize(6);
    for (String row : rows) {
      assertThat(guide()).contains(row);
    }
  }
}
