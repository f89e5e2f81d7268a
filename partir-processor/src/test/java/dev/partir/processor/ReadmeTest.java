package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows a model that compiles and what the compiler says of one that does not. */
class ReadmeTest {
  private static String block(String opening) throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    int start = readme.indexOf(opening) + opening.indexOf('\n') + 1;
    assertThat(start).isGreaterThan(opening.indexOf('\n'));
    return readme.substring(start, readme.indexOf("```", start));
  }

  @Test
  void theFirstModelCompiles() throws IOException {
    Compilation compilation = Models.compile("Mlp", block("```java\nimport dev.partir"));
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).generatedSourceFile("MlpPlan");
  }

  @Test
  void theErrorIsWhatTheCompilerSays() throws IOException {
    String wrong =
        block("```java\nimport dev.partir")
            .replace("\"hidden\", axis = \"model\"", "\"hidden\", axis = \"modle\"");
    Compilation compilation = Models.compile("Mlp", wrong);
    assertThat(compilation).hadErrorCount(1);
    String shown = block("```text\n[partir:").replace('\n', ' ').strip();
    assertThat(compilation).hadErrorContaining(shown);
  }
}
