package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jars as a stranger's project uses them: javac in a process of its own, the processor as one
 * jar, the project a module or not.
 */
final class PackagedJarIT {
  private static final String PROCESSOR = jar("processor");
  private static final String LIBRARIES =
      String.join(File.pathSeparator, jar("annotations"), jar("runtime"), jar("jspecify"));

  private static final String MODEL =
      """
      package stranger;

      import dev.partir.annotations.Axis;
      import dev.partir.annotations.Dims;
      import dev.partir.annotations.Mesh;
      import dev.partir.annotations.Partitioned;
      import dev.partir.annotations.Size;
      import dev.partir.dsl.Tensor;

      /** A layer. */
      @Partitioned(
          mesh = @Mesh(@Axis(name = "batch", size = 4)),
          tactics = "BP",
          sizes = Layer.Sizes.class)
      public final class Layer {
        private Layer() {}

        /** How large it is. */
        public record Sizes(@Size(8) int batch, @Size(16) int in, @Size(4) int out) {}

        /** Its parameters. */
        public record Params(@Dims("in, out") Tensor weights, @Dims("out") Tensor bias) {}

        /** Applies it. */
        public static Tensor apply(Params params, @Dims("batch, in") Tensor x) {
          return x.matmul(params.weights()).plus(params.bias());
        }
      }
      """;

  private static final String MAIN =
      """
      package stranger;

      /** Prints what a device holds. */
      public final class Main {
        private Main() {}

        /** Prints it. */
        public static void main(String[] args) {
          System.out.println(LayerPlan.partition().local().main().type());
        }
      }
      """;

  private static final String MODULE =
      """
      module stranger {
        requires dev.partir.annotations;
        requires dev.partir.runtime;
        requires static java.compiler;
      }
      """;

  private static final String TYPE =
      "(tensor<16x4xf32>, tensor<4xf32>, tensor<2x16xf32>) -> tensor<2x4xf32>";

  private static String jar(String name) {
    String path = System.getProperty("partir.jar." + name);
    assertWithMessage("property partir.jar.%s", name).that(path).isNotNull();
    return path;
  }

  private record Ended(int status, String output) {}

  private static Ended run(Path folder, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), output);
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private static Path write(Path folder, String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  /** Compiles a project; {@code path} is the option for the libraries. */
  private static Ended compile(Path folder, String path, String... files) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(tool("javac"), "-Xlint:all,-processing", "-Werror", "-d", "classes"));
    command.addAll(List.of(path, LIBRARIES, "-processorpath", PROCESSOR));
    command.addAll(List.of(files));
    return run(folder, command);
  }

  @Test
  void aProjectOnTheClassPathIsCompiledAndRuns(@TempDir Path folder) throws Exception {
    write(folder, "stranger/Layer.java", MODEL);
    write(folder, "stranger/Main.java", MAIN);
    Ended compiled = compile(folder, "-cp", "stranger/Layer.java", "stranger/Main.java");
    assertThat(compiled).isEqualTo(new Ended(0, ""));
    assertThat(Files.exists(folder.resolve("classes/stranger/LayerPlan.class"))).isTrue();
    String path = "classes" + File.pathSeparator + LIBRARIES;
    Ended ran = run(folder, List.of(tool("java"), "-cp", path, "stranger.Main"));
    assertThat(ran).isEqualTo(new Ended(0, TYPE + System.lineSeparator()));
  }

  @Test
  void aModuleIsCompiledAndRuns(@TempDir Path folder) throws Exception {
    write(folder, "module-info.java", MODULE);
    write(folder, "stranger/Layer.java", MODEL);
    write(folder, "stranger/Main.java", MAIN);
    // Names of modules that jars only claim draw a warning of their own.
    Ended compiled =
        run(
            folder,
            List.of(
                tool("javac"),
                "-d",
                "classes",
                "--module-path",
                LIBRARIES,
                "--processor-path",
                PROCESSOR,
                "module-info.java",
                "stranger/Layer.java",
                "stranger/Main.java"));
    assertThat(compiled).isEqualTo(new Ended(0, ""));
    String path = "classes" + File.pathSeparator + LIBRARIES;
    Ended ran =
        run(folder, List.of(tool("java"), "--module-path", path, "-m", "stranger/stranger.Main"));
    assertThat(ran).isEqualTo(new Ended(0, TYPE + System.lineSeparator()));
  }

  @Test
  void aWrongModelIsRefusedAtItsValue(@TempDir Path folder) throws Exception {
    write(
        folder,
        "stranger/Layer.java",
        MODEL.replace("\"batch, in\") Tensor", "\"batch, im\") Tensor"));
    Ended compiled = compile(folder, "-cp", "stranger/Layer.java");
    assertThat(compiled.status()).isEqualTo(1);
    assertThat(compiled.output()).contains("stranger/Layer.java:25: error: [partir:");
    assertThat(compiled.output()).contains("\"im\"");
    assertThat(compiled.output()).doesNotContain("\tat ");
  }

  /** What another processor brings of the same libraries cannot be in the way. */
  @Test
  void noLibraryHasItsOwnNames() throws Exception {
    try (JarFile file = new JarFile(PROCESSOR);
        Stream<String> names = file.stream().map(entry -> entry.getName())) {
      assertThat(
              names
                  .filter(name -> !name.endsWith("/"))
                  .filter(name -> !name.startsWith("dev/partir/"))
                  .filter(name -> !name.startsWith("META-INF/"))
                  .toList())
          .isEmpty();
    }
  }
}
