package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of docs/sharding-annotations.md do what the page says. */
final class AnnotationSnippetsTest {
  private static final Path PAGE = Path.of("..", "docs", "sharding-annotations.md");

  static List<String> programs() throws IOException {
    Matcher matcher =
        Pattern.compile("```mlir\n// (.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    List<String> programs = new ArrayList<>();
    while (matcher.find()) {
      programs.add(matcher.group(1));
    }
    return programs;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aDeviceHoldsWhatTheFirstLineSays(String program) {
    int line = program.indexOf('\n');
    Annotated annotated = Annotated.of(program.substring(line));
    assertThat(annotated.localType()).isEqualTo(program.substring(0, line));
    annotated.provePartitionMode().proveRoundTrip();
  }
}
