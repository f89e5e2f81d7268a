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
    assertErrors(
        mesh("@Mesh(§{})"),
        "[partir:invalid-mesh] M.forward: the mesh has no axes. Give it at least one axis with a"
            + " name and a number of devices, for example batch=4,model=2. See"
            + " docs/errors/invalid-mesh.md");
  }

  @Test
  void duplicateAxis() {
    assertErrors(
        mesh(
            """
            @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2),
                @Axis(name = §"batch", size = 2)})\
            """),
        "[partir:duplicate-axis] M.forward: axes 0 and 2 of the mesh are both named \"batch\" (mesh"
            + " batch=4, model=2, batch=2). Give every axis its own name. See"
            + " docs/errors/duplicate-axis.md");
  }

  @Test
  void axisSizes() {
    assertErrors(
        mesh("@Mesh({@Axis(name = \"batch\", size = §0), @Axis(size = §-2, name = \"model\")})"),
        "[partir:invalid-mesh] M.forward: axis \"batch\" of the mesh has size 0. Give it at least 1"
            + " device. See docs/errors/invalid-mesh.md",
        "[partir:invalid-mesh] M.forward: axis \"model\" of the mesh has size -2. Give it at least"
            + " 1 device. See docs/errors/invalid-mesh.md");
  }

  @Test
  void tooManyDevices() {
    // That 1024 rows do not divide by so many would be a consequence.
    assertErrors(
        mesh(
            """
            @Mesh(§{@Axis(name = "batch", size = 1 << 20), @Axis(name = "model", size = 1 << 20)})
            """),
        "[partir:invalid-mesh] M.forward: mesh batch=1048576, model=1048576 has more than"
            + " 1073741824 devices. Make its axes smaller. See docs/errors/invalid-mesh.md");
  }

  @Test
  void axisNames() {
    assertErrors(
        mesh(
            """
            @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2),
                @Axis(name = §"", size = 2), @Axis(name = §"a b", size = 2)})\
            """),
        "[partir:invalid-mesh] M.forward: axis 2 of the mesh is named \"\". Name it with letters,"
            + " digits, '_', '-' and '.', beginning with a letter or '_'. See"
            + " docs/errors/invalid-mesh.md",
        "[partir:invalid-mesh] M.forward: axis 3 of the mesh is named \"a b\". Name it with"
            + " letters, digits, '_', '-' and '.', beginning with a letter or '_'. See"
            + " docs/errors/invalid-mesh.md");
  }

  @Test
  void unknownProfile() {
    assertErrors(
        method(UP).replace("tactics =", "profile = §\"tpu-v33\", tactics ="),
        "[partir:unknown-profile] M.forward: there is no hardware profile \"tpu-v33\". The nearest"
            + " is \"tpu-v3\". See docs/errors/unknown-profile.md");
  }

  private static final String LARGE =
      """
      @Dims("inner=131072, hidden=1048576") @Shard(tactic = "MP", dim = "hidden", axis = "model")
      Tensor up\
      """;

  @Test
  void outOfMemory() {
    assertErrors(
        method(LARGE).replace("tactics =", "profile = §\"tpu-v3\", tactics ="),
        "[partir:out-of-memory] M.forward: its parameters take 256 GiB on a device as declared,"
            + " more than the 32 GiB of \"tpu-v3\" (mesh batch=4, model=2). The biggest are \"up\""
            + " with 256 GiB, \"x\" with 512 KiB; use more devices, or a profile with more memory."
            + " See docs/errors/out-of-memory.md");
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
        "[partir:duplicate-axis] M.forward: axes 0 and 1 of the mesh are both named \"batch\" (mesh"
            + " batch=4, batch=0). Give every axis its own name. See docs/errors/duplicate-axis.md",
        "[partir:invalid-mesh] M.forward: axis \"batch\" of the mesh has size 0. Give it at least 1"
            + " device. See docs/errors/invalid-mesh.md",
        "[partir:unknown-profile] M.forward: there is no hardware profile \"h101\". The nearest is"
            + " \"h100\". See docs/errors/unknown-profile.md",
        "[partir:untraceable] M.forward: it is not static. Make it static; in Kotlin, put it into"
            + " an object and annotate it with @JvmStatic. See docs/errors/untraceable.md",
        "[partir:invalid-dims] M.forward, parameter \"x\": shape \"rows=x\": \"x\" is not a size."
            + " Write NAME=SIZE for every dimension, sizes from 1, separated by commas, for example"
            + " \"rows=1024, embed=512\"; \"\" for a scalar. See docs/errors/invalid-dims.md",
        "[partir:unknown-axis] M.forward, parameter \"x\", tactic \"BP\": the mesh has no axis"
            + " \"bach\" (mesh batch=4). The nearest is \"batch\". See docs/errors/unknown-axis.md",
        "[partir:unknown-dimension] M.forward, parameter \"up\", tactic \"MP\": it has no dimension"
            + " \"hide\"; its dimensions are embed=512, hidden=2048. The names are \"embed\","
            + " \"hidden\". See docs/errors/unknown-dimension.md");
  }
}
