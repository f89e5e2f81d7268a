package dev.partir.text;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Types of which the largest sizes are known. */
final class BoundsTest {
  private static final String BOUNDED = "tensor<?x3xf32, #stablehlo.bounds<4, ?>>";

  private static String function(String argument, String result, String body) {
    return "func.func @main(%a: " + argument + ") -> " + result + " {\n" + body + "\n}";
  }

  private static String refusal(String type) {
    return assertThrows(
            PartirException.class,
            () -> Programs.parse(function(type, type, "return %a : " + type)))
        .diagnostics()
        .get(0)
        .problem();
  }

  @Test
  void boundsArePrintedAsTheyAreRead() {
    for (String type :
        List.of(
            BOUNDED,
            "tensor<?xf32, #stablehlo.bounds<?>>",
            "tensor<f32, #stablehlo.bounds<>>",
            "tensor<?x!quant.uniform<i8:f32, 0.5>, #stablehlo.bounds<7>>")) {
      Module module = Programs.parse(function(type, type, "return %a : " + type));
      assertThat(MlirPrinter.print(module)).contains("%a: " + type);
      assertThat(module.main().arguments().get(0).type().toString()).isEqualTo(type);
    }
  }

  @Test
  void boundsMustFitTheType() {
    assertThat(refusal("tensor<?x3xf32, #stablehlo.bounds<4>>"))
        .isEqualTo("1 bounds of a tensor<?x3xf32>");
    assertThat(refusal("tensor<?x3xf32, #stablehlo.bounds<4, 5>>"))
        .isEqualTo("the bound 5 of dimension 1 of a tensor<?x3xf32>");
    assertThat(refusal("tensor<?xf32, #stablehlo.bounds<-1>>"))
        .isEqualTo("the bound -1 of dimension 0 of a tensor<?xf32>");
  }

  @Test
  void aSizeBeyondTheBoundIsNoSizeOfTheType() {
    TensorType bounded = TensorType.of(ElementType.F32, TensorType.DYNAMIC, 3).bounded(4, -1);
    assertThat(bounded.compatible(TensorType.of(ElementType.F32, 4, 3))).isTrue();
    assertThat(bounded.compatible(TensorType.of(ElementType.F32, 5, 3))).isFalse();
    assertThat(TensorType.of(ElementType.F32, 5, 3).compatible(bounded)).isFalse();
    assertThat(bounded.bound(0)).isEqualTo(4);
    assertThat(bounded.bound(1)).isEqualTo(3);
    assertThat(bounded).isNotEqualTo(TensorType.of(ElementType.F32, TensorType.DYNAMIC, 3));
    String sum = "%r = stablehlo.add %a, %a : (" + BOUNDED + ", " + BOUNDED + ") -> ";
    String fits = "tensor<4x3xf32>";
    Programs.parse(function(BOUNDED, fits, sum + fits + "\nreturn %r : " + fits));
    String large = "tensor<5x3xf32>";
    assertThat(
            assertThrows(
                PartirException.class,
                () ->
                    Programs.parse(
                        function(BOUNDED, large, sum + large + "\nreturn %r : " + large))))
        .hasMessageThat()
        .contains("result 0 is declared as tensor<5x3xf32>");
  }

  @Test
  void programsWithBoundsRun() {
    String result = "tensor<3x?xf32, #stablehlo.bounds<?, 4>>";
    Module module =
        Programs.parse(
            function(
                BOUNDED,
                result,
                "%r = stablehlo.transpose %a, dims = [1, 0] : ("
                    + BOUNDED
                    + ") -> "
                    + result
                    + "\nreturn %r : "
                    + result));
    HostArray given = HostArray.of(TensorType.of(ElementType.F32, 2, 3), 1f, 2f, 3f, 4f, 5f, 6f);
    assertThat(Interpreter.run(module, List.of(given)).get(0).floats())
        .isEqualTo(new float[] {1, 4, 2, 5, 3, 6});
    HostArray large = HostArray.zeros(TensorType.of(ElementType.F32, 5, 3));
    assertThrows(PartirException.class, () -> Interpreter.run(module, List.of(large)));
  }
}
