package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.util.stream.Collectors.joining;

import com.google.testing.compile.Compilation;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.schedule.Annotations;
import dev.partir.text.MlirParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every error has a page, and the pages are right: wrong examples in Java and MLIR are refused with
 * the text on the page, right ones are taken. With {@code -Dpartir.goldens=update} the texts of the
 * pages are made anew.
 */
class ErrorPagesTest {
  private static final Path FOLDER = Path.of("..", "docs", "errors");
  private static final String INDEX = "README.md";
  private static final boolean UPDATE = "update".equals(System.getProperty("partir.goldens"));
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  /** Codes whose examples need more than a compiler: a command line, files, a run. */
  private static final Set<String> BY_HAND =
      Set.of(
          "check-failed",
          "conflict",
          "file",
          "invalid-argument",
          "invalid-baseline",
          "invalid-profile",
          "invalid-schedule",
          "no-derivative",
          "usage",
          "whole-dimension");

  @Test
  void everyCodeHasAPageAndEveryPageACode() throws IOException {
    Set<String> pages = new TreeSet<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      files.forEach(file -> pages.add(file.getFileName().toString()));
    }
    pages.remove(INDEX);
    assertThat(pages)
        .containsExactlyElementsIn(
            Arrays.stream(ErrorCode.values()).map(code -> code.id() + ".md").toList());
  }

  @Test
  void theIndexHasEveryCode() throws IOException {
    StringBuilder text = new StringBuilder("# Errors and warnings\n\n| name | |\n| --- | --- |\n");
    for (ErrorCode code : ErrorCode.values()) {
      text.append("| [%1$s](%1$s.md) | %2$s |\n".formatted(code.id(), code.summary()));
    }
    if (UPDATE) {
      Files.writeString(FOLDER.resolve(INDEX), text);
    }
    assertThat(Files.readString(FOLDER.resolve(INDEX))).isEqualTo(text.toString());
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void pagesHaveOneForm(ErrorCode code) throws IOException {
    Path file = FOLDER.resolve(code.id() + ".md");
    if (UPDATE) {
      String old = Files.readString(file);
      Files.writeString(
          file, old.replaceFirst("\n\n\\*.*?\\*\n\n", "\n\n*" + code.summary() + "*\n\n"));
    }
    String text = Files.readString(file);
    assertThat(text).startsWith("# " + code.id() + "\n\n*" + code.summary() + "*\n\n");
    assertThat(text).contains("\n## Wrong\n\n```");
    assertThat(text).contains("\n## Right\n\n```");
    assertThat(text).endsWith("```\n");
    assertWithMessage("lines over 110 columns")
        .that(text.lines().filter(line -> line.length() > 110).toList())
        .isEmpty();
  }

  static List<String> codes() {
    return Arrays.stream(ErrorCode.values()).map(ErrorCode::id).toList();
  }

  static List<String> compiledCodes() {
    return codes().stream().filter(code -> !BY_HAND.contains(code)).toList();
  }

  @ParameterizedTest
  @MethodSource("compiledCodes")
  void examplesAreWhatTheySay(String code) throws IOException {
    Path file = FOLDER.resolve(code + ".md");
    String text = Files.readString(file);
    List<String> languages = new ArrayList<>();
    List<String> blocks = new ArrayList<>();
    for (Matcher matcher = BLOCK.matcher(text); matcher.find(); ) {
      languages.add(matcher.group(1));
      blocks.add(matcher.group(2));
    }
    assertThat(languages).hasSize(3);
    List<String> messages = messages(languages.get(0), blocks.get(0), code);
    assertThat(messages).isNotEmpty();
    for (String message : messages) {
      assertThat(message).contains("[partir:" + code + "] ");
    }
    assertThat(messages(languages.get(2), blocks.get(2), code)).isEmpty();
    String told = messages.stream().map(ErrorPagesTest::wrap).collect(joining());
    if (UPDATE) {
      Files.writeString(file, text.replace("```text\n" + blocks.get(1), "```text\n" + told));
    } else {
      assertThat(blocks.get(1)).isEqualTo(told);
    }
  }

  /** Returns the errors of an example, and its warnings of one name. */
  private static List<String> messages(String language, String example, String code) {
    if (language.equals("java")) {
      Compilation compilation = Models.compile("demo.Mlp", Models.IMPORTS + example);
      return compilation.diagnostics().stream()
          .filter(d -> d.getKind() == Kind.ERROR || d.getMessage(null).contains(":" + code + "]"))
          .map(d -> d.getMessage(null))
          .toList();
    }
    try {
      Module module = MlirParser.parse("program.mlir", example);
      module.main();
      if (Annotations.present(module)) {
        Annotations.of(module, null);
      }
      return List.of();
    } catch (PartirException e) {
      return e.diagnostics().stream().map(Diagnostic::toString).toList();
    }
  }

  /** Breaks a message into lines. */
  static String wrap(String message) {
    var text = new StringBuilder();
    int column = 0;
    for (String word : message.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > 96) {
        text.append('\n');
        column = 0;
      }
      text.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return text.append('\n').toString();
  }
}
