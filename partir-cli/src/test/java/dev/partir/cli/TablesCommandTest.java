package dev.partir.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.partir.build.CollectiveTable;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.Plan;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the command says of a table with a row that is equal and one that is not. */
final class TablesCommandTest {
  /** The table; a service of the tests. */
  public static final class SmallTable implements CollectiveTable {
    /** Found as a service. */
    public SmallTable() {}

    @Override
    public String source() {
      return "by hand";
    }

    @Override
    public List<Row> rows() {
      return List.of(
          new Row("twice", "rows", plan(0), new Counts(2, 0, 0, 0), ""),
          new Row("once", "hidden", plan(1), new Counts(0, 3, 0, 0), "there is one dot_general"));
    }

    /** Weights that are used forward and back, tiled along one of their dimensions. */
    private static Plan plan(int dim) {
      Module module =
          Tracer.trace(
              "two",
              List.of(
                  new Tracer.Input("x", TensorType.of(ElementType.F32, 8, 4)),
                  new Tracer.Input("w", TensorType.of(ElementType.F32, 4, 4))),
              in ->
                  List.of(
                      in.get(0).matmul(in.get(1)).tanh().matmul(in.get(1).transpose(1, 0).exp())));
      Action w = Action.tile("w", Dim.index(dim), "a");
      Action x = Action.tile("x", Dim.index(0), "a");
      var schedule =
          new Schedule(
              Mesh.of(List.of(new MeshAxis("a", 2))),
              null,
              List.of(new ManualTactic("W", dim == 0 ? List.of(x, w) : List.of(w))));
      return Plan.of("two", ProgramModel.of(module.main()), schedule, () -> module);
    }
  }

  private static String run(int status, String... args) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    int exit = Partir.commandLine().setOut(writer).setErr(writer).execute(args);
    assertWithMessage("%s", out).that(exit).isEqualTo(status);
    return out.toString();
  }

  @Test
  void rowsStandBesideWhatIsReported() {
    assertThat(run(0, "tables").lines().map(line -> line.replaceAll(" +", " ")).toList())
        .containsExactly(
            "by hand",
            "model schedule all_gather all_reduce reduce_scatter all_to_all equal",
            "twice rows 2 0 0 0 yes",
            "once hidden 0 1 (3) 0 0 no",
            "once hidden: there is one dot_general",
            "1 of 2 rows are equal")
        .inOrder();
  }

  @Test
  void oneModelAsJson() {
    JsonObject row =
        JsonParser.parseString(run(0, "tables", "--model", "once", "--json"))
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    assertThat(row.getAsJsonObject("ours").get("all_reduce").getAsInt()).isEqualTo(1);
    assertThat(row.getAsJsonObject("reported").get("all_reduce").getAsInt()).isEqualTo(3);
    assertThat(row.get("equal").getAsBoolean()).isFalse();
  }

  @Test
  void aModelOfNoTableIsRefused() {
    assertThat(run(2, "tables", "--model", "T33")).contains("--model T33: no table has that model");
  }
}
