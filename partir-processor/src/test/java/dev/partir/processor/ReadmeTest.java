package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

/**
 * The README shows models that compile and what the compiler says of mistakes in them; with {@code
 * -Dpartir.goldens=update} what it says is written there anew.
 */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path GUIDE = Path.of("..", "docs", "annotations.md");
  private static final String FIRST = "## A first model";
  private static final String DEEP = "## A model of a hundred layers";

  /** A mistake: what stands in the first model, and what is written instead. */
  private record Mistake(String right, String wrong) {}

  private static final List<Mistake> MISTAKES =
      List.of(
          new Mistake("\"hidden\", axis = \"model\"", "\"hidden\", axis = \"modle\""),
          new Mistake("tactic = \"BP\", dim = \"rows\"", "tactic = \"BP\", dim = \"row\""),
          new Mistake("\"rows=1024, embed=512\"", "\"rows=1022, embed=512\""),
          new Mistake("\"hidden=2048, embed=512\"", "\"hidden=2048, embed=500\""),
          new Mistake("\"MP\", \"Z3\"}", "\"MP\", \"Z3\", \"Z4\"}"));

  private static String block(Path page, String heading, String language) throws IOException {
    String text = Files.readString(page);
    int section = text.indexOf(heading);
    assertThat(section).isAtLeast(0);
    String opening = "```" + language + "\n";
    int start = text.indexOf(opening, section) + opening.length();
    return text.substring(start, text.indexOf("```", start));
  }

  @Test
  void theFirstModelCompiles() throws IOException {
    Compilation compilation = Models.compile("Mlp", block(README, FIRST, "java"));
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).generatedSourceFile("MlpPlan");
  }

  @Test
  void theDeepModelCompiles() throws IOException {
    Compilation compilation = Models.compile("Deep", block(README, DEEP, "java"));
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).generatedSourceFile("DeepPlan");
  }

  @Test
  void theGuidesModelCompiles() throws IOException {
    Compilation compilation = Models.compile("Decoder", block(GUIDE, "## Records", "java"));
    assertThat(compilation).succeededWithoutWarnings();
  }

  @Test
  void mistakesAreToldAsShown() throws IOException {
    String first = block(README, FIRST, "java");
    var told = new StringBuilder();
    for (Mistake mistake : MISTAKES) {
      assertThat(first).contains(mistake.right());
      String text = first.replace(mistake.right(), mistake.wrong());
      Compilation compilation = Models.compile("Mlp", text);
      assertThat(compilation).hadErrorCount(1);
      told.append(told.isEmpty() ? "" : "\n").append(shown(compilation.errors().get(0), text));
    }
    String shown = block(README, "## What an error looks like", "text");
    if ("update".equals(System.getProperty("partir.goldens"))) {
      String readme = Files.readString(README);
      Files.writeString(
          README, readme.replace("```text\n" + shown + "```", "```text\n" + told + "```"));
    } else {
      assertThat(shown).isEqualTo(told.toString());
    }
  }

  /** Returns an error as javac prints it, its message broken into lines. */
  private static String shown(Diagnostic<? extends JavaFileObject> error, String text) {
    String line = text.lines().toList().get((int) error.getLineNumber() - 1);
    int column = (int) error.getColumnNumber() - 1;
    String message = "Mlp.java:" + error.getLineNumber() + ": error: " + error.getMessage(null);
    return ErrorPagesTest.wrap(message) + line + "\n" + " ".repeat(column) + "^\n";
  }
}
