package dev.partir.build;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonParser;
import dev.partir.build.PlanSettings.Conflicts;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.PartirException;
import dev.partir.sim.profile.HardwareProfiles;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step on a small project, from its sources to what fails the build. */
final class PlanStepTest {
  private static final String IMPORTS =
      "package demo; import dev.partir.annotations.*; import dev.partir.dsl.Tensor;\n";

  private static final String MLP =
      """
      @Partitioned(
          mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
          tactics = {"BP", "MP"},
          profile = "tpu-v3")
      final class Mlp {
        static Tensor forward(
            @Dims("rows=1024, embed=512") @Shard(tactic = "BP", dim = "rows", axis = "batch") Tensor x,
            @Dims("embed=512, hidden=2048")
                @Shard(tactic = "MP", dim = "hidden", axis = "model") Tensor up,
            @Dims("hidden=2048, embed=512") Tensor down) {
          return x.matmul(up).relu().matmul(down);
        }
      }
      """;

  @TempDir private Path project;
  private Path sources = Path.of("");
  private Path classes = Path.of("");
  private Path reports = Path.of("");
  private Path baseline = Path.of("");
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void makeProject() throws IOException {
    sources = Files.createDirectories(project.resolve("src/demo"));
    classes = Files.createDirectories(project.resolve("classes"));
    reports = project.resolve("partir");
    baseline = project.resolve("partir-baseline.json");
  }

  private void compile(String name, String model) throws IOException {
    Path file = Files.writeString(sources.resolve(name + ".java"), IMPORTS + model);
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
      JavaCompiler.CompilationTask task =
          javac.getTask(
              null,
              files,
              null,
              List.of(
                  "-d",
                  classes.toString(),
                  "-processorpath",
                  System.getProperty("java.class.path")),
              null,
              files.getJavaFileObjects(file));
      assertThat(task.call()).isTrue();
    }
  }

  private PlanStep.Result run(boolean write, Conflicts conflicts) {
    log.clear();
    return PlanStep.run(
        new PlanSettings(
            List.of(classes),
            List.of(),
            List.of(project.resolve("src")),
            reports,
            baseline,
            write,
            conflicts),
        log::add);
  }

  private PlanStep.Result run() {
    return run(false, Conflicts.ERROR);
  }

  private static List<String> texts(List<Diagnostic> findings) {
    return findings.stream().map(Diagnostic::toString).toList();
  }

  private static String line(List<String> lines, String start) {
    return lines.stream().filter(line -> line.strip().startsWith(start)).findFirst().orElse("none");
  }

  @Test
  void writesTheReportsOfEveryPlan() throws IOException {
    compile("Mlp", MLP);
    PlanStep.Result result = run();
    assertThat(texts(result.errors())).isEmpty();
    assertThat(result.models()).isEqualTo(1);
    assertThat(log).hasSize(1);
    assertThat(log.get(0)).startsWith("demo.Mlp: 1 collectives, ");
    var json = JsonParser.parseString(Files.readString(reports.resolve("demo.Mlp.json")));
    assertThat(json.getAsJsonObject().get("program").getAsString()).isEqualTo("demo.Mlp");
    assertThat(Files.readString(reports.resolve("demo.Mlp.md"))).startsWith("# Plan of demo.Mlp");
    assertThat(Files.readString(reports.resolve("demo.Mlp.html"))).contains("</html>");
  }

  /** A profile that a jar of the project, or the project itself, brings as a resource. */
  @Test
  void findsProfilesOfTheProject() throws IOException {
    Path profile = classes.resolve("META-INF/partir/profiles/small-chip.properties");
    Files.createDirectories(profile.getParent());
    String shipped;
    try (var in =
        HardwareProfiles.class.getResourceAsStream("/META-INF/partir/profiles/h100.properties")) {
      shipped = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
    Files.writeString(profile, shipped.replaceFirst("(?m)^title = .*$", "title = Small chip"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // On a processor path of its own javac finds the resource there; in this process PartIR is
    // loaded
    // already, from the class path.
    try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      compile("Mlp", MLP.replace("tpu-v3", "small-chip"));
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    assertThat(texts(run().errors())).isEmpty();
    assertThat(Files.readString(reports.resolve("demo.Mlp.json"))).contains("\"Small chip\"");
    assertThat(run().unchanged()).isEqualTo(1);
    Files.writeString(profile, shipped.replaceFirst("(?m)^title = .*$", "title = Other chip"));
    assertThat(run().unchanged()).isEqualTo(0);
    assertThat(Files.readString(reports.resolve("demo.Mlp.json"))).contains("\"Other chip\"");
  }

  @Test
  void doesNotRepeatWhatDidNotChange() throws IOException {
    compile("Mlp", MLP);
    assertThat(run().unchanged()).isEqualTo(0);
    assertThat(run().unchanged()).isEqualTo(1);
    assertThat(log).containsExactly("demo.Mlp: unchanged");
    Files.delete(reports.resolve("demo.Mlp.html"));
    assertThat(run().unchanged()).isEqualTo(0);
    assertThat(run(true, Conflicts.ERROR).unchanged()).isEqualTo(0);
    assertThat(run().unchanged()).isEqualTo(0); // The baseline is new.
    assertThat(run().unchanged()).isEqualTo(1);
    assertThat(run(false, Conflicts.NONE).unchanged()).isEqualTo(0);
    compile("Mlp", MLP.replace("1024", "2048"));
    assertThat(run(false, Conflicts.NONE).unchanged()).isEqualTo(0);
  }

  @Test
  void comparesWithTheBaseline() throws IOException {
    compile("Mlp", MLP);
    run(true, Conflicts.ERROR);
    assertThat(Files.readString(baseline)).contains("\"all_reduce\": 1");
    assertThat(texts(run().errors())).isEmpty();
    assertThat(log).hasSize(1);
    String report = Files.readString(reports.resolve("demo.Mlp.md"));
    assertThat(report).endsWith("## Compared with the baseline\n\nNothing changed.\n");

    compile(
        "Mlp",
        MLP.replace("tactics = {\"BP\", \"MP\"}", "tactics = {\"BP\"}")
            .replace("@Shard(tactic = \"MP\", dim = \"hidden\", axis = \"model\")", ""));
    assertThat(texts(run().errors())).isEmpty();
    assertThat(log.get(1)).isEqualTo("demo.Mlp changed since the baseline:");
    assertThat(line(log, "all_reduce").strip().replaceAll(" +", " ")).isEqualTo("all_reduce 1 0");
    assertThat(line(log, "step"))
        .containsMatch("step +[0-9.]+ [µm]s  [0-9.]+ [µm]s \\([+-][0-9.]+ %\\)");
    report = Files.readString(reports.resolve("demo.Mlp.md"));
    assertThat(report).contains("\n| all_reduce | 1 | 0 |\n");
  }

  @Test
  void refusesWhatExceedsTheBudget() throws IOException {
    compile(
        "Mlp",
        "@Budget(memory = \"1 MiB\", collectivesPerStep = 0, stepMillis = 0.001)\n"
            + MLP.replace("512", "8"));
    PlanStep.Result result = run();
    assertThat(result.errors()).hasSize(3);
    String place = sources.resolve("Mlp.java") + ":3:1: [partir:over-budget] demo.Mlp: ";
    List<String> told = texts(result.errors());
    for (String text : told) {
      assertThat(text).startsWith(place);
      assertThat(text).endsWith(" See docs/errors/over-budget.md");
    }
    assertThat(told.get(0))
        .containsMatch(
            "a step needs [0-9.]+ MiB on a device, more than the 1 MiB of its budget \\(");
    assertThat(told.get(0)).contains(". At the peak memory goes to \"");
    assertThat(told.get(1)).contains("a step runs 1 collectives, more than the 0 of its budget (");
    assertThat(told.get(1)).contains(". They are 1 all_reduce.");
    assertThat(told.get(2))
        .containsMatch("a step takes about [0-9.]+ µs, more than the 1.00 µs of");
    // A plan that failed is done again.
    assertThat(run().errors()).hasSize(3);
  }

  @Test
  void takesBudgetsThatAreKept() throws IOException {
    compile("Mlp", "@Budget(memory = \"1 GiB\", collectivesPerStep = 1, stepMillis = 100)\n" + MLP);
    assertThat(texts(run().errors())).isEmpty();
  }

  @Test
  void runsEverySchedule() throws IOException {
    compile(
        "Mlp",
        MLP.replace(
            MLP.substring(0, MLP.indexOf("final class")),
            """
            @Partitioned
            @Schedule(name = "train", mesh = @Mesh(@Axis(name = "batch", size = 4)),
                tactics = "BP")
            @Schedule(name = "serve", mesh = @Mesh(@Axis(name = "model", size = 2)),
                tactics = "MP", budget = @Budget(collectivesPerStep = 0))
            """));
    PlanStep.Result result = run();
    assertThat(result.models()).isEqualTo(2);
    assertThat(texts(result.errors())).hasSize(1);
    assertThat(texts(result.errors()).get(0))
        .startsWith(sources.resolve("Mlp.java") + ":5:1: [partir:over-budget] demo.Mlp:serve: ");
    assertThat(Files.exists(reports.resolve("demo.Mlp.train.html"))).isTrue();
    assertThat(run().unchanged()).isEqualTo(1);
  }

  @Test
  void refusesConflictsThatTheBaselineDoesNotHave() throws IOException {
    Path page = Path.of("..", "docs", "errors", "conflict.md");
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(page))
            .results()
            .map(block -> block.group(1))
            .toList();
    compile("Sum", blocks.get(0));
    PlanStep.Result result = run();
    assertThat(result.errors()).hasSize(1);
    assertThat(texts(result.errors()).get(0))
        .startsWith(
            sources.resolve("Sum.java") + ":2:1: [partir:conflict] demo.Sum, tactic \"MP\": ");
    assertThat(run(false, Conflicts.WARNING).warnings()).hasSize(1);
    assertThat(run(false, Conflicts.NONE).warnings()).isEmpty();
    run(true, Conflicts.ERROR);
    assertThat(texts(run().errors())).isEmpty();
    Files.delete(baseline);
    compile("Sum", blocks.get(1));
    assertThat(texts(run().errors())).isEmpty();
  }

  @Test
  void tellsWhatAModelThrows() throws IOException {
    compile("Mlp", MLP.replace("x.matmul(up).relu()", "x.matmul(x)"));
    compile(
        "Bad",
        MLP.replace("class Mlp", "class Bad")
            .replace("return x", "Integer.parseInt(\"x\");\n return x"));
    List<String> told = texts(run().errors());
    assertThat(told).hasSize(2);
    assertThat(told.get(0))
        .startsWith(sources.resolve("Bad.java") + ":2:1: [partir:untraceable] model demo.Bad: its");
    assertThat(told.get(1))
        .startsWith(sources.resolve("Mlp.java") + ":2:1: [partir:invalid-op] matmul: ");
  }

  @Test
  void thePageOfBaselinesIsRight() throws IOException {
    compile("Mlp", MLP);
    String page = Files.readString(Path.of("..", "docs", "errors", "invalid-baseline.md"));
    Matcher blocks = Pattern.compile("```\\w+\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(blocks.find()).isTrue();
    Files.writeString(baseline, blocks.group(1));
    PartirException refused = assertThrows(PartirException.class, this::run);
    assertThat(blocks.find()).isTrue();
    assertThat(String.valueOf(refused.getMessage()).replace(project + "/", ""))
        .isEqualTo(blocks.group(1).strip().replace('\n', ' '));
    assertThat(blocks.find()).isTrue();
    Files.writeString(baseline, blocks.group(1));
    assertWithMessage("errors").that(texts(run().errors())).isEmpty();
    assertThat(log.get(1)).isEqualTo("demo.Mlp changed since the baseline:");
  }
}
