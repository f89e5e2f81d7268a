package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.processor.WrongModels.UP;
import static dev.partir.processor.WrongModels.method;

import com.google.testing.compile.Compilation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of named schedules, strategies, tactics by name and budgets, and where. */
class ScheduleErrorsTest {
  private static final String MODEL =
      Models.IMPORTS
          + """
          @Partitioned(sizes = M.Sizes.class)
          @Schedule(
              name = "train",
              mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
              tactics = {"BP", "MP"})
          @Schedule(
              name = "serve", mesh = @Mesh(@Axis(name = "model", size = 2)), tactics = "MP")
          final class M {
            record Sizes(@Size(8) int batch, @Size(512) int embed) {}
            static Tensor forward(
                @Dims("batch, embed") Tensor x,
                @Dims("embed, hidden=2048")
                    @Shard(tactic = "MP", dim = "hidden", axis = "model") Tensor up) {
              return x;
            }
          }
          """;

  private static void assertErrors(String marked, String... messages) {
    WrongModels.assertErrorsWith("", marked, false, messages);
  }

  @Test
  void right() {
    assertErrors(MODEL);
  }

  @Test
  void names() {
    assertErrors(
        MODEL.replace("name = \"train\"", "name = §\"my train\""),
        "[partir:invalid-schedule] M.forward: a schedule is named \"my train\", which is no"
            + " identifier. Give it a name such as \"train\". See"
            + " docs/errors/invalid-schedule.md");
    assertErrors(
        MODEL.replace("name = \"serve\"", "name = §\"train\""),
        "[partir:invalid-schedule] M.forward: two schedules are named \"train\". Give every"
            + " schedule its own name. See docs/errors/invalid-schedule.md");
  }

  @Test
  void schedulesBesideTactics() {
    assertErrors(
        MODEL.replace("sizes = M", "profile = §\"tpu-v3\", sizes = M"),
        "[partir:invalid-schedule] M.forward: @Partitioned has profile, but there are @Schedules,"
            + " which say theirs. Move it to the @Schedule that it is for. See"
            + " docs/errors/invalid-schedule.md");
  }

  @Test
  void sizesOfASchedule() {
    assertErrors(
        MODEL.replace("name = \"serve\"", "sizes = §\"bach=1\", name = \"serve\""),
        "[partir:invalid-dims] M.forward: sizes \"bach=1\": the record of sizes has no \"bach\"."
            + " The nearest is \"batch\". See docs/errors/invalid-dims.md");
    assertErrors(
        MODEL.replace("name = \"serve\"", "sizes = §\"batch: 1\", name = \"serve\""),
        "[partir:invalid-dims] M.forward: sizes \"batch: 1\": \"batch: 1\" is not NAME=SIZE. Write"
            + " NAME=SIZE with commas between, for example \"batch=1, seq=32_768\". See"
            + " docs/errors/invalid-dims.md");
  }

  @Test
  void sayWhichScheduleTheyAreOf() {
    assertErrors(
        MODEL.replace(
            "@Mesh(@Axis(name = \"model\", size = 2)), tactics = \"MP\"",
            "@Mesh(@Axis(name = §\"\", size = 2)), tactics = \"auto(modl)\""),
        "[partir:invalid-mesh] M.forward (serve): axis 0 of the mesh is named \"\". Name it with"
            + " letters, digits, '_', '-' and '.', beginning with a letter or '_'. See"
            + " docs/errors/invalid-mesh.md");
    assertErrors(
        MODEL
            .replace("size = 2)), tactics = \"MP\"", "size = 3)), tactics = \"MP\"")
            .replace("dim = \"hidden\"", "dim = §\"hidden\""),
        "[partir:indivisible] M.forward (serve), parameter \"up\", tactic \"MP\": dimension"
            + " \"hidden\" has size 2048, not divisible by mesh axis \"model\" of size 3 (mesh"
            + " model=3). Give axis \"model\" a size that divides it, such as 2 or 4; or pad it"
            + " to 2049. See docs/errors/indivisible.md");
  }

  @Test
  void strategiesThatFindNothing() {
    assertErrors(
        MODEL.replace("{\"BP\", \"MP\"}", "{\"BP\", \"MP\", §\"Z2\"}"),
        "[partir:empty-tactic] M.forward (train), tactic \"Z2\": it shards nothing. Let it shard or"
            + " replicate a value, or leave it out of the schedule. See"
            + " docs/errors/empty-tactic.md");
    assertErrors(
        MODEL
            .replace("@Axis(name = \"batch\", size = 4)", "@Axis(name = \"b\", size = 4)")
            .replace("{\"BP\"", "{§\"BP\""),
        "[partir:unknown-axis] M.forward (train), tactic \"BP\": the mesh has no axis \"batch\""
            + " (mesh b=4, model=2). The axes are \"b\", \"model\". See"
            + " docs/errors/unknown-axis.md");
  }

  @Test
  void strategiesThatDivideNothing() {
    assertErrors(
        MODEL.replace("@Size(8) int batch", "@Size(6) int batch").replace("{\"BP\"", "{§\"BP\""),
        "[partir:indivisible] M.forward (train), tactic \"BP\": no value that \"*\" matches has a"
            + " dimension \"batch\" that is divisible by mesh axis \"batch\" of size 4 (mesh"
            + " batch=4, model=2), such as parameter \"x\" (batch=6, embed=512). Give the axis a"
            + " size that divides it, or leave the tactic out. See docs/errors/indivisible.md");
  }

  @Test
  void namesThatGeneratedClassesHave() {
    assertErrors(
        MODEL.replace("name = \"serve\"", "name = §\"mPlan\""),
        "[partir:invalid-schedule] M.forward: a schedule is named \"mPlan\", as is the class of the"
            + " plans. Give it a name such as \"train\". See docs/errors/invalid-schedule.md");
    for (String name : List.of("plan", "schedule", "mesh", "list", "m", "sizes")) {
      assertErrors(MODEL.replace("name = \"serve\"", "name = \"" + name + "\""));
    }
  }

  @Test
  void tacticsByName() {
    assertErrors(
        MODEL.replace(
            "final class",
            """
            @Tactic(name = §"MQ", dims = "embed", axis = "model")
            @Tactic(name = "MP", dims = {"embed", §"hiden"}, axis = "model")
            final class"""),
        "[partir:unknown-tactic] M.forward: @Partitioned has no tactic \"MQ\". The nearest is"
            + " \"MP\". See docs/errors/unknown-tactic.md",
        "[partir:unknown-dimension] M.forward (train), tactic \"MP\": no value that \"*\" matches has a"
            + " dimension \"hiden\". The nearest is \"hidden\". See docs/errors/unknown-dimension.md");
  }

  @Test
  void budgets() {
    assertErrors(
        MODEL.replace(
            "final class",
            "@Budget(memory = §§\"100 KB\", collectivesPerStep = 3, stepMillis = 0.5)\nfinal class"),
        "[partir:over-budget] M.forward (train): its parameters take 514 KiB on a device even if"
            + " split along every axis, more than the 97.7 KiB of its budget (mesh batch=4,"
            + " model=2). The biggest are \"up\" with 512 KiB, \"x\" with 2 KiB; use more devices,"
            + " or allow more. See docs/errors/over-budget.md",
        "[partir:over-budget] M.forward (serve): its parameters take 2 MiB on a device even if"
            + " split along every axis, more than the 97.7 KiB of its budget (mesh model=2). The"
            + " biggest are \"up\" with 2 MiB, \"x\" with 8 KiB; use more devices, or allow more."
            + " See docs/errors/over-budget.md");
    assertErrors(
        MODEL.replace("final class", "@Budget(stepMillis = §-2)\nfinal class"),
        "[partir:invalid-budget] M.forward: stepMillis is -2.0. Give a limit of at least 0"
            + " collectives, or of more than 0 milliseconds, or none. See"
            + " docs/errors/invalid-budget.md");
  }

  @Test
  void warningsCanBeSuppressedByName() {
    String text =
        method(UP)
            .replace("{\"BP\", \"MP\"}", "{\"MP\"}")
            .replace("@Shard(tactic = \"BP\", dim = \"rows\", axis = \"batch\")", "");
    Compilation told = Models.compile("demo.M", text);
    assertThat(told.errors()).isEmpty();
    assertThat(told.warnings().stream().map(w -> w.getMessage(null)).toList())
        .containsExactly(
            "[partir:unused-axis] M.forward: no tactic uses axis \"batch\", so that its 4 devices do"
                + " the same (mesh batch=4, model=2). Let a tactic shard along it, or leave it out"
                + " of the mesh. See docs/errors/unused-axis.md");
    Compilation silent =
        Models.compile(
            "demo.M",
            text.replace("final class", "@SuppressWarnings(\"partir:unused-axis\") final class"));
    assertThat(silent.diagnostics()).isEqualTo(List.of());
  }
}
