package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sums of numbers narrower than f32 are those that f32 gives, rounded once: whatever operation adds
 * them up, its result is that of the same operation on f32, converted.
 */
final class NarrowSumsTest {
  private static final String ADD =
      """
      ({
      ^bb0(%l: tensor<TYPE>, %r: tensor<TYPE>):
        %t = stablehlo.add %l, %r : tensor<TYPE>
        stablehlo.return %t : tensor<TYPE>
      })""";

  /** Operations on %a, 8x96, and %b, 96x8, that make a %c of 8x8, or of the type after a bar. */
  private static final List<String> SUMS =
      List.of(
          """
          %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
            : (tensor<8x96xTYPE>, tensor<96x8xTYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %x = stablehlo.reshape %a : (tensor<8x96xTYPE>) -> tensor<8x12x8xTYPE>
          %k = stablehlo.reshape %b : (tensor<96x8xTYPE>) -> tensor<12x8x8xTYPE>
          %y = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f],
            window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
            : (tensor<8x12x8xTYPE>, tensor<12x8x8xTYPE>) -> tensor<8x1x8xTYPE>
          %c = stablehlo.reshape %y : (tensor<8x1x8xTYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %x = stablehlo.reshape %a : (tensor<8x96xTYPE>) -> tensor<8x12x8xTYPE>
          %c = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1]
            : (tensor<8x12x8xTYPE>, tensor<TYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %c = "stablehlo.reduce_window"(%b, %i) <{window_dimensions = array<i64: 89, 1>}> BODY
            : (tensor<96x8xTYPE>, tensor<TYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %y = "stablehlo.reduce_window"(%b, %z) <{window_dimensions = array<i64: 96, 1>,
            padding = dense<[[95, 0], [0, 0]]> : tensor<2x2xi64>}> BODY
            : (tensor<96x8xTYPE>, tensor<TYPE>) -> tensor<96x8xTYPE>
          %c = stablehlo.slice %y [88:96, 0:8] : (tensor<96x8xTYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %n = stablehlo.iota dim = 0 : tensor<96x1xi32>
          %e = stablehlo.constant dense<8> : tensor<96x1xi32>
          %p = stablehlo.remainder %n, %e : tensor<96x1xi32>
          %s = stablehlo.slice %b [0:8, 0:8] : (tensor<96x8xTYPE>) -> tensor<8x8xTYPE>
          %c = "stablehlo.scatter"(%s, %p, %b) <{scatter_dimension_numbers =
            #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0],
            scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> BODY
            : (tensor<8x8xTYPE>, tensor<96x1xi32>, tensor<96x8xTYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %o = stablehlo.slice %b [0:8, 0:8] : (tensor<96x8xTYPE>) -> tensor<8x8xTYPE>
          %s = stablehlo.slice %b [8:12, 0:8] : (tensor<96x8xTYPE>) -> tensor<4x8xTYPE>
          %c = "stablehlo.select_and_scatter"(%o, %s, %i) <{window_dimensions = array<i64: 5, 1>}> ({
            ^bb0(%l: tensor<TYPE>, %r: tensor<TYPE>):
              %g = stablehlo.compare GE, %l, %r : (tensor<TYPE>, tensor<TYPE>) -> tensor<i1>
              stablehlo.return %g : tensor<i1>
            }, BLOCK : (tensor<8x8xTYPE>, tensor<4x8xTYPE>, tensor<TYPE>) -> tensor<8x8xTYPE>
          """,
          """
          %g = stablehlo.constant dense<[90, 6]> : tensor<2xi64>
          %x = stablehlo.broadcast_in_dim %b, dims = [1, 2]
            : (tensor<96x8xTYPE>) -> tensor<2x96x8xTYPE>
          %y = "chlo.ragged_dot"(%a, %x, %g) {ragged_dot_dimension_numbers = #chlo.ragged_dot<
            lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1],
            lhs_ragged_dimensions = [0], rhs_group_dimensions = [0]>}
            : (tensor<8x96xTYPE>, tensor<2x96x8xTYPE>, tensor<2xi64>) -> tensor<8x8xTYPE>
          %c = stablehlo.reshape %y : (tensor<8x8xTYPE>) -> tensor<8x8xTYPE>
          """);

  static Stream<ElementType> narrow() {
    return Stream.of(ElementType.values())
        .filter(type -> type.isFloat() && type.bits() < 32 && type != ElementType.F8E8M0FNU);
  }

  private static HostArray run(String sum, String type, HostArray a, HostArray b) {
    String text =
        ("func.func @main(%a: tensor<8x96xTYPE>, %b: tensor<96x8xTYPE>) -> tensor<8x8xTYPE> {\n"
                + "%i = stablehlo.constant dense<0.5> : tensor<TYPE>\n"
                + "%z = stablehlo.constant dense<0.0> : tensor<TYPE>\n"
                + sum.replace("BODY", ADD).replace("BLOCK", ADD.substring(1))
                + "return %c : tensor<8x8xTYPE>\n}")
            .replace("TYPE", type);
    return Snippets.run(text, a, b).get(0);
  }

  private static HostArray random(SplittableRandom random, ElementType type, long... dims) {
    HostArray array = HostArray.zeros(TensorType.of(type, dims));
    for (int i = 0; i < array.length(); i++) {
      array.set(i, random.nextDouble(-0.5, 2));
    }
    return array;
  }

  private static HostArray as(HostArray array, ElementType type) {
    return ConvertOp.convert(array, array.type().withElement(type));
  }

  @ParameterizedTest
  @MethodSource("narrow")
  void sumsAreThoseOfF32RoundedOnce(ElementType type) {
    SplittableRandom random = new SplittableRandom(20);
    HostArray a = random(random, type, 8, 96);
    HostArray b = random(random, type, 96, 8);
    for (String sum : SUMS) {
      HostArray wide = run(sum, "f32", as(a, ElementType.F32), as(b, ElementType.F32));
      HostArray narrow = run(sum, type.text(), a, b);
      assertWithMessage("%s of %s", sum, type).that(narrow.sameElements(as(wide, type))).isTrue();
    }
  }

  /** A sum across processes, in whose group are as many as it has terms. */
  @Test
  void sumsOfProcessesAreRoundedOnce() {
    String text =
        """
        func.func @main() {
          %a = stablehlo.constant dense<256.0> : tensor<bf16>
          %b = stablehlo.constant dense<1.0> : tensor<bf16>
          %r:3 = "interpreter.run_parallel"(%a, %b, %b) {programs = [[@f], [@f], [@f]]}
            : (tensor<bf16>, tensor<bf16>, tensor<bf16>)
            -> (tensor<bf16>, tensor<bf16>, tensor<bf16>)
          check.expect_eq_const %r#0, dense<258.0> : tensor<bf16>
          return
        }
        func.func private @f(%a: tensor<bf16>) -> tensor<bf16> {
          %r = "stablehlo.all_reduce"(%a) BODY {replica_groups = dense<[[0, 1, 2]]> : tensor<1x3xi64>}
            : (tensor<bf16>) -> tensor<bf16>
          return %r : tensor<bf16>
        }
        """
            .replace("BODY", ADD.replace("TYPE", "bf16"));
    assertThat(Run.module(text)).isEmpty();
  }

  /** What JAX gives on a CPU, where sums that round every step end at 256. */
  @Test
  void sumsOfOnesAreTheirNumber() {
    String text =
        """
        func.func @main() -> (tensor<bf16>, tensor<bf16>) {
          %x = stablehlo.constant dense<1.0> : tensor<2560xbf16>
          %y = stablehlo.constant dense<8.0> : tensor<512xbf16>
          %i = stablehlo.constant dense<0.0> : tensor<bf16>
          %s = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [0]
            : (tensor<2560xbf16>, tensor<bf16>) -> tensor<bf16>
          %p = stablehlo.dot_general %y, %y, contracting_dims = [0] x [0]
            : (tensor<512xbf16>, tensor<512xbf16>) -> tensor<bf16>
          return %s, %p : tensor<bf16>, tensor<bf16>
        }
        """;
    List<HostArray> sums = Snippets.run(text);
    assertThat(sums.get(0).get(0)).isEqualTo(2560);
    assertThat(sums.get(1).get(0)).isEqualTo(32768);
  }

  /** A body that is more than a sum has steps of its own. */
  @Test
  void otherBodiesRoundEveryStep() {
    String text =
        """
        func.func @main(%x: tensor<3xbf16>) -> tensor<bf16> {
          %i = stablehlo.constant dense<0.0> : tensor<bf16>
          %s = stablehlo.reduce(%x init: %i) across dimensions = [0]
            : (tensor<3xbf16>, tensor<bf16>) -> tensor<bf16>
            reducer(%a: tensor<bf16>, %b: tensor<bf16>) {
              %c = stablehlo.abs %b : tensor<bf16>
              %d = stablehlo.add %a, %c : tensor<bf16>
              stablehlo.return %d : tensor<bf16>
            }
          return %s : tensor<bf16>
        }
        """;
    TensorType type = TensorType.of(ElementType.BF16, 3);
    assertThat(Snippets.run(text, HostArray.of(type, 256f, 1f, 1f)).get(0).get(0)).isEqualTo(256);
  }
}
