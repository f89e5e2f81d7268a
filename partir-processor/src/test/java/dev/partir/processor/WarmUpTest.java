package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is loaded beside the compiler is what plans are written with. */
class WarmUpTest {
  private static final String LIBRARY = "com.palantir.javapoet.";

  @Test
  void writesAClass() throws Exception {
    assertThat(WarmUp.write())
        .isEqualTo(
            """
            package dev.partir;

            import dev.partir.dsl.Tree;
            import dev.partir.mesh.Mesh;

            /**
             * The plan of {@link WarmUpPlan}.
             */
            @SuppressWarnings("unused")
            final class WarmUpPlan {
              static final Mesh MESH = Mesh.of(
                  "a", 1);

              static Tree<WarmUpPlan> plan(Mesh mesh) {
                return plan(mesh);
              }
            }
            """);
  }

  /** Either warms up or compiles a model, as its argument says. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
      if (args[0].equals("warm")) {
        WarmUp.write();
      } else {
        assertThat(Models.compile("", Models.source("demo.Mlp", Models.MLP)).errors()).isEmpty();
      }
    }
  }

  @Test
  void loadsAllThatWritesPlans() throws Exception {
    Set<String> warm = loaded("warm");
    Set<String> compiling = loaded("compile");
    // What asks an element for its name, of which there are none outside a compiler.
    compiling.remove(LIBRARY + "ClassName$1");
    assertThat(compiling).contains(LIBRARY + "LineWrapper");
    assertThat(warm).containsAtLeastElementsIn(compiling);
  }

  /** Returns the classes of the library that a new JVM loads to do something. */
  private static Set<String> loaded(String what) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-verbose:class",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            what);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertWithMessage(output).that(process.waitFor()).isEqualTo(0);
    Set<String> names = new TreeSet<>();
    for (String word : output.split("\\s+", -1)) {
      // Classes that the JVM makes for lambdas have numbers.
      if (word.startsWith(LIBRARY) && !word.contains("$$")) {
        names.add(word);
      }
    }
    return names;
  }
}
