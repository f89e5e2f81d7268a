package dev.partir.cli;

import static com.google.common.truth.Truth.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PartirTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int partir(String... args) {
    return Partir.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void helpNamesTheCommandAndSucceeds() {
    assertThat(partir("--help")).isEqualTo(0);
    assertThat(out.toString()).startsWith("Usage: partir");
  }

  @Test
  void versionNamesTheJavaThatRunsIt() {
    assertThat(partir("--version")).isEqualTo(0);
    assertThat(out.toString()).contains("Java " + Runtime.version());
  }

  @Test
  void unknownOptionIsExitStatusTwo() {
    assertThat(partir("--no-such-option")).isEqualTo(2);
    assertThat(err.toString()).contains("--no-such-option");
  }
}
