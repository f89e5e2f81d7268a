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
        method(UP).replace("static Tensor forward", "private static Tensor §forward"), "?");
  }

  @Test
  void instanceMethod() {
    assertErrors(method(UP).replace("static Tensor forward", "Tensor §forward"), "?");
  }

  @Test
  void wrongTypes() {
    assertErrors(
        method("@Dims(\"\") @Replicate(tactic = \"MP\", axis = \"model\") float §up")
            .replace("static Tensor forward", "static java.util.List<Tensor> §forward")
            .replace("return x", "return null"),
        "?",
        "?");
  }

  @Test
  void severalArguments() {
    assertErrors(
        method("@Dims(\"\") @Replicate(tactic = \"MP\", axis = \"model\") Tensor... §up"), "?");
  }

  @Test
  void checkedException() {
    assertErrors(
        method(UP)
            .replace("static Tensor forward", "static Tensor §forward")
            .replace(") {\n    return", ") throws java.io.IOException {\n    return"),
        "?");
  }

  @Test
  void noParameters() {
    assertErrors(
        model("  static Tensor §forward() {\n    return null;\n  }\n")
            .replace("{\"BP\", \"MP\"}", "{}")
            .replace("tactics", "method = \"forward\", tactics"),
        "?");
  }

  @Test
  void noModelMethod() {
    assertErrors(
        model("  static int size() {\n    return 1;\n  }\n")
            .replace("final class M", "final §class M"),
        "?");
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
        "?");
  }

  @Test
  void unknownMethod() {
    assertErrors(method(UP).replace("tactics =", "method = §\"forwrad\", tactics ="), "?");
  }

  @Test
  void overloadedMethod() {
    assertErrors(
        method(UP)
            .replace("tactics =", "method = §\"forward\", tactics =")
            .replace("final class M {", "final class M {\n  static int forward() { return 0; }"),
        "?");
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
        "?");
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
        "?",
        "?");
  }

  @Test
  void annotationsOnAnotherMethodOfAModel() {
    assertErrors(
        method(UP)
            .replace("tactics =", "method = \"forward\", tactics =")
            .replace(
                "final class M {",
                "final class M {\n  static void loss(§@Dims(\"rows=8\") Tensor x) {}\n"),
        "?");
  }
}
