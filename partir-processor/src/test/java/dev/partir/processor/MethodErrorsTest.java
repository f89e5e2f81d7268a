package dev.partir.processor;

import static dev.partir.processor.WrongModels.UP;
import static dev.partir.processor.WrongModels.assertErrors;
import static dev.partir.processor.WrongModels.method;
import static dev.partir.processor.WrongModels.model;

import org.junit.jupiter.api.Test;

/** What is said of methods that cannot be traced, and where. */
class MethodErrorsTest {

  @Test
  void privateMethod() {
    assertErrors(
        method(UP).replace("static Tensor forward", "private static Tensor §forward"),
        "[partir:untraceable] M.forward: it is private. Make it visible in its package, where the"
            + " plan is. See docs/errors/untraceable.md");
  }

  @Test
  void instanceMethod() {
    assertErrors(
        method(UP).replace("static Tensor forward", "Tensor §forward"),
        "[partir:untraceable] M.forward: it is not static. Make it static; in Kotlin, put it into"
            + " an object and annotate it with @JvmStatic. See docs/errors/untraceable.md");
  }

  @Test
  void wrongTypes() {
    assertErrors(
        method("@Dims(\"\") @Replicate(tactic = \"MP\", axis = \"model\") float §up")
            .replace("static Tensor forward", "static java.util.List<Tensor> §forward")
            .replace("return x", "return null"),
        "[partir:untraceable] M.forward: it returns List<Tensor>, not Tensor. Return a"
            + " dev.partir.dsl.Tensor, or a record of them. See docs/errors/untraceable.md",
        "[partir:untraceable] M.forward, parameter \"up\": it is float, not Tensor. Take a"
            + " dev.partir.dsl.Tensor, a record of them, or the record of sizes; make constants"
            + " fields. See docs/errors/untraceable.md");
  }

  @Test
  void severalArguments() {
    assertErrors(
        method("@Dims(\"\") @Replicate(tactic = \"MP\", axis = \"model\") Tensor... §up"),
        "[partir:untraceable] M.forward, parameter \"up\": it is Tensor[], not Tensor. Take a"
            + " dev.partir.dsl.Tensor, a record of them, or the record of sizes; make constants"
            + " fields. See docs/errors/untraceable.md");
  }

  @Test
  void checkedException() {
    assertErrors(
        method(UP)
            .replace("static Tensor forward", "static Tensor §forward")
            .replace(") {\n    return", ") throws java.io.IOException {\n    return"),
        "[partir:untraceable] M.forward: it throws IOException, which is checked. Throw unchecked"
            + " exceptions only. See docs/errors/untraceable.md");
  }

  @Test
  void noParameters() {
    assertErrors(
        model("  static Tensor §forward() {\n    return null;\n  }\n")
            .replace("{\"BP\", \"MP\"}", "{}")
            .replace("tactics", "method = \"forward\", tactics"),
        "[partir:untraceable] M.forward: it takes no parameters. Let it take tensors, each with"
            + " @Dims. See docs/errors/untraceable.md");
  }

  @Test
  void noModelMethod() {
    assertErrors(
        model("  static int size() {\n    return 1;\n  }\n")
            .replace("final class M", "final §class M"),
        "[partir:untraceable] M: it has no model method. Give it a static method that takes"
            + " tensors, each with @Dims, and returns a tensor. See docs/errors/untraceable.md");
  }

  @Test
  void severalModelMethods() {
    assertErrors(
        model(
                """
                  static Tensor forward(@Dims("rows=8") Tensor x) {
                    return x;
                  }

                  static Tensor loss(@Dims("rows=8") Tensor x) {
                    return x;
                  }
                """)
            .replace("final class M", "final §class M"),
        "[partir:untraceable] M: it has 2 methods that may be the model, \"forward\", \"loss\". Say"
            + " which with method = \"forward\". See docs/errors/untraceable.md");
  }

  @Test
  void unknownMethod() {
    assertErrors(
        method(UP).replace("tactics =", "method = §\"forwrad\", tactics ="),
        "[partir:untraceable] M: it has no method \"forwrad\". The nearest is \"forward\". See"
            + " docs/errors/untraceable.md");
  }

  @Test
  void overloadedMethod() {
    assertErrors(
        method(UP)
            .replace("tactics =", "method = §\"forward\", tactics =")
            .replace("final class M {", "final class M {\n  static int forward() { return 0; }"),
        "[partir:untraceable] M: it has 2 methods \"forward\". Give the model method a name of its"
            + " own. See docs/errors/untraceable.md");
  }

  @Test
  void privateType() {
    assertErrors(
        """
        package demo;

        import dev.partir.annotations.*;
        import dev.partir.dsl.Tensor;

        final class Outer {
          @Partitioned(mesh = @Mesh(@Axis(name = "b", size = 2)), tactics = {})
          private static final §class M {
            static Tensor forward(@Dims("rows=8") Tensor x) {
              return x;
            }
          }
        }

        final class MPlan {
          static final int MESH = 0;

          static int schedule() { return 0; }

          static int trace() { return 0; }

          static int partition() { return 0; }

          static int plan() { return 0; }
        }
        """,
        "[partir:untraceable] Outer.M.forward: type M is private. Make it visible in its package,"
            + " where the plan is generated. See docs/errors/untraceable.md");
  }

  @Test
  void annotationsOutsideOfAModel() {
    assertErrors(
        method(UP)
            + """

            final class Stray {
              static Tensor loss(§@Dims("rows=8") Tensor x,
                  @Dims("rows=8") @Shard(tactic = "a", dim = "rows", axis = "b") Tensor y) {
                return x;
              }

              §@Intermediate(name = "h", dims = @Dims("rows=8"))
              @Intermediate(name = "i", dims = @Dims("rows=8"))
              static Tensor tagged(Tensor x) {
                return x;
              }
            }
            """,
        "[partir:untraceable] Stray.loss: it has @Dims, but its type is not @Partitioned. Annotate"
            + " the model method of a type that is @Partitioned. See docs/errors/untraceable.md",
        "[partir:untraceable] Stray.tagged: it has @Intermediate, but its type is not @Partitioned."
            + " Annotate the model method of a type that is @Partitioned. See"
            + " docs/errors/untraceable.md");
  }

  @Test
  void annotationsOnAnotherMethodOfAModel() {
    assertErrors(
        method(UP)
            .replace("tactics =", "method = \"forward\", tactics =")
            .replace(
                "final class M {",
                "final class M {\n  static void loss(§@Dims(\"rows=8\") Tensor x) {}\n"),
        "[partir:untraceable] M.loss: it has @Dims, but the model method of its type is"
            + " \"forward\". Annotate the model method of a type that is @Partitioned. See"
            + " docs/errors/untraceable.md");
  }
}
