package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code stablehlo.reduce}: every fold in row-major order from its initial value. */
final class ReduceOpTest {
  private static final int[] SHAPE = {13, 5, 40, 60};

  private interface Body {
    float apply(float sum, float element);
  }

  private static String text(String dims, String result, String body) {
    return """
    func.func @main(%%x: tensor<13x5x40x60xf32>) -> tensor<%sf32> {
      %%i = stablehlo.constant dense<0.5> : tensor<f32>
      %%r = stablehlo.reduce(%%x init: %%i) across dimensions = [%s]
        : (tensor<13x5x40x60xf32>, tensor<f32>) -> tensor<%sf32>
        reducer(%%a: tensor<f32>, %%b: tensor<f32>) {
          %s
          stablehlo.return %%c : tensor<f32>
        }
      return %%r : tensor<%sf32>
    }
    """
        .formatted(result, dims, result, body, result);
  }

  private static void compare(String body, Body expected) {
    float[] x = new float[13 * 5 * 40 * 60];
    Random random = new Random(2);
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() - 0.5f;
    }
    String[][] cases = {
      {"3", "13x5x40x"}, {"0", "5x40x60x"}, {"1, 2", "13x60x"}, {"0, 3", "5x40x"}
    };
    for (String[] c : cases) {
      boolean[] folded = new boolean[4];
      for (String dim : c[0].split(", ", -1)) {
        folded[Integer.parseInt(dim)] = true;
      }
      float[] sums = new float[13 * 5 * 40 * 60];
      java.util.Arrays.fill(sums, 0.5f);
      int last = 0;
      for (int i = 0; i < x.length; i++) {
        int rest = i;
        int stride = 1;
        int at = 0;
        for (int d = 3; d >= 0; d--) {
          if (!folded[d]) {
            at += rest % SHAPE[d] * stride;
            stride *= SHAPE[d];
          }
          rest /= SHAPE[d];
        }
        sums[at] = expected.apply(sums[at], x[i]);
        last = Math.max(last, at);
      }
      HostArray result =
          Snippets.run(
                  text(c[0], c[1], body),
                  HostArray.of(TensorType.of(ElementType.F32, 13, 5, 40, 60), x.clone()))
              .get(0);
      assertWithMessage("%s across %s", body, c[0])
          .that(result.floats())
          .isEqualTo(java.util.Arrays.copyOf(sums, last + 1));
    }
  }

  @Test
  void sumsAlongAnyDimensionsKeepTheirOrder() {
    compare("%c = stablehlo.add %a, %b : tensor<f32>", Float::sum);
  }

  @Test
  void bodiesOfAnyKindKeepTheirOrder() {
    compare(
        "%h = stablehlo.constant dense<0.5> : tensor<f32>\n"
            + "%m = stablehlo.multiply %a, %h : tensor<f32>\n"
            + "%c = stablehlo.subtract %b, %m : tensor<f32>",
        (a, b) -> b - a * 0.5f);
  }

  @Test
  void aBodyMayFoldInAWiderType() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<i32> {
                  %x = stablehlo.constant dense<[100, 100, 100]> : tensor<3xi8>
                  %i = stablehlo.constant dense<1> : tensor<i8>
                  %r = stablehlo.reduce(%x init: %i) across dimensions = [0]
                    : (tensor<3xi8>, tensor<i8>) -> tensor<i32>
                    reducer(%a: tensor<i32>, %b: tensor<i32>) {
                      %c = stablehlo.add %a, %b : tensor<i32>
                      stablehlo.return %c : tensor<i32>
                    }
                  return %r : tensor<i32>
                }
                """))
        .isEqualTo("301");
  }

  @Test
  void aFoldOfNothingIsItsInitialValue() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<2xf32> {
                  %x = stablehlo.constant dense<> : tensor<2x0xf32>
                  %i = stablehlo.constant dense<7.0> : tensor<f32>
                  %r = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1]
                    : (tensor<2x0xf32>, tensor<f32>) -> tensor<2xf32>
                  return %r : tensor<2xf32>
                }
                """))
        .isEqualTo("7 7");
  }

  @Test
  void aSingleElementIsFolded() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<1xf32> {
                  %x = stablehlo.constant dense<3.0> : tensor<1x1xf32>
                  %i = stablehlo.constant dense<1.0> : tensor<f32>
                  %r = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1]
                    : (tensor<1x1xf32>, tensor<f32>) -> tensor<1xf32>
                  return %r : tensor<1xf32>
                }
                """))
        .isEqualTo("4");
  }

  @Test
  void aBodyOfTheWrongTypesIsToldByTheConstraint() {
    String program =
        """
        func.func @main(%x: tensor<3xf32>, %i: tensor<f32>) {
          %r = "stablehlo.reduce"(%x, %i) ({
          ^bb0(%a: tensor<TYPE>, %b: tensor<TYPE>):
            stablehlo.return %a : tensor<TYPE>
          }) {dimensions = array<i64: DIM>} : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
          return
        }
        """;
    assertThat(Snippets.refusal(program.replace("TYPE", "f16").replace("DIM", "0")))
        .isEqualTo("its body folds f32 as f16 (constraint C6)");
    assertThat(Snippets.refusal(program.replace("TYPE", "2xf32").replace("DIM", "0")))
        .contains("(constraint C6)");
    assertThat(Snippets.refusal(program.replace("TYPE", "f32").replace("DIM", "1")))
        .isEqualTo("dimensions has 1 for a tensor of rank 1 (constraint C4, C5)");
  }
}
