package dev.partir.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.partir.text.MlirParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands do with a program that is small enough to count by hand. */
final class CommandsTest {
  private static final String PROGRAM =
      """
      module @mlp {
        func.func public @main(%x: tensor<16x8xf32>, %up: tensor<8x32xf32>, %down: tensor<32x8xf32>) -> tensor<16x8xf32> {
          %0 = stablehlo.dot_general %x, %up, contracting_dims = [1] x [0] : (tensor<16x8xf32>, tensor<8x32xf32>) -> tensor<16x32xf32>
          %1 = stablehlo.tanh %0 : tensor<16x32xf32>
          %2 = stablehlo.dot_general %1, %down, contracting_dims = [1] x [0] : (tensor<16x32xf32>, tensor<32x8xf32>) -> tensor<16x8xf32>
          return %2 : tensor<16x8xf32>
        }
      }
      """;

  private static final String SCHEDULE =
      """
      {"mesh": {"batch": 4, "model": 2},
       "schedule": [
         {"name": "BP", "axis": "batch", "tile": {"x": 0}},
         {"name": "MP", "axis": "model", "tile": {"up": 1}},
         {"name": "Z3", "axis": "batch", "tile": {"u?": "first_divisible", "type:32x8xf32": 1}}]}
      """;

  @TempDir private Path folder;

  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private Path program;
  private Path schedule;

  @BeforeEach
  void write() throws IOException {
    program = Files.writeString(folder.resolve("mlp.mlir"), PROGRAM);
    schedule = Files.writeString(folder.resolve("megatron.json"), SCHEDULE);
  }

  private int partir(Object... args) {
    out = new StringWriter();
    err = new StringWriter();
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    return Partir.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }

  private void succeeds(Object... args) {
    int status = partir(args);
    assertWithMessage("%s%s", out, err).that(status).isEqualTo(0);
    assertThat(err.toString()).isEmpty();
  }

  private JsonObject json() {
    return JsonParser.parseString(out.toString()).getAsJsonObject();
  }

  private static long count(JsonObject figures, String kind) {
    return figures.getAsJsonObject("collectives").getAsJsonObject(kind).get("count").getAsLong();
  }

  private static long bytes(JsonObject figures, String kind) {
    return figures.getAsJsonObject("collectives").getAsJsonObject(kind).get("bytes").getAsLong();
  }

  @Test
  void rulesAreOneLinePerOperation() {
    succeeds("rules", program);
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")).toList())
        .containsExactly(
            "main stablehlo.dot_general 3 ([i, k], [k, j])->([i, j]) {i=16, j=32, k=8} reduction={k}",
            "main stablehlo.tanh 4 ([i, j])->([i, j]) {i=16, j=32}",
            "main stablehlo.dot_general 5 ([i, k], [k, j])->([i, j]) {i=16, j=8, k=32} reduction={k}",
            "main func.return 6 ([i, j])->() {i=16, j=8}")
        .inOrder();
  }

  @Test
  void rulesAreJsonToo() {
    succeeds("rules", program, "--json");
    JsonObject second =
        JsonParser.parseString(out.toString()).getAsJsonArray().get(1).getAsJsonObject();
    assertThat(second.get("op").getAsString()).isEqualTo("stablehlo.tanh");
    assertThat(second.get("function").getAsString()).isEqualTo("main");
    assertThat(second.get("line").getAsInt()).isEqualTo(4);
    assertThat(second.getAsJsonArray("rules").get(0).getAsString())
        .isEqualTo("([i, j])->([i, j]) {i=16, j=32}");
  }

  @Test
  void edgesOfALoopHaveRulesOfTheirOwn() throws IOException {
    Path loop =
        Files.writeString(
            folder.resolve("loop.mlir"),
            """
            func.func @main(%n: tensor<i32>, %x: tensor<8xf32>) -> tensor<8xf32> {
              %0:2 = stablehlo.while(%i = %n, %y = %x) : tensor<i32>, tensor<8xf32>
              cond {
                %c = stablehlo.constant dense<3> : tensor<i32>
                %1 = stablehlo.compare LT, %i, %c : (tensor<i32>, tensor<i32>) -> tensor<i1>
                stablehlo.return %1 : tensor<i1>
              } do {
                %2 = stablehlo.add %y, %y : tensor<8xf32>
                %3 = stablehlo.add %i, %i : tensor<i32>
                stablehlo.return %3, %2 : tensor<i32>, tensor<8xf32>
              }
              return %0#1 : tensor<8xf32>
            }
            """);
    succeeds("rules", loop);
    List<String> lines = out.toString().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertThat(lines).hasSize(8);
    assertThat(lines.get(0)).startsWith("main stablehlo.while 2 ");
    assertThat(lines.get(0)).endsWith("([i], [i])->([i], [i], [i]) {i=8}");
    assertThat(lines.get(4)).isEqualTo("main stablehlo.add 8 ([i], [i])->([i]) {i=8}");
  }

  @Test
  void planCountsWhatEveryTacticAdds() {
    succeeds("plan", program, "--schedule", schedule, "--json");
    JsonObject report = json();
    JsonObject batch = report.getAsJsonArray("tactics").get(0).getAsJsonObject();
    for (String kind :
        new String[] {
          "all_gather", "all_reduce", "reduce_scatter", "all_to_all", "collective_permute"
        }) {
      assertThat(count(batch, kind)).isEqualTo(0);
    }
    JsonObject model = report.getAsJsonArray("tactics").get(1).getAsJsonObject();
    assertThat(count(model, "all_reduce")).isEqualTo(1);
    // 16/4 rows of 8 numbers of 4 bytes.
    assertThat(bytes(model, "all_reduce")).isEqualTo(4 * 8 * 4);
    JsonObject total = report.getAsJsonObject("final");
    assertThat(count(total, "all_gather")).isEqualTo(2);
    // Two matrices of 8 x 32/2.
    assertThat(bytes(total, "all_gather")).isEqualTo(2 * 8 * 16 * 4);
    assertThat(count(total, "all_reduce")).isEqualTo(1);
    // Two products of 2 m n k with m = 4, n = 16 or 8, k = 8 or 16, and a tanh per hidden number.
    assertThat(total.get("flops").getAsLong()).isEqualTo(2 * 4 * 16 * 8 + 4 * 16 + 2 * 4 * 8 * 16);
    assertThat(total.get("estimated_seconds").getAsDouble()).isGreaterThan(0.0);
    // x, and both matrices in eight pieces; the gathered second matrix, the hidden layer and the
    // result.
    assertThat(total.get("peak_memory_bytes").getAsLong())
        .isEqualTo(4 * (4 * 8 + 2 * 16 + 16 * 2) + 4 * (16 * 8 + 4 * 16 + 4 * 8));
    assertThat(total.getAsJsonArray("conflicts")).isEmpty();
  }

  @Test
  void planPrintsATable() {
    succeeds("plan", program, "--schedule", schedule);
    assertThat(out.toString()).containsMatch("\nZ3 +2 +1 +0 +0 +0 ");
    assertThat(out.toString()).contains("of memory: fits");
  }

  @Test
  void reportsAreWrittenInTheFormOfTheirName() throws IOException {
    for (String name : new String[] {"r.html", "r.md", "r.json"}) {
      succeeds("plan", program, "--schedule", schedule, "--report", folder.resolve(name));
      assertThat(out.toString()).contains(folder.resolve(name).toString());
    }
    assertThat(Files.readString(folder.resolve("r.html"))).contains("<svg");
    assertThat(Files.readString(folder.resolve("r.md"))).contains("| **Z3** |");
    assertThat(JsonParser.parseString(Files.readString(folder.resolve("r.json"))).isJsonObject())
        .isTrue();
  }

  @Test
  void emittedProgramsCanBeReadAgain() throws IOException {
    Path local = folder.resolve("local.mlir");
    succeeds("plan", program, "--schedule", schedule, "--emit", "local", "-o", local);
    var module = MlirParser.parse("local.mlir", Files.readString(local));
    assertThat(module.main().arguments().get(1).type().toString()).isEqualTo("tensor<2x16xf32>");
    succeeds("plan", program, "--schedule", schedule, "--emit", "core");
    assertThat(out.toString()).contains("loop \"model\" [#sum]");
    succeeds("plan", program, "--schedule", schedule, "--emit", "spmd");
    assertThat(out.toString()).contains("\"partir.all_reduce\"");
    succeeds("plan", program, "--schedule", schedule, "--emit", "sdy");
    assertThat(out.toString()).contains("sdy.mesh @mesh = <[\"batch\"=4, \"model\"=2]>");
    assertThat(out.toString()).contains("#sdy.sharding<@mesh, [{\"batch\"}, {\"model\"}]>");
  }

  private Path annotated() throws IOException {
    Path file = folder.resolve("annotated.mlir");
    Files.writeString(
        file,
        """
        sdy.mesh @mesh = <["x"=2, "y"=4]>
        func.func @first(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>}) -> (tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"y"}]>}) {
          return %a : tensor<8x8xf32>
        }
        func.func @second(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> tensor<8x8xf32> {
          %0 = stablehlo.tanh %a : tensor<8x8xf32>
          return %0 : tensor<8x8xf32>
        }
        """);
    return file;
  }

  @Test
  void aProgramThatCarriesShardingsNeedsNoSchedule() throws IOException {
    Path annotated = annotated();
    succeeds("verify", annotated);
    assertThat(out.toString()).contains("annotated.mlir @first on 8 virtual devices: verified");
    assertThat(out.toString()).contains("annotated.mlir @second on 8 virtual devices: verified");
    succeeds("plan", annotated);
    assertThat(out.toString()).contains("\np0 ");
    succeeds("plan", annotated, "--emit", "sdy");
    assertThat(out.toString()).contains("sdy.mesh @mesh = <[\"x\"=2, \"y\"=4]>");
  }

  @Test
  void localProgramsHaveEveryFunctionAndTellTheReasonsOfCollectives() throws IOException {
    Path annotated = annotated();
    succeeds("plan", annotated, "--emit", "local");
    assertThat(out.toString())
        .contains("func.func public @first(%a: tensor<2x8xf32>) -> tensor<8x2xf32>");
    assertThat(out.toString())
        .contains("func.func public @second(%a: tensor<4x8xf32>) -> tensor<4x8xf32>");
    assertThat(out.toString()).contains("loc(\"p0: ");
    succeeds("plan", annotated, "--emit", "local", "--mode", "partition", "--policy", "greedy");
    assertThat(out.toString()).contains("sdy.manual_computation(%a)");
  }

  /** Adds up three products over rows of a batch, and uses a weight twice. */
  private static final String LOOP =
      """
      func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<8x4xf32>) {
        %zero = stablehlo.constant dense<0> : tensor<i32>
        %none = stablehlo.constant dense<0.0> : tensor<4x4xf32>
        %0:2 = stablehlo.while(%i = %zero, %sum = %none) : tensor<i32>, tensor<4x4xf32>
        cond {
          %n = stablehlo.constant dense<3> : tensor<i32>
          %1 = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %1 : tensor<i1>
        } do {
          %one = stablehlo.constant dense<1> : tensor<i32>
          %2 = stablehlo.add %i, %one : tensor<i32>
          %3 = stablehlo.dot_general %x, %x, contracting_dims = [0] x [0] : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32>
          %4 = stablehlo.add %sum, %3 : tensor<4x4xf32>
          stablehlo.return %2, %4 : tensor<i32>, tensor<4x4xf32>
        }
        %5 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
        %6 = stablehlo.dot_general %5, %w, contracting_dims = [1] x [1] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
        return %0#1, %6 : tensor<4x4xf32>, tensor<8x4xf32>
      }
      """;

  @Test
  void optionsSayWhenSumsOfLoopsAreCombinedAndWhetherGathersAreShared() throws IOException {
    Path loop = Files.writeString(folder.resolve("loop.mlir"), LOOP);
    Path split =
        schedule(
            "{\"mesh\": {\"a\": 2}, \"schedule\": [{\"name\": \"BP\", \"axis\": \"a\", \"tile\": {\"x\": 0}},"
                + " {\"name\": \"Z3\", \"axis\": \"a\", \"tile\": {\"w\": 0}}]}");
    succeeds("plan", loop, "--schedule", split, "--json");
    JsonObject total = json().getAsJsonObject("final");
    assertThat(count(total, "all_reduce")).isEqualTo(1);
    assertThat(count(total, "all_gather")).isEqualTo(1);
    succeeds(
        "plan",
        loop,
        "--schedule",
        split,
        "--json",
        "--loop-sums",
        "per_trip",
        "--gathers",
        "per_use");
    total = json().getAsJsonObject("final");
    assertThat(count(total, "all_reduce")).isEqualTo(3);
    assertThat(count(total, "all_gather")).isEqualTo(2);
    succeeds("verify", loop, "--schedule", split, "--gathers", "per_use");
    succeeds("plan", loop, "--schedule", split, "--emit", "local");
    assertThat(out.toString()).contains("loc(\"BP: stablehlo.dot_general ");
  }

  @Test
  void reportsOfSeveralFunctionsHaveTheirNames() throws IOException {
    succeeds("plan", annotated(), "--report", folder.resolve("r.md"));
    assertThat(Files.exists(folder.resolve("r-first.md"))).isTrue();
    assertThat(Files.exists(folder.resolve("r-second.md"))).isTrue();
  }

  @Test
  void aProgramWithoutShardingsNeedsASchedule() {
    refuses("[partir:usage] ", "plan", program);
    assertThat(err.toString()).contains("no value in the program carries a sharding");
  }

  /** Equal because nothing is a number is no proof: other arguments are drawn, or it is said. */
  @Test
  void verifyLooksForNumbers() throws IOException {
    String root =
        """
        func.func public @main(%x: tensor<16x8xf32>) -> (tensor<16x8xf32>, tensor<16x8xf32>) {
          %0 = stablehlo.sqrt %x : tensor<16x8xf32>
          %a = stablehlo.abs %x : tensor<16x8xf32>
          %1 = stablehlo.negate %a : tensor<16x8xf32>
          %2 = stablehlo.LAST : tensor<16x8xf32>
          return %0, %2 : tensor<16x8xf32>, tensor<16x8xf32>
        }
        """;
    Path tiled = folder.resolve("rows.json");
    Files.writeString(
        tiled,
        """
        {"mesh": {"a": 4}, "schedule": [{"name": "BP", "axis": "a", "tile": {"x": 0}}]}
        """);
    Path file = Files.writeString(folder.resolve("root.mlir"), root.replace("LAST", "abs %1"));
    succeeds("verify", file, "--schedule", tiled);
    assertThat(out.toString()).doesNotContain("NaN");
    Files.writeString(file, root.replace("LAST", "sqrt %1"));
    succeeds("verify", file, "--schedule", tiled);
    assertThat(out.toString())
        .contains("  128 of its 128 elements are NaN on both sides, which proves little of them\n");
    assertThat(out.toString().split("NaN", -1)).hasLength(2);
  }

  @Test
  void verifyProves() {
    succeeds("verify", program, "--schedule", schedule);
    assertThat(out.toString()).contains("on 8 virtual devices: verified");
    succeeds("verify", program, "--schedule", schedule, "--json");
    assertThat(json().get("equal").getAsBoolean()).isTrue();
    assertThat(json().get("devices").getAsInt()).isEqualTo(8);
  }

  @Test
  void whatSearchWritesPlanReads() {
    Path found = folder.resolve("found.json");
    succeeds(
        "search",
        program,
        "--mesh",
        "batch=4,model=2",
        "--profile",
        "tpu-v5e",
        "--budget",
        "40",
        "-o",
        found);
    succeeds("verify", program, "--schedule", found);
  }

  @Test
  void runCountsPassedAndFailed() throws IOException {
    Path tests = Files.createDirectory(folder.resolve("tests"));
    Files.writeString(tests.resolve("good.mlir"), check("3"));
    succeeds("run", tests);
    assertThat(out.toString()).isEqualTo("1 passed, 0 failed" + System.lineSeparator());
    Path bad = Files.writeString(tests.resolve("bad.mlir"), check("4"));
    assertThat(partir("run", tests)).isEqualTo(1);
    assertThat(out.toString()).isEqualTo("1 passed, 1 failed" + System.lineSeparator());
    assertThat(err.toString())
        .startsWith(
            "error: "
                + bad
                + ":7:5: [partir:check-failed] check.expect_eq of two tensor<i32>: it is 3, expected 4.");
  }

  private static String check(String expected) {
    return """
        module {
          func.func public @main() {
            %a = stablehlo.constant dense<1> : tensor<i32>
            %b = stablehlo.constant dense<2> : tensor<i32>
            %0 = stablehlo.add %a, %b : tensor<i32>
            stablehlo.custom_call @check.expect_eq(%0, %c) {has_side_effect = true} : (tensor<i32>, tensor<i32>) -> ()
            return
          }
        }
        """
        .replace(
            "    stablehlo.custom",
            "    %c = stablehlo.constant dense<"
                + expected
                + "> : tensor<i32>\n    stablehlo.custom");
  }

  private void refuses(String message, Object... args) {
    int status = partir(args);
    assertWithMessage("%s%s", out, err).that(status).isEqualTo(2);
    assertThat(err.toString()).startsWith("error: " + message);
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  private Path schedule(String text) throws IOException {
    return Files.writeString(folder.resolve("wrong.json"), text);
  }

  @Test
  void aMissingFileIsNamed() {
    refuses(
        "[partir:file] " + folder.resolve("no.mlir") + ": there is no such file.",
        "plan",
        folder.resolve("no.mlir"),
        "--mesh",
        "a=2");
  }

  @Test
  void aProgramThatIsNoneIsRefusedWithItsPlace() throws IOException {
    Path broken =
        Files.writeString(
            folder.resolve("broken.mlir"),
            PROGRAM.replace("stablehlo.tanh %0", "stablehlo.tanh %7"));
    refuses(broken + ":4:25: [partir:undefined] ", "plan", broken, "--schedule", schedule);
  }

  @Test
  void anUnknownModelIsRefused() {
    refuses(
        "[partir:usage] NoSuchModel: it is neither a file ending in .mlir nor a model on the class path.",
        "plan",
        "NoSuchModel");
  }

  @Test
  void argumentsThatNoHeapHoldsAreRefusedBeforeTheyAreMade() throws IOException {
    Path vast =
        Files.writeString(
            folder.resolve("vast.mlir"),
            "func.func @main(%x: tensor<1048576x1048576xf32>) -> tensor<1048576x1048576xf32> {\n"
                + "  return %x : tensor<1048576x1048576xf32>\n}\n");
    refuses(
        "[partir:limit] function @main: its arguments take 4 TiB, more than the Java heap of ",
        "verify",
        vast,
        "--schedule",
        schedule(
            "{\"mesh\": {\"a\": 2}, \"schedule\": [{\"name\": \"BP\", \"axis\": \"a\", \"tile\": {\"x\": 0}}]}"));
  }

  @Test
  void anUnknownAxisIsRefusedWhereItStandsInTheFile() throws IOException {
    Path wrong =
        schedule(
            "{\"mesh\": {\"batch\": 4},\n \"schedule\": [\n  {\"name\": \"BP\", \"axis\": \"bach\", \"tile\": {\"x\": 0}}]}");
    refuses(wrong + ":3:26: [partir:unknown-axis] ", "plan", program, "--schedule", wrong);
    assertThat(err.toString()).contains("The nearest is \"batch\".");
  }

  @Test
  void explainSaysWhereALayoutComesFrom() throws IOException {
    Path schedule =
        schedule(
            "{\"mesh\": {\"batch\": 4},\n \"schedule\": [{\"name\": \"BP\", \"axis\": \"batch\", \"tile\": {\"x\": 0}}]}");
    assertThat(partir("explain", program, "--schedule", schedule, "result", "up")).isEqualTo(0);
    assertThat(out.toString()).contains("dimension 0 along \"batch\": tactic BP, from ");
    assertThat(out.toString()).contains("argument \"x\"");
    assertThat(out.toString()).contains("up: tensor<");
    refuses(
        "[partir:unknown-value] explain: \"nothing\" is no value, operation or line of the program.",
        "explain",
        program,
        "--schedule",
        schedule,
        "nothing");
  }

  @Test
  void severalErrorsAreToldAtOnce() throws IOException {
    Path wrong =
        schedule(
            "{\"mesh\": {\"batch\": 3},\n \"schedule\": [\n"
                + "  {\"name\": \"A\", \"axis\": \"batc\", \"tile\": {\"x\": 0}},\n"
                + "  {\"name\": \"B\", \"axis\": \"batch\", \"tile\": {\"upp\": 1}},\n"
                + "  {\"name\": \"C\", \"axis\": \"batch\", \"tile\": {\"down\": 5}}]}");
    assertThat(partir("plan", program, "--schedule", wrong)).isEqualTo(2);
    assertThat(err.toString()).contains(wrong + ":3:25: [partir:unknown-axis] ");
    assertThat(err.toString()).contains(wrong + ":4:43: [partir:unknown-value] ");
    assertThat(err.toString()).contains(wrong + ":5:51: [partir:unknown-dimension] ");
  }

  @Test
  void brokenJsonIsRefusedWithItsPlace() throws IOException {
    refuses(
        folder.resolve("wrong.json") + ":2:15: [partir:invalid-schedule] this is not JSON.",
        "plan",
        program,
        "--schedule",
        schedule("{\"mesh\": {\"batch\": 4},\n \"schedule\": ]"));
    refuses(
        folder.resolve("wrong.json")
            + ":1:11: [partir:invalid-schedule] the file ends in the middle of the schedule.",
        "plan",
        program,
        "--schedule",
        schedule("{\"mesh\": {"));
  }

  @Test
  void unknownEntriesAreRefused() throws IOException {
    refuses(
        folder.resolve("wrong.json")
            + ":1:2: [partir:invalid-schedule] there is no entry \"mehs\" here. The nearest is \"mesh\".",
        "plan",
        program,
        "--schedule",
        schedule("{\"mehs\": {\"batch\": 4}, \"schedule\": []}"));
  }

  @Test
  void aMeshIsNeeded() {
    refuses(
        "[partir:usage] " + program + ": there is no mesh to partition it over.",
        "search",
        program);
    refuses(
        "[partir:invalid-mesh] --mesh: \"batch:4\" is not an axis.",
        "search",
        program,
        "--mesh",
        "batch:4");
    refuses("[partir:duplicate-axis] --mesh: axes 0 and 1", "search", program, "--mesh", "a=2,a=2");
  }

  @Test
  void anUnknownProfileIsRefused() {
    refuses(
        "[partir:unknown-profile] there is no hardware profile \"tpu-v33\".",
        "plan",
        program,
        "--schedule",
        schedule,
        "--profile",
        "tpu-v33");
  }

  @Test
  void wordsThatMakeNoSenseTogetherAreRefused() {
    refuses(
        "[partir:usage] -o ", "plan", program, "--schedule", schedule, "-o", folder.resolve("x"));
    refuses(
        "[partir:usage] report ",
        "plan",
        program,
        "--schedule",
        schedule,
        "--report",
        folder.resolve("x.pdf"));
    refuses("[partir:usage] --budget 0", "search", program, "--mesh", "a=2", "--budget", "0");
  }

  @Test
  void tooManyVirtualDevicesAreRefused() throws IOException {
    Path wide = Files.writeString(folder.resolve("wide.mlir"), PROGRAM.replace("16x", "4096x"));
    Path many =
        schedule("{\"schedule\": [{\"name\": \"BP\", \"axis\": \"a\", \"tile\": {\"x\": 0}}]}");
    refuses(
        "[partir:limit] mesh a=2048: it has 2048 devices, more than the 1024 that can be run virtually.",
        "verify",
        wide,
        "--mesh",
        "a=2048",
        "--profile",
        "h100",
        "--schedule",
        many);
  }

  @Test
  void listsAreJsonWhenAsked() {
    succeeds("profiles", "--json");
    assertThat(JsonParser.parseString(out.toString()).getAsJsonArray().size()).isAtLeast(6);
    succeeds("profiles");
    assertThat(out.toString()).contains("tpu-v5p");
    succeeds("models", "--json");
    assertThat(JsonParser.parseString(out.toString()).isJsonArray()).isTrue();
  }

  @Test
  void everyCommandHasExamplesInItsHelp() {
    for (String command :
        new String[] {"demo", "models", "plan", "verify", "run", "search", "profiles"}) {
      succeeds(command, "--help");
      assertThat(out.toString()).contains("Examples:");
      assertThat(out.toString()).contains("--json");
    }
  }

  @Test
  void theScheduleInTheReadmeIsOne() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    int start = readme.indexOf("```json\n") + "```json\n".length();
    Path shown = schedule(readme.substring(start, readme.indexOf("```", start)));
    Path wide =
        Files.writeString(
            folder.resolve("wide.mlir"),
            PROGRAM
                .replace("16x8x", "1024x512x")
                .replace("8x32x", "512x2048x")
                .replace("32x8x", "2048x512x")
                .replace("16x32x", "1024x2048x"));
    succeeds("plan", wide, "--schedule", shown);
  }
}
