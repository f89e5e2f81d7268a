package dev.partir.interp;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.Function;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Schedule;
import dev.partir.spmd.Partitioner;
import dev.partir.spmd.Partitioning;
import dev.partir.text.MlirParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How far apart right results may be, by what they are computed from. */
final class ResultPrecisionTest {
  private static final double F32 = 512 * 0x1p-23;
  private static final double BF16 = 16 * 0x1p-7;

  private static Function function(String result, String body) {
    return MlirParser.parse(
            "t.mlir",
            "func.func @main(%x: tensor<4xf32>, %w: tensor<4xbf16>) -> "
                + result
                + " {\n"
                + body
                + "\nreturn %r : "
                + result
                + "\n}")
        .main();
  }

  private static double distance(String result, String body) {
    return ResultPrecision.distances(function(result, body))[0];
  }

  private static final String NARROW =
      "%n = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xbf16>\n";

  private static String dot(String result, String a, String b, String type) {
    return "%%%s = stablehlo.dot_general %%%s, %%%s, contracting_dims = [0] x [0] : (tensor<4x%s>, tensor<4x%s>) -> tensor<%s>\n"
        .formatted(result, a, b, type, type, type);
  }

  private static String widen(String result, String of) {
    return "%" + result + " = stablehlo.convert %" + of + " : (tensor<bf16>) -> tensor<f32>\n";
  }

  @Test
  void theTypeOfTheResultIfItIsTheNarrowest() {
    assertThat(distance("tensor<f32>", dot("r", "x", "x", "f32"))).isEqualTo(F32);
    assertThat(distance("tensor<bf16>", dot("r", "w", "w", "bf16"))).isEqualTo(BF16);
    assertThat(
            distance(
                "tensor<4xi32>", "%r = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xi32>"))
        .isEqualTo(0);
  }

  /** Walked twice for each level, they would not end. */
  @Test
  void loopsInLoops() {
    int depth = 50;
    StringBuilder text =
        new StringBuilder("%keep = stablehlo.constant dense<false> : tensor<i1>\n");
    text.append("%z = stablehlo.constant dense<0.0> : tensor<bf16>\n");
    for (int i = 0; i < depth; i++) {
      String loop = i == 0 ? "%r" : "%l" + i;
      text.append(loop + " = stablehlo.while(%a" + i + " = %z) : tensor<bf16>\ncond {\n");
      text.append("stablehlo.return %keep : tensor<i1>\n} do {\n");
    }
    text.append(dot("y", "w", "w", "bf16")).append("stablehlo.return %y : tensor<bf16>\n}\n");
    for (int i = depth - 1; i > 0; i--) {
      text.append("stablehlo.return %l" + i + " : tensor<bf16>\n}\n");
    }
    assertThat(distance("tensor<bf16>", text.toString())).isEqualTo(BF16);
  }

  @Test
  void theNarrowestThatASumWentThrough() {
    assertThat(distance("tensor<f32>", NARROW + dot("d", "n", "w", "bf16") + widen("r", "d")))
        .isEqualTo(BF16);
    assertThat(
            distance(
                "tensor<f32>",
                dot("d", "x", "x", "f32")
                    + "%n = stablehlo.convert %d : (tensor<f32>) -> tensor<bf16>\n"
                    + widen("r", "n")))
        .isEqualTo(BF16);
  }

  /** Sixteen steps of f16; an eighth where that is less; a step of what has no smaller one. */
  @Test
  void aFewStepsOfNarrowTypes() {
    for (String type : List.of("f16", "f8E4M3FN", "f8E5M2")) {
      String rounded =
          dot("d", "x", "x", "f32")
              + "%r = stablehlo.convert %d : (tensor<f32>) -> tensor<"
              + type
              + ">";
      double expected = type.equals("f16") ? 0x1p-6 : type.equals("f8E5M2") ? 0.25 : 0.125;
      assertThat(distance("tensor<" + type + ">", rounded)).isEqualTo(expected);
    }
  }

  @Test
  void whatNoSumWentIntoIsExact() {
    String wide =
        "%u = stablehlo.negate %w : tensor<4xbf16>\n"
            + "%v = stablehlo.convert %u : (tensor<4xbf16>) -> tensor<4xf32>\n";
    assertThat(distance("tensor<f32>", wide + dot("r", "v", "x", "f32"))).isEqualTo(F32);
  }

  /** What is rounded before the sum in one trip is so behind it in the next. */
  @Test
  void loopsCarryWhatASumWentInto() {
    String loop =
        """
        %i = stablehlo.constant dense<0> : tensor<i32>
        %z = stablehlo.constant dense<0.0> : tensor<f32>
        %q:3 = stablehlo.while(%a = %i, %b = %z, %o = %z) : tensor<i32>, tensor<f32>, tensor<f32>
        cond {
          %c = stablehlo.compare LT, %a, %i : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %c : tensor<i1>
        } do {
          %n = stablehlo.convert %b : (tensor<f32>) -> tensor<TYPE>
          %m = stablehlo.convert %n : (tensor<TYPE>) -> tensor<f32>
          %d = stablehlo.dot_general %x, %x, contracting_dims = [0] x [0]
            : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
          stablehlo.return %a, %d, %m : tensor<i32>, tensor<f32>, tensor<f32>
        }
        %k = stablehlo.constant dense<0.0> : tensor<f32>
        %r = stablehlo.add %q#2, %k : tensor<f32>
        """;
    assertThat(distance("tensor<f32>", loop.replace("TYPE", "bf16"))).isEqualTo(BF16);
    assertThat(distance("tensor<f32>", loop.replace("TYPE", "f64"))).isEqualTo(F32);
  }

  /** Sums in bf16 that are wrong by more than rounding are found. */
  @Test
  void anEighthIsTooMuch() {
    Function right = function("tensor<bf16>", dot("r", "w", "w", "bf16"));
    Partitioning partitioning =
        Partitioner.partition(
            MlirParser.parse(
                "t.mlir",
                """
                func.func @main(%x: tensor<4xf32>, %w: tensor<4xbf16>) -> tensor<bf16> {
                  %s = stablehlo.dot_general %w, %w, contracting_dims = [0] x [0]
                    : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<bf16>
                  %f = stablehlo.constant dense<0.85> : tensor<bf16>
                  %r = stablehlo.multiply %s, %f : tensor<bf16>
                  return %r : tensor<bf16>
                }
                """),
            new Schedule(Mesh.of(List.of(new MeshAxis("a", 2))), null, List.of()));
    EquivalenceCheck.Outcome outcome =
        EquivalenceCheck.verify(right, partitioning.local(), SeededArrays.forArguments(right, 1));
    assertThat(outcome.mismatches()).hasSize(1);
  }
}
