package dev.partir.processor;

import static com.google.common.truth.Truth.assertThat;
import static dev.partir.processor.WrongModels.UP;
import static dev.partir.processor.WrongModels.assertErrors;
import static dev.partir.processor.WrongModels.assertErrorsWith;
import static dev.partir.processor.WrongModels.method;

import com.google.testing.compile.Compilation;
import org.junit.jupiter.api.Test;

/** What is said of wrong meshes and profiles, and where. */
class MeshErrorsTest {

  private static String mesh(String mesh) {
    String right = "@Mesh({@Axis(name = \"batch\", size = 4), @Axis(name = \"model\", size = 2)})";
    return method(UP).replace(right, mesh);
  }

  @Test
  void emptyMesh() {
    assertErrors(mesh("@Mesh(§{})"), "?");
  }

  @Test
  void duplicateAxis() {
    assertErrors(
        mesh(
            """
            @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2),
                @Axis(name = §"batch", size = 2)})\
            """),
        "?");
  }

  @Test
  void axisSizes() {
    assertErrors(
        mesh("@Mesh({@Axis(name = \"batch\", size = §0), @Axis(size = §-2, name = \"model\")})"),
        "?",
        "?");
  }

  @Test
  void tooManyDevices() {
    // That 1024 rows do not divide by so many would be a consequence.
    assertErrors(
        mesh(
            """
            @Mesh(§{@Axis(name = "batch", size = 1 << 20), @Axis(name = "model", size = 1 << 20)})
            """),
        "?");
  }

  @Test
  void axisNames() {
    assertErrors(
        mesh(
            """
            @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2),
                @Axis(name = §"", size = 2), @Axis(name = §"a b", size = 2)})\
            """),
        "?",
        "?");
  }

  @Test
  void unknownProfile() {
    assertErrors(method(UP).replace("tactics =", "profile = §\"tpu-v33\", tactics ="), "?");
  }

  private static final String LARGE =
      """
      @Dims("embed=131072, hidden=1048576") @Shard(tactic = "MP", dim = "hidden", axis = "model")
      Tensor up\
      """;

  @Test
  void outOfMemory() {
    assertErrors(method(LARGE).replace("tactics =", "profile = §\"tpu-v3\", tactics ="), "?");
  }

  @Test
  void outOfMemoryByOption() {
    String text = method(LARGE).replace("tactics =", "profile = \"tpu-v3\", tactics =");
    assertErrorsWith("-Apartir.memory=none", text);
    Compilation warned = Models.compile("-Apartir.memory=warning", Models.source("demo.M", text));
    assertThat(warned.errors()).isEmpty();
    assertThat(warned.warnings()).hasSize(1);
    assertThat(warned.warnings().get(0).getMessage(null)).startsWith("[partir:out-of-memory] ");
  }

  @Test
  void severalErrorsInOnePass() {
    assertErrors(
        """
        package demo;

        import dev.partir.annotations.*;
        import dev.partir.dsl.Tensor;

        @Partitioned(
            mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = §"batch", size = §0)}),
            tactics = {"BP", "MP"}, profile = §"h101")
        final class M {
          Tensor §forward(
              @Dims(§"rows=x") @Shard(tactic = "BP", dim = "rows", axis = §"bach") Tensor x,
              @Dims("embed=512, hidden=2048") @Shard(tactic = "MP", dim = §"hide", axis = "batch")
              Tensor up) {
            return x;
          }
        }
        """,
        "?",
        "?",
        "?",
        "?",
        "?",
        "?",
        "?");
  }
}
