package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code stablehlo.convolution}, against the sum that the specification says. */
final class ConvolutionOpTest {
  /** A case: input [batch, y, x, feature], kernel [y, x, input feature, output feature]. */
  private record Case(
      int batch,
      int size,
      int features,
      int kernel,
      int outputs,
      int stride,
      int low,
      int high,
      int inputDilation,
      int kernelDilation,
      boolean reverse,
      int featureGroups,
      int batchGroups) {
    int padded() {
      return low + (size - 1) * inputDilation + 1 + high;
    }

    int places() {
      return (padded() - (kernel - 1) * kernelDilation - 1) / stride + 1;
    }

    /** The same numbers in both spatial dimensions, except that only y is reversed. */
    String text(String element) {
      String input = "tensor<%dx%dx%dx%dx%s>".formatted(batch, size, size, features, element);
      String weights =
          "tensor<%dx%dx%dx%dx%s>"
              .formatted(kernel, kernel, features / featureGroups, outputs, element);
      String result =
          "tensor<%dx%dx%dx%dx%s>"
              .formatted(batch / batchGroups, places(), places(), outputs, element);
      String window =
          ("stride = [%1$d, %1$d], pad = [[%2$d, %3$d], [%2$d, %3$d]], lhs_dilate = [%4$d, %4$d],"
                  + " rhs_dilate = [%5$d, %5$d], reverse = [%6$b, false]")
              .formatted(stride, low, high, inputDilation, kernelDilation, reverse);
      return """
      func.func @main(%%x: %1$s, %%w: %2$s) -> %3$s {
        %%r = stablehlo.convolution(%%x, %%w)
          dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {%4$s}
          {batch_group_count = %5$d : i64, feature_group_count = %6$d : i64}
          : (%1$s, %2$s) -> %3$s
        return %%r : %3$s
      }
      """
          .formatted(input, weights, result, window, batchGroups, featureGroups);
    }

    /** The sum in single precision, in row-major order of the window, then of the features. */
    float[] expected(float[] x, float[] w) {
      int n = places();
      int each = features / featureGroups;
      int perGroup = outputs / (featureGroups * batchGroups);
      float[] out = new float[batch / batchGroups * n * n * outputs];
      int at = 0;
      for (int b = 0; b < batch / batchGroups; b++) {
        for (int oy = 0; oy < n; oy++) {
          for (int ox = 0; ox < n; ox++) {
            for (int o = 0; o < outputs; o++, at++) {
              int group = o / perGroup;
              int image = batchGroups > 1 ? group * (batch / batchGroups) + b : b;
              int firstFeature = featureGroups > 1 ? group * each : 0;
              float sum = 0;
              for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                  int wy = reverse ? kernel - 1 - ky : ky;
                  int y = element(oy * stride + wy * kernelDilation - low);
                  int xx = element(ox * stride + kx * kernelDilation - low);
                  for (int f = 0; f < each; f++) {
                    float value =
                        y < 0 || xx < 0
                            ? 0
                            : x[((image * size + y) * size + xx) * features + firstFeature + f];
                    sum += value * w[((ky * kernel + kx) * each + f) * outputs + o];
                  }
                }
              }
              out[at] = sum;
            }
          }
        }
      }
      return out;
    }

    private int element(int at) {
      return at >= 0 && at % inputDilation == 0 && at / inputDilation < size
          ? at / inputDilation
          : -1;
    }
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  @Test
  void everySumIsThatOfTheWindowBitByBit() {
    Random random = new Random(5);
    for (Case c :
        new Case[] {
          new Case(2, 6, 3, 3, 4, 1, 1, 1, 1, 1, false, 1, 1),
          new Case(1, 7, 2, 2, 3, 2, 0, 1, 1, 2, true, 1, 1),
          new Case(2, 4, 2, 3, 2, 1, 2, 1, 2, 1, false, 1, 1),
          new Case(1, 6, 2, 2, 2, 1, -1, -2, 1, 1, false, 1, 1),
          new Case(1, 5, 6, 3, 4, 1, 1, 0, 1, 1, false, 2, 1),
          new Case(2, 5, 8, 3, 8, 2, 1, 1, 1, 1, true, 8, 1),
          new Case(4, 5, 3, 2, 6, 1, 0, 0, 1, 1, false, 1, 2)
        }) {
      float[] x = numbers(random, c.batch * c.size * c.size * c.features);
      float[] w = numbers(random, c.kernel * c.kernel * c.features / c.featureGroups * c.outputs);
      float[] result =
          Snippets.run(
                  c.text("f32"),
                  HostArray.of(
                      TensorType.of(ElementType.F32, c.batch, c.size, c.size, c.features), x),
                  HostArray.of(
                      TensorType.of(
                          ElementType.F32,
                          c.kernel,
                          c.kernel,
                          c.features / c.featureGroups,
                          c.outputs),
                      w))
              .get(0)
              .floats();
      assertWithMessage(c.toString()).that(result).isEqualTo(c.expected(x, w));
    }
  }

  @Test
  void dimensionsMayStandInAnyOrderAndThereMayBeNoneInSpace() {
    // [f, b] times [o, i] to [f, b]: the product of the kernel with the input.
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<2x1xi32> {
                  %x = stablehlo.constant dense<[[1], [2], [3]]> : tensor<3x1xi32>
                  %w = stablehlo.constant dense<[[1, 10, 100], [0, -1, 1]]> : tensor<2x3xi32>
                  %r = stablehlo.convolution(%x, %w) dim_numbers = [f, b]x[o, i]->[f, b],
                    window = {} : (tensor<3x1xi32>, tensor<2x3xi32>) -> tensor<2x1xi32>
                  return %r : tensor<2x1xi32>
                }
                """))
        .isEqualTo("321 1");
  }

  @Test
  void theOlderFormOfDimensionNumbersIsRead() {
    assertThat(
            Snippets.elements(
                """
                func.func @main() -> tensor<1x2x1xi32> {
                  %x = stablehlo.constant dense<[[[1], [2], [3]]]> : tensor<1x3x1xi32>
                  %w = stablehlo.constant dense<[[[1]], [[10]]]> : tensor<2x1x1xi32>
                  %r = "stablehlo.convolution"(%x, %w) {dimension_numbers = #stablehlo.conv<raw
                      input_batch_dimension = 0, input_feature_dimension = 2,
                      input_spatial_dimensions = [1], kernel_input_feature_dimension = 1,
                      kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0],
                      output_batch_dimension = 0, output_feature_dimension = 2,
                      output_spatial_dimensions = [1]>,
                    batch_group_count = 1 : i64, feature_group_count = 1 : i64}
                    : (tensor<1x3x1xi32>, tensor<2x1x1xi32>) -> tensor<1x2x1xi32>
                  return %r : tensor<1x2x1xi32>
                }
                """))
        .isEqualTo("21 32");
  }

  private static String refusal(String numbers, String window, String attributes, String result) {
    return Snippets.refusal(
        """
        func.func @main(%%x: tensor<2x5x4xf32>, %%w: tensor<3x4x6xf32>) {
          %%r = stablehlo.convolution(%%x, %%w) dim_numbers = %s, window = {%s} {%s}
            : (tensor<2x5x4xf32>, tensor<3x4x6xf32>) -> %s
          return
        }
        """
            .formatted(numbers, window, attributes, result));
  }

  @Test
  void whatDoesNotFitIsToldByTheConstraint() {
    String numbers = "[b, 0, f]x[0, i, o]->[b, 0, f]";
    assertThat(refusal("[b, 0, ?]x[0, i, o]->[b, 0, f]", "", "", "tensor<2x3x6xf32>"))
        .isEqualTo(
            "its dimension numbers name the dimensions of the input wrongly (constraint C12, C13)");
    assertThat(refusal(numbers, "stride = [0]", "", "tensor<2x3x6xf32>"))
        .isEqualTo("window_strides has 0 (constraint C3)");
    assertThat(refusal(numbers, "pad = [[1, 1], [1, 1]]", "", "tensor<2x3x6xf32>"))
        .isEqualTo("its padding is a tensor<2x2xi64> (constraint C4)");
    assertThat(refusal(numbers, "", "feature_group_count = 3 : i64", "tensor<2x3x6xf32>"))
        .isEqualTo("the input's features of size 4 are in 3 groups (constraint C11)");
    assertThat(refusal(numbers, "", "feature_group_count = 2 : i64", "tensor<2x3x6xf32>"))
        .isEqualTo("its kernel takes 4 features of 4 in 2 groups (constraint C14)");
    assertThat(refusal(numbers, "", "", "tensor<2x4x6xf32>"))
        .isEqualTo(
            "result 0 is declared as tensor<2x4x6xf32>, but the operands make it"
                + " tensor<2x3x6xf32> (constraint C25, C26)");
  }

  @Test
  void integersAreSummedAsTheNumbersOfAWiderResult() {
    for (String result : new String[] {"f32", "i32", "f16"}) {
      assertThat(
              Snippets.elements(
                  """
                  func.func @main() -> tensor<1x1x1x%1$s> {
                    %%x = stablehlo.constant dense<100> : tensor<1x3x1xi8>
                    %%w = stablehlo.constant dense<2> : tensor<3x1x1xi8>
                    %%r = stablehlo.convolution(%%x, %%w)
                      dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {}
                      {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
                      : (tensor<1x3x1xi8>, tensor<3x1x1xi8>) -> tensor<1x1x1x%1$s>
                    return %%r : tensor<1x1x1x%1$s>
                  }
                  """
                      .formatted(result)))
          .isEqualTo("600");
    }
  }
}
