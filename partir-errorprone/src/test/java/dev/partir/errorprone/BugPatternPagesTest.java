package dev.partir.errorprone;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.errorprone.BugPattern;
import com.google.errorprone.bugpatterns.BugChecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every check has a page, and the pages are right: the check says of the wrong example what the
 * page says, and nothing of the right one. With {@code -Dpartir.goldens=update} the texts are made
 * anew.
 */
final class BugPatternPagesTest {
  static final List<Class<? extends BugChecker>> CHECKS =
      List.of(
          TensorContractionMismatch.class,
          TensorBroadcastMismatch.class,
          TensorElementMismatch.class,
          TensorShapeMismatch.class,
          TensorResultIgnored.class,
          UnusedSharding.class);

  private static final Path FOLDER = Path.of("..", "docs", "bugpatterns");
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  static List<Class<? extends BugChecker>> checks() {
    return CHECKS;
  }

  @Test
  void everyCheckIsAServiceAndHasAPage() throws IOException {
    var services = new TreeSet<String>();
    for (BugChecker checker : ServiceLoader.load(BugChecker.class)) {
      if (checker.getClass().getPackage().equals(ShapeCheck.class.getPackage())) {
        services.add(checker.getClass().getSimpleName());
      }
    }
    List<String> names = CHECKS.stream().map(Class::getSimpleName).toList();
    assertThat(services).containsExactlyElementsIn(names);
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .containsExactlyElementsIn(names.stream().map(name -> name + ".md").toList());
    }
  }

  @Test
  void theGuideListsTheChecksAndSwitchesThemOn() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "model-checks.md"));
    var rows = new StringBuilder("| --- | --- | --- |\n");
    for (Class<?> check : CHECKS) {
      BugPattern pattern = check.getAnnotation(BugPattern.class);
      rows.append(
          "| [%1$s](bugpatterns/%1$s.md) | %2$s | %3$s |\n"
              .formatted(check.getSimpleName(), severity(pattern), pattern.summary()));
    }
    assertThat(guide).contains(rows + "\n");
    String xml = guide.substring(guide.indexOf("```xml\n"), guide.lastIndexOf("```"));
    assertThat(values(xml, "artifactId"))
        .containsExactly("maven-compiler-plugin", "error_prone_core", "partir-errorprone");
    String wrong = "class M { static Tensor f(@Dims(\"2, 3\") Tensor x) { return x.matmul(x); } }";
    // One check of Error Prone itself cannot read where a source in memory lies.
    List<String> options =
        values(xml, "arg").stream()
            .map(arg -> arg.replace(":ErrorProne", ":ErrorProne -Xep:PackageInfo:OFF"))
            .toList();
    assertThat(Checked.compile(wrong, options).stream().map(Checked.Told::check))
        .containsExactly("TensorContractionMismatch");
  }

  private static String severity(BugPattern pattern) {
    return pattern.severity().name().toLowerCase(Locale.ROOT);
  }

  private static List<String> values(String xml, String element) {
    return Pattern.compile("<" + element + ">(.*)</" + element + ">")
        .matcher(xml)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("checks")
  void pagesHaveOneForm(Class<? extends BugChecker> check) throws IOException {
    BugPattern pattern = check.getAnnotation(BugPattern.class);
    assertThat(pattern.link()).isEqualTo("docs/bugpatterns/" + check.getSimpleName() + ".md");
    String text = Files.readString(FOLDER.resolve(check.getSimpleName() + ".md"));
    assertThat(text)
        .startsWith(
            "# %s\n\n%s.\n\nSeverity: %s.\n\n## The problem\n\n"
                .formatted(check.getSimpleName(), pattern.summary(), severity(pattern)));
    assertThat(text).contains("\n## Wrong\n\n```java\n");
    assertThat(text).contains("\n## Right\n\n```java\n");
    assertThat(text).contains("\n## Suppression\n\n");
    assertThat(text).contains("@SuppressWarnings(\"%s\")".formatted(check.getSimpleName()));
    assertWithMessage("lines over 110 columns")
        .that(text.lines().filter(line -> line.length() > 110).toList())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("checks")
  void examplesAreWhatTheySay(Class<? extends BugChecker> check) throws IOException {
    Path file = FOLDER.resolve(check.getSimpleName() + ".md");
    String text = Files.readString(file);
    List<String> blocks = new ArrayList<>();
    for (Matcher matcher = BLOCK.matcher(text); matcher.find(); ) {
      blocks.add(matcher.group(2));
    }
    assertThat(blocks).hasSize(4);
    var told = new StringBuilder();
    for (Checked.Told each : Checked.check(blocks.get(0))) {
      assertThat(each.check()).isEqualTo(check.getSimpleName());
      told.append(
          "line %d: %s"
              .formatted(each.line(), each.message())
              .replaceAll("(.{1,92})( |$)", "$1\n"));
    }
    if ("update".equals(System.getProperty("partir.goldens"))) {
      Files.writeString(file, text.replace("```text\n" + blocks.get(1), "```text\n" + told));
    } else {
      assertThat(blocks.get(1)).isEqualTo(told.toString());
    }
    assertThat(Checked.check(blocks.get(2))).isEmpty();
    assertThat(Checked.check(blocks.get(3))).isEmpty();
  }
}
