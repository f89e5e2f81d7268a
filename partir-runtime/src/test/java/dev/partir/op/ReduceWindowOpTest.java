package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code stablehlo.reduce_window} and {@code stablehlo.select_and_scatter}. */
final class ReduceWindowOpTest {
  private interface Body {
    float apply(float sum, float element);
  }

  /** Two dimensions with the same numbers in both. */
  private record Case(
      int size, int window, int stride, int baseDilation, int dilation, int low, int high) {
    int places() {
      int padded = low + (size - 1) * baseDilation + 1 + high;
      return (padded - (window - 1) * dilation - 1) / stride + 1;
    }

    String text(String initial, String body) {
      return """
      func.func @main(%%x: tensor<%1$dx%1$dxf32>) -> tensor<%2$dx%2$dxf32> {
        %%i = stablehlo.constant dense<%3$s> : tensor<f32>
        %%r = "stablehlo.reduce_window"(%%x, %%i) ({
        ^bb0(%%a: tensor<f32>, %%b: tensor<f32>):
          %4$s
          stablehlo.return %%c : tensor<f32>
        }) {window_dimensions = array<i64: %5$d, %5$d>, window_strides = array<i64: %6$d, %6$d>,
            base_dilations = array<i64: %7$d, %7$d>, window_dilations = array<i64: %8$d, %8$d>,
            padding = dense<[[%9$d, %10$d], [%9$d, %10$d]]> : tensor<2x2xi64>}
          : (tensor<%1$dx%1$dxf32>, tensor<f32>) -> tensor<%2$dx%2$dxf32>
        return %%r : tensor<%2$dx%2$dxf32>
      }
      """
          .formatted(
              size, places(), initial, body, window, stride, baseDilation, dilation, low, high);
    }

    float[] expected(float[] x, float initial, Body body) {
      int n = places();
      float[] out = new float[n * n];
      for (int p = 0; p < out.length; p++) {
        float sum = initial;
        for (int k = 0; k < window * window; k++) {
          int y = element(p / n, k / window);
          int z = element(p % n, k % window);
          sum = body.apply(sum, y < 0 || z < 0 ? initial : x[y * size + z]);
        }
        out[p] = sum;
      }
      return out;
    }

    private int element(int place, int k) {
      int at = place * stride + k * dilation - low;
      return at >= 0 && at % baseDilation == 0 && at / baseDilation < size ? at / baseDilation : -1;
    }
  }

  private static final Case[] CASES = {
    new Case(6, 2, 1, 1, 1, 0, 0),
    new Case(7, 3, 2, 1, 1, 1, 1),
    new Case(5, 2, 1, 3, 2, 2, 1),
    new Case(4, 3, 2, 2, 2, 3, 2),
    new Case(6, 2, 3, 2, 1, -1, -2),
    new Case(70, 3, 1, 1, 1, 1, 1)
  };

  private static void compare(String initial, String text, Body body) {
    Random random = new Random(11);
    for (Case c : CASES) {
      float[] x = new float[c.size * c.size];
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextFloat() - 0.5f;
      }
      HostArray result =
          Snippets.run(
                  c.text(initial, text),
                  HostArray.of(TensorType.of(ElementType.F32, c.size, c.size), x))
              .get(0);
      assertWithMessage("%s over %s", text, c)
          .that(result.floats())
          .isEqualTo(c.expected(x, Float.parseFloat(initial), body));
    }
  }

  @Test
  void windowsFoldInRowMajorOrderOverPaddingToo() {
    compare("0.0", "%c = stablehlo.add %a, %b : tensor<f32>", Float::sum);
    compare("1.5", "%c = stablehlo.add %a, %b : tensor<f32>", Float::sum);
    compare("-0.1", "%c = stablehlo.maximum %a, %b : tensor<f32>", Math::max);
    compare(
        "0.25",
        "%d = stablehlo.multiply %a, %b : tensor<f32>\n"
            + "%c = stablehlo.subtract %b, %d : tensor<f32>",
        (a, b) -> b - a * b);
  }

  /** Running sums along dimension 1 of 2x5, as JAX writes them. */
  private static String running(String type, String body, String initial, String padding) {
    return """
    func.func @main(%%x: tensor<2x5x%1$s>) -> tensor<2x5x%1$s> {
      %%i = stablehlo.constant dense<%3$s> : tensor<%1$s>
      %%r = "stablehlo.reduce_window"(%%x, %%i) ({
      ^bb0(%%a: tensor<%1$s>, %%b: tensor<%1$s>):
        %2$s
        stablehlo.return %%c : tensor<%1$s>
      }) {window_dimensions = array<i64: 1, 5>,
          padding = dense<[[0, 0], [%4$s]]> : tensor<2x2xi64>}
        : (tensor<2x5x%1$s>, tensor<%1$s>) -> tensor<2x5x%1$s>
      return %%r : tensor<2x5x%1$s>
    }
    """
        .formatted(type, body, initial, padding);
  }

  @Test
  void runningSumsRoundAsTheirWindowsDo() {
    float[] x = {1e8f, 1, 1, -1e8f, 3, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f};
    TensorType type = TensorType.of(ElementType.F32, 2, 5);
    String add = "%c = stablehlo.add %a, %b : tensor<f32>";
    float[] forward =
        Snippets.run(running("f32", add, "0.0", "4, 0"), HostArray.of(type, x.clone()))
            .get(0)
            .floats();
    float[] backward =
        Snippets.run(running("f32", add, "0.0", "0, 4"), HostArray.of(type, x.clone()))
            .get(0)
            .floats();
    for (int row = 0; row < 10; row += 5) {
      for (int i = 0; i < 5; i++) {
        float before = 0;
        for (int j = 0; j <= i; j++) {
          before += x[row + j];
        }
        assertThat(forward[row + i]).isEqualTo(before);
        float after = 0;
        for (int j = i; j < 5; j++) {
          after += x[row + j];
        }
        assertThat(backward[row + i]).isEqualTo(after);
      }
    }
  }

  @Test
  void runningExtremesGoBothWays() {
    TensorType type = TensorType.of(ElementType.I32, 2, 5);
    int[] x = {3, 1, 4, 1, 5, -2, -7, -1, -8, -2};
    String least = "%c = stablehlo.minimum %a, %b : tensor<i32>";
    assertThat(
            Snippets.text(
                Snippets.run(
                        running("i32", least, "2147483647", "0, 4"), HostArray.of(type, x.clone()))
                    .get(0)))
        .isEqualTo("1 1 1 1 5 -8 -8 -8 -8 -2");
    assertThat(
            Snippets.text(
                Snippets.run(
                        running("i32", least, "2147483647", "4, 0"), HostArray.of(type, x.clone()))
                    .get(0)))
        .isEqualTo("3 1 1 1 1 -2 -7 -7 -8 -8");
  }

  @Test
  void aRunningSumOfManyElementsTakesOneStepPerElement() {
    // A step per element of each window would be 5 * 10^9 of them.
    int n = 100_000;
    String text =
        """
        func.func @main(%%x: tensor<%1$dxi64>) -> tensor<%1$dxi64> {
          %%i = stablehlo.constant dense<0> : tensor<i64>
          %%r = "stablehlo.reduce_window"(%%x, %%i) ({
          ^bb0(%%a: tensor<i64>, %%b: tensor<i64>):
            %%c = stablehlo.add %%a, %%b : tensor<i64>
            stablehlo.return %%c : tensor<i64>
          }) {window_dimensions = array<i64: %1$d>,
              padding = dense<[[%2$d, 0]]> : tensor<1x2xi64>}
            : (tensor<%1$dxi64>, tensor<i64>) -> tensor<%1$dxi64>
          return %%r : tensor<%1$dxi64>
        }
        """
            .formatted(n, n - 1);
    long[] ones = new long[n];
    java.util.Arrays.fill(ones, 1);
    HostArray sums =
        Snippets.run(text, HostArray.of(TensorType.of(ElementType.I64, n), ones)).get(0);
    assertThat(sums.longs()[n - 1]).isEqualTo(n);
    assertThat(sums.longs()[n / 2]).isEqualTo(n / 2 + 1);
  }

  @Test
  void selectionsKeepTheFirstOfEqualsAndSourcesThatMeetAreCombined() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<5xi32> {
                  %x = stablehlo.constant dense<[1, 5, 5, 2, 3]> : tensor<5xi32>
                  %s = stablehlo.constant dense<[10, 20, 30, 40, 50, 60]> : tensor<6xi32>
                  %i = stablehlo.constant dense<1> : tensor<i32>
                  %r = "stablehlo.select_and_scatter"(%x, %s, %i) ({
                  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
                    %c = stablehlo.compare GE, %a, %b : (tensor<i32>, tensor<i32>) -> tensor<i1>
                    stablehlo.return %c : tensor<i1>
                  }, {
                  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
                    %c = stablehlo.add %a, %b : tensor<i32>
                    stablehlo.return %c : tensor<i32>
                  }) {window_dimensions = array<i64: 2>,
                      padding = dense<[[1, 1]]> : tensor<1x2xi64>}
                    : (tensor<5xi32>, tensor<6xi32>, tensor<i32>) -> tensor<5xi32>
                  return %r : tensor<5xi32>
                }
                """))
        // Windows over 1 | 1,5 | 5,5 | 5,2 | 2,3 | 3.
        .isEqualTo("11 51 41 1 111");
  }

  private static String refusal(String attributes, String result) {
    return Snippets.refusal(
        """
        func.func @main(%%x: tensor<5x6xf32>, %%i: tensor<f32>) {
          %%r = "stablehlo.reduce_window"(%%x, %%i) ({
          ^bb0(%%a: tensor<f32>, %%b: tensor<f32>):
            stablehlo.return %%a : tensor<f32>
          }) {%s} : (tensor<5x6xf32>, tensor<f32>) -> %s
          return
        }
        """
            .formatted(attributes, result));
  }

  @Test
  void wrongNumbersAreToldByTheConstraint() {
    assertThat(refusal("", "tensor<5x6xf32>"))
        .isEqualTo("it has no window_dimensions (constraint I3)");
    assertThat(refusal("window_dimensions = \"2\"", "tensor<5x6xf32>"))
        .isEqualTo("window_dimensions is not a list of integers (constraint I3)");
    assertThat(refusal("window_dimensions = array<i64: 2>", "tensor<5x6xf32>"))
        .isEqualTo("window_dimensions has 1 numbers for 2 dimensions (constraint C4)");
    assertThat(
            refusal(
                "window_dimensions = array<i64: 2, 2>, base_dilations = array<i64: 1, 0>",
                "tensor<4x5xf32>"))
        .isEqualTo("base_dilations has 0 (constraint C9)");
    assertThat(refusal("window_dimensions = array<i64: 2, 2>", "tensor<5x6xf32>"))
        .isEqualTo(
            "result 0 is declared as tensor<5x6xf32>, but the operands make it tensor<4x5xf32>"
                + " (constraint C15, C16)");
    assertThat(
            refusal(
                "window_dimensions = array<i64: 2, 2>, padding = dense<0> : tensor<2x3xi64>",
                "tensor<4x5xf32>"))
        .isEqualTo("its padding is a tensor<2x3xi64> (constraint C12)");
  }
}
