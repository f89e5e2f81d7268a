package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jdt.core.compiler.CompilationProgress;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles models with Eclipse's compiler, which has none of javac's trees. */
class EclipseTest {
  @TempDir private Path folder = Path.of("");

  /** Compiles {@code demo.Decoder}; returns what the compiler says. */
  private String compile(String text) throws IOException {
    Path source = Files.createDirectories(folder.resolve("demo")).resolve("Decoder.java");
    Files.writeString(source, text);
    // The service file is generated into the main classes; a class path is all that it needs.
    String classPath = System.getProperty("java.class.path", "");
    var said = new StringWriter();
    CompilationProgress silent = null;
    BatchCompiler.compile(
        new String[] {
          "-17",
          "-cp",
          classPath,
          "-processor",
          PartirProcessor.class.getName(),
          "-processorpath",
          classPath,
          "-d",
          folder.resolve("out").toString(),
          "-s",
          folder.resolve("out").toString(),
          source.toString()
        },
        new PrintWriter(said),
        new PrintWriter(said),
        silent);
    return said.toString();
  }

  @Test
  void recordsAndSchedulesMakeTheSamePlan() throws IOException {
    String said = compile(Models.DECODER);
    assertThat(said).isEmpty();
    Path plan = folder.resolve("out/demo/DecoderPlan.java");
    assertWithMessage(said).that(Files.exists(plan)).isTrue();
    Goldens.assertMatches("DecoderPlan.java", Files.readString(plan));
    for (String file : List.of("DecoderPlan$Train.class", "DecoderPlan$Serve.class")) {
      assertThat(Files.exists(folder.resolve("out/demo/" + file))).isTrue();
    }
  }

  @Test
  void errorsHaveTheSameWords() throws IOException {
    String wrong =
        Models.DECODER.replace(
            "@Shard(tactic = \"Z3\", firstDivisible = true, axis = \"batch\")",
            "@Shard(tactic = \"Z3\", firstDivisible = true, axis = \"bach\")");
    String said = compile(wrong);
    long line = wrong.substring(0, wrong.indexOf("\"bach\"")).lines().count();
    assertThat(said)
        .contains("1. ERROR in " + folder.resolve("demo/Decoder.java") + " (at line " + line + ")");
    assertThat(said)
        .contains(
            "[partir:unknown-axis] Decoder.step (train), tactic \"Z3\": the mesh has no axis"
                + " \"bach\" (mesh batch=4, model=2). The nearest is \"batch\". See"
                + " docs/errors/unknown-axis.md");
    assertThat(said).contains("(1 error)");
  }
}
