package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles wrong Kotlin models through kapt, all in one run, and says what must be said and at
 * which line of the Kotlin file. A {@code §} in a source marks the line of an error.
 */
class KaptErrorsTest {
  private static final Pattern ERROR =
      Pattern.compile("(?:error|e): (?:file://)?\\S*?(\\w+)\\.kt:(\\d+).*?(\\[partir:.*)");

  /** A wrong model by the name of its file: its text with marks, and what is said at them. */
  private final Map<String, String> models = new LinkedHashMap<>();

  private final Map<String, List<String>> messages = new LinkedHashMap<>();

  private static final String HEAD =
      """
      package demo.NAME

      import dev.partir.annotations.*
      import dev.partir.dsl.Tensor

      """;

  private static final String PARTITIONED =
      """
      @Partitioned(
        mesh = Mesh(Axis(name = "batch", size = 4), Axis(name = "model", size = 2)),
        tactics = ["BP", "MP"],
      )
      """;

  private void model(String name, String text, String... said) {
    models.put(name, HEAD.replace("NAME", name) + text);
    messages.put(name, List.of(said));
  }

  /** A model of one method that takes {@code parameters} behind a right one. */
  private void method(String name, String parameters, String... said) {
    model(
        name,
        PARTITIONED
            + """
            object M {
              @JvmStatic
            § fun forward(@Dims("batch=8, embed=512") x: Tensor, PARAMETERS): Tensor = x
            }
            """
                .replace("PARAMETERS", parameters),
        said);
  }

  private void declare() {
    String up = "@Dims(\"embed=512, hidden=2048\") ";
    method(
        "Axis1",
        up + "@Shard(tactic = \"MP\", dim = \"hidden\", axis = \"modle\") up: Tensor",
        "[partir:unknown-axis] M.forward, parameter \"up\", tactic \"MP\": the mesh has no axis"
            + " \"modle\" (mesh batch=4, model=2). The nearest is \"model\". See"
            + " docs/errors/unknown-axis.md");
    method(
        "Dim1",
        up + "@Shard(tactic = \"MP\", dim = \"hiden\", axis = \"model\") up: Tensor",
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"MP\": it has no"
            + " dimension \"hiden\"; its dimensions are embed=512, hidden=2048. The nearest is"
            + " \"hidden\". See docs/errors/unknown-dimension.md");
    method(
        "Tactic1",
        up + "@Shard(tactic = \"M\", dim = \"hidden\", axis = \"model\") up: Tensor",
        "[partir:unknown-tactic] M.forward, parameter \"up\": @Partitioned has no tactic \"M\"."
            + " The nearest is \"MP\". See docs/errors/unknown-tactic.md");
    method(
        "Twice",
        up
            + "@Shard(tactic = \"MP\", dim = \"hidden\", axis = \"model\")"
            + " @Shard(tactic = \"MP\", dim = \"embed\", axis = \"model\") up: Tensor",
        "[partir:axis-reused] M.forward, parameter \"up\", tactic \"MP\": axis \"model\" already"
            + " shards dimension \"hidden\". Remove one of the two, or use axis \"batch\" of size"
            + " 4. See docs/errors/axis-reused.md");
    method(
        "Uneven",
        "@Dims(\"embed=512, hidden=2047\") @Shard(tactic = \"MP\", dim = \"hidden\", axis ="
            + " \"model\") up: Tensor",
        "[partir:indivisible] M.forward, parameter \"up\", tactic \"MP\": dimension \"hidden\" has"
            + " size 2047, not divisible by mesh axis \"model\" of size 2 (mesh batch=4, model=2)."
            + " Shard dimension \"embed\" (size 512) instead; or pad it to 2048. See docs/errors/indivisible.md");
    method(
        "Shape",
        "@Dims(\"embed=512, hidden:2048\") @Replicate(tactic = \"MP\", axis = \"model\") up: Tensor",
        "[partir:invalid-dims] M.forward, parameter \"up\": shape \"embed=512, hidden:2048\":"
            + " \"hidden:2048\" is not a size. Write NAME=SIZE for every dimension, sizes from 1,"
            + " separated by commas, for example \"rows=1024, embed=512\"; \"\" for a scalar. See"
            + " docs/errors/invalid-dims.md");
    model(
        "Instance",
        PARTITIONED
            + """
            class M {
            § fun forward(
                @Dims("batch=8, embed=512") x: Tensor,
                @Dims("embed=512, hidden=2048") up: Tensor,
              ): Tensor = x.matmul(up)
            }
            """,
        "[partir:untraceable] M.forward: it is not static. Make it static; in Kotlin, put it into an"
            + " object and annotate it with @JvmStatic. See docs/errors/untraceable.md");
    model(
        "Profile",
        "§"
            + PARTITIONED.replace("tactics", "profile = \"tpu-v33\", tactics")
            + """
            object M {
              @JvmStatic
              fun forward(
                @Dims("batch=8, embed=512") x: Tensor,
                @Dims("embed=512, hidden=2048") up: Tensor,
              ): Tensor = x.matmul(up)
            }
            """,
        "[partir:unknown-profile] M.forward: there is no hardware profile \"tpu-v33\". The nearest"
            + " is \"tpu-v3\". See docs/errors/unknown-profile.md");
    record(
        "Component",
        """
        @Dims("embed, hidden") val up: Tensor,
        §val rate: Float,
        """,
        "",
        "[partir:invalid-tree] M.forward, record Params, component \"rate\": it is float, which"
            + " holds no tensors by name. Let it be a Tensor, a record of parameters, or a List of"
            + " one of them. See docs/errors/invalid-tree.md");
    record(
        "Size1",
        """
        @Dims("embed, hidden") val up: Tensor,
        § @Dims("hiden, embed") val down: Tensor,
        """,
        "",
        "[partir:invalid-dims] M.forward, parameter \"params/down\": shape \"hiden, embed\":"
            + " \"hiden\" has no size. The nearest is \"hidden\". See docs/errors/invalid-dims.md");
    record(
        "Repetition",
        """
        @Dims("embed, hidden") val up: Tensor,
        § val more: List<Tensor>,
        """,
        "",
        "[partir:invalid-tree] M.forward, record Params, component \"more\": it is a list, but"
            + " nothing says of how many. Say it with @Repeat(\"layers\"), a component of the"
            + " model's record of sizes. See docs/errors/invalid-tree.md");
    record(
        "Path1",
        """
        @Dims("embed, hidden") val up: Tensor,
        """,
        "@At(value = \"upp\", replicate = [Replicate(tactic = \"MP\", axis = \"model\")])",
        "[partir:unknown-value] M.forward, parameter \"params\": \"upp\" matches no leaf. The"
            + " nearest is \"up\". See docs/errors/unknown-value.md");
  }

  /** A model whose parameters are a data class of {@code components}. */
  private void record(String name, String components, String onParameter, String... said) {
    model(
        name,
        """
        data class Sizes(@Size(8) val embed: Int, @Size(16) val hidden: Int)

        data class Params(
        """
            + components
            + ")\n\n"
            + PARTITIONED.replace("tactics", "sizes = Sizes::class, tactics")
            + """
            object M {
              @JvmStatic
            MARK fun forward(ON params: Params, @Dims("batch=8, embed") x: Tensor): Tensor = x
            }
            """
                .replace("MARK", onParameter.isEmpty() ? "" : "§")
                .replace("ON", onParameter),
        said);
  }

  @Test
  void errorsStandAtTheLinesOfKotlinFiles(@TempDir Path folder) throws IOException {
    declare();
    assertThat(models.size()).isAtLeast(10);
    List<String> expected = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (Map.Entry<String, String> model : models.entrySet()) {
      String name = model.getKey();
      List<String> lines = model.getValue().lines().toList();
      int said = 0;
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains("§")) {
          expected.add(
              name + ".kt:" + (i + 1) + " " + messages.getOrDefault(name, List.of()).get(said++));
        }
      }
      Path file = folder.resolve(name + ".kt");
      Files.writeString(file, model.getValue().replace("§", ""));
      files.add(file.toString());
    }
    String output = compile(folder, files);
    Map<String, String> told = new TreeMap<>();
    List<String> actual = new ArrayList<>();
    for (Matcher error = ERROR.matcher(output); error.find(); ) {
      String text = error.group(1) + ".kt:" + error.group(2) + " " + error.group(3);
      if (told.put(text, text) == null) {
        actual.add(text);
      }
    }
    assertWithMessage(output).that(actual).containsExactlyElementsIn(expected);
  }

  private static String compile(Path folder, List<String> files) {
    List<String> classPath =
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
            .filter(entry -> !entry.isEmpty())
            .toList();
    List<String> arguments =
        new ArrayList<>(
            List.of("-no-stdlib", "-no-reflect", "-d", folder.resolve("out").toString(), "-cp"));
    arguments.add(String.join(File.pathSeparator, classPath));
    classPath.stream()
        .filter(entry -> entry.contains("kotlin-annotation-processing"))
        .forEach(jar -> arguments.add("-Xplugin=" + jar));
    List<String> options = new ArrayList<>();
    options.add("aptMode=stubsAndApt");
    options.add("sources=" + folder.resolve("sources"));
    options.add("classes=" + folder.resolve("classes"));
    options.add("stubs=" + folder.resolve("stubs"));
    options.add("mapDiagnosticLocations=true");
    options.add("processors=" + PartirProcessor.class.getName());
    classPath.forEach(entry -> options.add("apclasspath=" + entry));
    for (String option : options) {
      arguments.add("-P");
      arguments.add("plugin:org.jetbrains.kotlin.kapt3:" + option);
    }
    arguments.addAll(files);
    var output = new ByteArrayOutputStream();
    new K2JVMCompiler()
        .exec(
            new PrintStream(output, true, StandardCharsets.UTF_8),
            arguments.toArray(String[]::new));
    return output.toString(StandardCharsets.UTF_8);
  }
}
