package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random bits, against those of XLA on the CPU (jaxlib 0.10.2), and random numbers. */
final class RandomOpsTest {
  private static final long KEY = 0x0123456789ABCDEFL;

  private static List<HostArray> draw(String algorithm, String type, long... state) {
    String stateType = "tensor<" + state.length + "xui64>";
    return Run.function(
        "%s: " + stateType,
        stateType + ", tensor<" + type + ">",
        "%a, %b = stablehlo.rng_bit_generator %s, algorithm = "
            + algorithm
            + " : ("
            + stateType
            + ") -> ("
            + stateType
            + ", tensor<"
            + type
            + ">)\nreturn %a, %b : "
            + stateType
            + ", tensor<"
            + type
            + ">",
        HostArray.of(TensorType.of(ElementType.UI64, state.length), state));
  }

  @Test
  void threefryOfOddSizes() {
    var drawn = draw("THREE_FRY", "3x5xui32", KEY, -2);
    assertThat(drawn.get(0).longs()).isEqualTo(new long[] {KEY, 7});
    assertThat(drawn.get(1).ints())
        .isEqualTo(
            new int[] {
              0xb0f4215b, 0xe19a60b4, 0x0b3d7494, 0xacf8c4dc, 0xaaa4d889, 0x75a52907, 0xd3dd8613,
              0x35d0e5f1, 0x8ed17fe4, 0x7c2f19d8, 0xde79bbbd, 0x1713fd18, 0xb09d029e, 0x7d84f441,
              0x6ca3e732
            });
  }

  @Test
  void threefryOfLongNumbersAndOfShortOnes() {
    var longs = draw("THREE_FRY", "3xui64", KEY, -2);
    assertThat(longs.get(0).longs()).isEqualTo(new long[] {KEY, 1});
    assertThat(longs.get(1).longs())
        .isEqualTo(new long[] {0xe19a60b4b0f4215bL, 0xacf8c4dc0b3d7494L, 0x6b35c4f4aaa4d889L});
    var shorts = draw("THREE_FRY", "2x3xui16", KEY, -2);
    assertThat(shorts.get(1).ints())
        .isEqualTo(new int[] {0x215b, 0x7494, 0xd889, 0x60b4, 0xc4dc, 0xc4f4});
    assertThat(draw("THREE_FRY", "ui32", KEY, -2).get(1).ints()).isEqualTo(new int[] {0xb0f4215b});
  }

  @Test
  void philoxOfBothSizesOfState() {
    var three = draw("PHILOX", "5xui32", KEY, -2, 0x77);
    assertThat(three.get(0).longs()).isEqualTo(new long[] {KEY, 0, 0x78});
    assertThat(three.get(1).ints())
        .isEqualTo(new int[] {0x366d109d, 0xfd80a598, 0x079e6b6c, 0xeb708605, 0xa64b3ebe});
    var two = draw("PHILOX", "3xui64", KEY, -2);
    assertThat(two.get(0).longs()).isEqualTo(new long[] {KEY, 0});
    assertThat(two.get(1).longs())
        .isEqualTo(new long[] {0x41c5f8060a485194L, 0x3885a3d4d6822feeL, 0x307385e041eb59f3L});
  }

  @Test
  void theDefaultIsPhilox() {
    assertThat(draw("DEFAULT", "5xui8", KEY, -2).get(1).ints())
        .isEqualTo(new int[] {0x94, 0x06, 0xee, 0xd4, 0xf3});
  }

  @Test
  void aStateOfAnotherSizeIsTold() {
    assertThat(
            Run.error(
                "%s: tensor<3xui64>",
                "tensor<3xui64>",
                "%a, %b = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY"
                    + " : (tensor<3xui64>) -> (tensor<3xui64>, tensor<2xui32>)\n"
                    + "return %a : tensor<3xui64>"))
        .contains("its state is a tensor<3xui64> (constraint C2). It is a tensor<2xui64>");
  }

  private static HostArray rng(ElementType element, String distribution, double a, double b) {
    String type = element.text();
    String scalar = "tensor<" + type + ">";
    return Run.function(
            "%a: " + scalar + ", %b: " + scalar,
            "tensor<50x40x" + type + ">",
            "%n = stablehlo.constant dense<[50, 40]> : tensor<2xi64>\n"
                + "%r = stablehlo.rng %a, %b, %n, distribution = "
                + distribution
                + (" : (" + scalar + ", " + scalar + ", tensor<2xi64>) -> tensor<50x40x")
                + (type + ">\nreturn %r : tensor<50x40x" + type + ">"),
            HostArray.scalar(element, a),
            HostArray.scalar(element, b))
        .get(0);
  }

  @Test
  void uniformNumbersFillTheirRange() {
    HostArray numbers = rng(ElementType.F32, "UNIFORM", -2, 3);
    double sum = 0;
    for (float number : numbers.floats()) {
      assertThat(number).isAtLeast(-2f);
      assertThat(number).isLessThan(3f);
      sum += number;
    }
    assertThat(sum / numbers.length()).isWithin(0.1).of(0.5);
    boolean[] seen = new boolean[4];
    for (int number : rng(ElementType.I32, "UNIFORM", 5, 9).ints()) {
      seen[number - 5] = true;
    }
    assertThat(seen).isEqualTo(new boolean[] {true, true, true, true});
  }

  @Test
  void normalNumbersHaveTheirMeanAndDeviation() {
    double[] numbers = rng(ElementType.F64, "NORMAL", 10, 2).doubles();
    double sum = 0;
    double squares = 0;
    for (double number : numbers) {
      sum += number;
      squares += (number - 10) * (number - 10);
    }
    assertThat(sum / numbers.length).isWithin(0.2).of(10);
    assertThat(Math.sqrt(squares / numbers.length)).isWithin(0.15).of(2);
  }

  @Test
  void everyRunDrawsTheSame() {
    assertThat(rng(ElementType.F32, "NORMAL", 0, 1).floats())
        .isEqualTo(rng(ElementType.F32, "NORMAL", 0, 1).floats());
  }

  @Test
  void normalIntegersAreTold() {
    assertThat(
            Run.error(
                "%a: tensor<i32>, %n: tensor<1xi64>",
                "tensor<2xi32>",
                "%r = stablehlo.rng %a, %a, %n, distribution = NORMAL"
                    + " : (tensor<i32>, tensor<i32>, tensor<1xi64>) -> tensor<2xi32>\n"
                    + "return %r : tensor<2xi32>"))
        .contains("it makes normal numbers of type i32 (constraint C2)");
  }
}
