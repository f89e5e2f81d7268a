package dev.partir.errorprone;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.errorprone.Checked.Told;
import java.util.List;
import javax.tools.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes that do not fit are told of, where they are and with their sizes. */
final class ShapeChecksTest {
  private static final String PARAMETERS =
      "@Dims(\"rows=8, embed=4\") Tensor x, @Dims(\"embed=4, hidden=6\") Tensor up,"
          + " @Dims(\"hidden=6\") Tensor shift,"
          + " @Dims(value = \"rows=8\", element = \"i32\") Tensor ids";

  /** Returns a model whose third line returns an expression. */
  private static String returning(String expression) {
    return "class Model {\nstatic Tensor f(" + PARAMETERS + ") {\nreturn " + expression + ";\n}}";
  }

  private static List<Told> check(String code) {
    return Checked.check(code, "-Xep:UnusedSharding:OFF");
  }

  private static Told error(String check, long line, String at, String message) {
    return new Told(
        Diagnostic.Kind.ERROR, check, line, at, message, "docs/bugpatterns/" + check + ".md");
  }

  private static void assertRefused(String code, String at, String check, String message) {
    assertThat(check(returning(code))).containsExactly(error(check, 3, at + ";", message));
  }

  @Test
  void contractionsNameBothSizes() {
    assertRefused(
        "x.relu().matmul(shift)",
        ".matmul(shift)",
        "TensorContractionMismatch",
        "matmul: it contracts embed=4 of [rows=8, embed=4] with hidden=6 of [hidden=6]. The last"
            + " size of the left must be the last but one of the right.");
    assertRefused(
        "x.matmul(x)",
        ".matmul(x)",
        "TensorContractionMismatch",
        "matmul: it contracts embed=4 of [rows=8, embed=4] with rows=8 of [rows=8, embed=4]. The"
            + " last size of the left must be the last but one of the right; transposed, the right"
            + " one would fit.");
    assertRefused(
        "x.sum().matmul(up)",
        ".matmul(up)",
        "TensorContractionMismatch",
        "matmul: it contracts [] with [embed=4, hidden=6], and a scalar has no rows. Use times.");
    assertRefused(
        "x.matmul(up.reshape(1, 4, 6))",
        ".matmul(up.reshape(1, 4, 6))",
        "TensorContractionMismatch",
        "matmul: it contracts [rows=8, embed=4] with [1, 4, 6], which have not as many batch"
            + " dimensions. Broadcast one side first.");
    assertRefused(
        "x.reshape(2, 4, 4).matmul(up.reshape(1, 4, 6))",
        ".matmul(up.reshape(1, 4, 6))",
        "TensorContractionMismatch",
        "matmul: it contracts [2, 4, 4] with [1, 4, 6], whose batch dimensions 2 and 1 differ."
            + " Batch sizes must be equal.");
    assertRefused(
        "x.contract(up, new int[0], new int[] {}, new int[] {0}, new int[] {-1})",
        ".contract(up, new int[0], new int[] {}, new int[] {0}, new int[] {-1})",
        "TensorContractionMismatch",
        "contract: it contracts rows=8 of [rows=8, embed=4] with hidden=6 of [embed=4, hidden=6]."
            + " Contracted dimensions must have one size.");
    assertRefused(
        "x.contract(up, new int[0], new int[0], new int[] {1}, new int[] {0, 1})",
        ".contract(up, new int[0], new int[0], new int[] {1}, new int[] {0, 1})",
        "TensorContractionMismatch",
        "contract: it pairs dimensions [] and [1] of [rows=8, embed=4] with [] and [0, 1] of"
            + " [embed=4, hidden=6]. Name as many dimensions of the left as of the right.");
  }

  @Test
  void broadcastsNameBothSizes() {
    assertRefused(
        "x.plus(shift)",
        ".plus(shift)",
        "TensorBroadcastMismatch",
        "plus: it broadcasts [rows=8, embed=4] with [hidden=6], which have embed=4 and hidden=6 in"
            + " dimension 1 of the result. Sizes must be equal or 1, aligned at the last"
            + " dimension.");
    assertRefused(
        "x.layerNorm(x.sum(0), shift)",
        ".layerNorm(x.sum(0), shift)",
        "TensorBroadcastMismatch",
        "layerNorm: it broadcasts [rows=8, embed=4] with [hidden=6], which have embed=4 and"
            + " hidden=6 in dimension 1 of the result. Sizes must be equal or 1, aligned at the last"
            + " dimension.");
    assertRefused(
        "x.lessThan(x).select(x, shift)",
        ".select(x, shift)",
        "TensorBroadcastMismatch",
        "select: it broadcasts [rows=8, embed=4] with [hidden=6], which have embed=4 and hidden=6"
            + " in dimension 1 of the result. Sizes must be equal or 1, aligned at the last"
            + " dimension.");
    assertRefused(
        "shift.broadcastTo(8, 4)",
        ".broadcastTo(8, 4)",
        "TensorBroadcastMismatch",
        "broadcastTo: [hidden=6] does not broadcast to [8, 4]. Sizes must be equal or 1, aligned at"
            + " the last dimension.");
  }

  @Test
  void elementTypesAreFollowed() {
    assertRefused(
        "x.sum(1).plus(ids)",
        ".plus(ids)",
        "TensorElementMismatch",
        "plus: it combines [rows=8] f32 with [rows=8] i32. Cast one of them to the element type of"
            + " the other.");
    assertRefused(
        "x.matmul(up.cast(ElementType.BF16))",
        ".matmul(up.cast(ElementType.BF16))",
        "TensorElementMismatch",
        "matmul: it combines [rows=8, embed=4] f32 with [embed=4, hidden=6] bf16. Cast one of them"
            + " to the element type of the other.");
    assertRefused(
        "x.select(x, x)",
        ".select(x, x)",
        "TensorElementMismatch",
        "select: it chooses by [rows=8, embed=4] f32. Choose by a tensor of i1, such as a"
            + " comparison gives.");
    assertRefused(
        "up.gather(x)",
        ".gather(x)",
        "TensorElementMismatch",
        "gather: it gathers rows at places of [rows=8, embed=4] f32. Places are whole numbers.");
  }

  @Test
  void sizesAndDimensionNumbersAreFollowed() {
    assertRefused(
        "x.reshape(x.dim(0), 2 * 3)",
        ".reshape(x.dim(0), 2 * 3)",
        "TensorShapeMismatch",
        "reshape: [rows=8, embed=4] has 32 elements, and [rows=8, 6] has 48. The product of the"
            + " sizes must stay 32.");
    assertRefused(
        "x.softmax(2)",
        ".softmax(2)",
        "TensorShapeMismatch",
        "softmax: [rows=8, embed=4] has 2 dimensions, and none that is number 2. Count from 0, or"
            + " from -1 backwards.");
    assertRefused(
        "x.times(x.dim(-3))",
        ".dim(-3))",
        "TensorShapeMismatch",
        "dim: [rows=8, embed=4] has 2 dimensions, and none that is number -3. Count from 0, or from"
            + " -1 backwards.");
    assertRefused(
        "x.sum(0, -2)",
        ".sum(0, -2)",
        "TensorShapeMismatch",
        "sum: dimension 0 of [rows=8, embed=4] is named twice. Name every dimension once.");
    assertRefused(
        "x.transpose(1)",
        ".transpose(1)",
        "TensorShapeMismatch",
        "transpose: it names 1 dimensions of [rows=8, embed=4]. Name every dimension once.");
    assertRefused(
        "x.slice(0, 4, 9)",
        ".slice(0, 4, 9)",
        "TensorShapeMismatch",
        "slice: [4:9] of dimension 0 of [rows=8, embed=4]. Bounds must lie within the dimension.");
    assertRefused(
        "x.concat(up, 1)",
        ".concat(up, 1)",
        "TensorShapeMismatch",
        "concat: it puts [embed=4, hidden=6] behind [rows=8, embed=4] along dimension 1. Other"
            + " sizes must be equal.");
    assertRefused(
        "x.sum().gather(ids)",
        ".gather(ids)",
        "TensorShapeMismatch",
        "gather: [] has no rows. Gather rows of a tensor.");
  }

  @Test
  void declaredShapesHold() {
    assertThat(
            check(
                """
                class Model {
                  @Dims("rows=8, hidden=6")
                  @Intermediate(name = "h", dims = @Dims("rows=8, 4"))
                  static Tensor f(@Dims("rows=8, embed=4") Tensor x, Tensor up, boolean fast) {
                    Tensor h = x.matmul(up).named("h");
                    if (fast) {
                      return h;
                    }
                    return x.transpose(1, 0).named("h");
                  }
                }
                """))
        .containsExactly(
            error(
                "TensorShapeMismatch",
                7,
                "h;",
                "the method declares that it returns [rows=8, hidden=6] f32, and this is"
                    + " [rows=8, 4] f32. Return what @Dims declares, or declare what is returned."),
            error(
                "TensorShapeMismatch",
                9,
                ".named(\"h\");",
                "@Intermediate declares that \"h\" is [rows=8, 4] f32, and this is"
                    + " [embed=4, rows=8] f32. Name a value of that shape, or declare the shape that"
                    + " it has."))
        .inOrder();
  }

  @Test
  void shapesAreFollowedIntoHelpers() {
    List<Told> told =
        check(
            """
            class Model {
              private static final int[] NONE = {};

              static Tensor loss(
                  @Dims("batch=8, seq=16, embed=32") Tensor x,
                  @Dims("embed=32, heads=4, head=8") Tensor query,
                  @Dims("heads=4, head=8, embed=32") Tensor output) {
                return attention(x, query, output).plus(x);
              }

              private static Tensor attention(Tensor x, Tensor query, Tensor output) {
                Tensor q = x.contract(query, NONE, NONE, dims(2), dims(0));
                return q.contract(output, NONE, NONE, dims(1, 3), dims(0, 1));
              }

              private static int[] dims(int... dims) {
                return dims;
              }
            }
            """);
    assertThat(told)
        .containsExactly(
            error(
                "TensorContractionMismatch",
                13,
                ".contract(output, NONE, NONE, dims(1, 3), dims(0, 1));",
                "contract: it contracts seq=16 of [batch=8, seq=16, heads=4, head=8] with heads=4"
                    + " of [heads=4, head=8, embed=32]. Contracted dimensions must have one size."
                    + " Here x is [batch=8, seq=16, embed=32], query is"
                    + " [embed=32, heads=4, head=8], output is [heads=4, head=8, embed=32]."));
  }

  @Test
  void recordsSayTheShapesOfTheirComponents() {
    List<Told> told =
        check(
            """
            class Model {
              record Block(@Dims("embed=4, hidden=6") Tensor up, @Dims("embed, hidden") Tensor down) {}

              static Tensor f(@Dims("rows=8, embed=4") Tensor x, java.util.List<Block> blocks) {
                Tensor h = x;
                for (Block block : blocks) {
                  h = h.plus(h.matmul(block.up()).matmul(block.down()));
                  h = h.plus(h.matmul(block.up().transpose(1, 0)));
                }
                return h;
              }
            }
            """);
    assertThat(told)
        .containsExactly(
            error(
                "TensorContractionMismatch",
                8,
                ".matmul(block.up().transpose(1, 0)));",
                "matmul: it contracts embed=4 of [rows=8, embed=4] with hidden=6 of"
                    + " [hidden=6, embed=4]. The last size of the left must be the last but one of"
                    + " the right; transposed, the right one would fit."));
  }

  @Test
  void fieldsThatDeclareShapesHaveThem() {
    List<Told> told =
        check(
            """
            record Block(@Dims("embed=4, hidden=6") Tensor up) {
              Tensor twice() {
                return up.matmul(this.up);
              }
            }
            """);
    assertThat(told.stream().map(Told::check)).containsExactly("TensorContractionMismatch");
  }

  /** What is wrong however the code runs is told; what may be right is not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Tensor h = x; for (int i = 0; i < 3; i++) { h = h.relu(); } h.plus(shift).log(); | 1",
        "Tensor h = x; for (int i = 0; i < 3; i++) { h = h.sum(0); } h.plus(shift).log(); | 0",
        "Tensor h = x; while (n > 0) { h = h.plus(shift); h = shift; } | 1",
        "Tensor h = x; while (n > 0) { h = h.relu(); h.plus(shift); h = shift; } | 1",
        "Tensor h = x; while (n > 0) { if (n > 1) { h.plus(shift); } h = h.sum(0); } | 1",
        "Tensor h = x; while (n > 0) { h = h.sum(0); if (n > 1) { h.plus(shift); } } | 1",
        "Tensor h = x; for (int i = 1; i < 3; i++) { h.sum(i); } | 0",
        "Tensor h = x; do { h = h.matmul(x); } while (n > 0); | 1",
        "Tensor h = x; for (int i : numbers) { if (i > 3) { h = shift; break; } } h.plus(shift); | 0",
        "Tensor h = x; for (int i : numbers) { if (i > 3) { continue; } h = shift; } h.plus(shift); | 0",
        "Tensor h = n > 0 ? x : shift; h.plus(shift); | 0",
        "Tensor h = n > 0 ? x : x.relu(); h.plus(shift); | 1",
        "Tensor h; if (n > 0) { h = x; } else { h = x.log(); } h.plus(shift); | 1",
        "Tensor h = x; if (n > 0) { h = shift; } h.plus(shift); | 0",
        "Tensor h = x; switch (n) { case 1: h = shift; break; default: h.plus(shift); } | 0",
        "Tensor h = switch (n) { case 1 -> shift; default -> x; }; h.plus(shift); | 0",
        "Tensor h = x; try { h = shift; other(); } catch (Exception e) { h.plus(shift); } | 0",
        "Tensor h = x; for (int i : numbers) { h.plus(shift); if (i > 3) { break; } h = shift; } | 1",
        "Tensor h = x; outer: for (;;) { h = shift; break outer; } h.plus(shift); | 0",
        "Tensor h = x; boolean b = n > 0 && (h = shift) != null; h.plus(shift); | 0",
        "int d = 0; d++; x.dim(d + 1); | 0",
        "int d = 1; d += n; x.softmax(d + 1); | 0",
        "int[] dims = {2}; dims[0] = 1; x.sum(dims); | 0",
        "int[] dims = {2}; java.util.Arrays.fill(dims, 1); x.sum(dims); | 0",
        "int[] dims = {2}; int[] same = dims; same[0] = 1; x.sum(dims); | 0",
        "int[] dims = {2}; x.sum(dims); | 1",
        "int[] dims = new int[2]; x.sum(dims); | 0",
        "x.softmax(n); x.sum(n, n); x.slice(n, 3, 9); x.reshape(n, 7); | 0",
        "x.softmax(x.rank()); | 1",
        "x.softmax(x.rank() - 1); x.softmax(-x.rank()); | 0",
        "java.util.function.Supplier<Tensor> f = () -> x.plus(shift); | 1",
        "java.util.function.UnaryOperator<Tensor> f = y -> y.plus(shift); f.apply(x); | 0",
        "Tensor y = recursive(x); y.plus(shift); | 0",
        "new Object() { Tensor g(Tensor x) { return x.plus(shift); } }; | 0",
        "((Tensor) x).plus((shift)); | 1",
      })
  void waysOfTheCodeAreFollowed(String body, int findings) {
    String code =
        "class Model {\n@SuppressWarnings(\"TensorResultIgnored\")\nstatic void f("
            + PARAMETERS
            + ", int n, int[] numbers) {\n"
            + body
            + "\n}\nstatic void other() throws Exception {}\n"
            + "static Tensor recursive(Tensor x) { return x.rank() > 1 ? recursive(x.sum(0)) : x; }}";
    List<Told> told = check(code);
    assertWithMessage(told.toString()).that(told).hasSize(findings);
  }

  @Test
  void namesWithoutSizesAreNotKnownToDiffer() {
    assertThat(
            check(
                """
                class Model {
                  static Tensor f(
                      @Dims("rows, embed") Tensor x,
                      @Dims("hidden, 7") Tensor up,
                      @Dims("malformed==3") Tensor odd) {
                    Tensor h = x.matmul(up).plus(x).matmul(odd);
                    return h.plus(up).reshape(x.dim(0), 3).concat(x, 1);
                  }
                }
                """))
        .isEmpty();
  }

  @Test
  void nothingFollowsFromAnError() {
    assertThat(check(returning("x.plus(shift).plus(ids).softmax(9)"))).hasSize(1);
  }

  @Test
  void checksAreSuppressedAroundTheExpression() {
    assertThat(
            check(
                """
                class Model {
                  static Tensor f(@Dims("8, 4") Tensor x) {
                    @SuppressWarnings("TensorContractionMismatch")
                    Tensor y = x.matmul(x);
                    return g(y, x);
                  }
                  @SuppressWarnings("TensorContractionMismatch")
                  static Tensor g(Tensor y, @Dims("8, 4") Tensor x) {
                    return y.plus(x.matmul(x));
                  }
                }
                """))
        .isEmpty();
    String off = "-Xep:UnusedSharding:OFF -Xep:TensorContractionMismatch:OFF";
    assertThat(Checked.check(returning("x.matmul(x)"), off)).isEmpty();
  }
}
