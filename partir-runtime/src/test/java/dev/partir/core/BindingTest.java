package dev.partir.core;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sizes for the dimensions that a program leaves open. */
final class BindingTest {
  /** What JAX exports for {@code jnp.sum(jnp.tile(x, 2).reshape(2, -1), 0)}, in short. */
  private static final String PROGRAM =
      """
      func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
        %n = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?xf32>) -> tensor<i32>
        %one = stablehlo.constant dense<1> : tensor<i32>
        %p = stablehlo.compare GE, %n, %one : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.custom_call @shape_assertion(%p, %n) {error_message = "n is {0}",
          has_side_effect = true} : (tensor<i1>, tensor<i32>) -> ()
        %c = stablehlo.concatenate %x, %x, dim = 0
          : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
        %two = stablehlo.constant dense<2> : tensor<1xi32>
        %v = stablehlo.reshape %n : (tensor<i32>) -> tensor<1xi32>
        %s = stablehlo.concatenate %two, %v, dim = 0
          : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
        %r = stablehlo.dynamic_reshape %c, %s : (tensor<?xf32>, tensor<2xi32>) -> tensor<2x?xf32>
        %z = stablehlo.constant dense<0.0> : tensor<f32>
        %f = stablehlo.dynamic_broadcast_in_dim %z, %v, dims = []
          : (tensor<f32>, tensor<1xi32>) -> tensor<?xf32>
        %sum = stablehlo.reduce(%r init: %z) applies stablehlo.add across dimensions = [0]
          : (tensor<2x?xf32>, tensor<f32>) -> tensor<?xf32>
        %w:2 = stablehlo.while(%i = %n, %a = %sum) : tensor<i32>, tensor<?xf32>
        cond {
          %zero = stablehlo.constant dense<0> : tensor<i32>
          %q = stablehlo.compare GT, %i, %zero : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %q : tensor<i1>
        } do {
          %next = stablehlo.subtract %i, %one : tensor<i32>
          %b = stablehlo.add %a, %f : tensor<?xf32>
          stablehlo.return %next, %b : tensor<i32>, tensor<?xf32>
        }
        return %w#1 : tensor<?xf32>
      }
      """;

  private static Function program() {
    return Flattening.flatten(MlirParser.parse("t.mlir", PROGRAM));
  }

  private static String text(Function function) {
    return MlirPrinter.print(Module.of(null, Attributes.EMPTY, List.of(function)));
  }

  @Test
  void allTypesBecomeStaticAndWhatComputesSizesGoes() {
    Function bound = Binding.bind(program(), Map.of("x.0", 3L));
    String text = text(bound);
    assertThat(text).doesNotContain("?");
    assertThat(text).doesNotContain("dynamic");
    assertThat(text).doesNotContain("get_dimension_size");
    assertThat(text).doesNotContain("shape_assertion");
    assertThat(text).contains("(tensor<6xf32>) -> tensor<2x3xf32>");
    assertThat(Binding.isOpen(bound)).isFalse();
    assertThat(Binding.isOpen(program())).isTrue();
    // What is printed is a program that is verified again when it is read.
    assertThat(text(MlirParser.parse("bound.mlir", text).main())).isEqualTo(text);
  }

  @Test
  void aBoundProgramComputesTheSame() {
    HostArray x = HostArray.of(TensorType.of(ElementType.F32, 3), 1f, 2f, 5f);
    Function bound = Binding.bind(program(), Map.of("arg0.0", 3L));
    float[] open = Interpreter.run(program(), List.of(x)).get(0).floats();
    assertThat(Interpreter.run(bound, List.of(x)).get(0).floats()).isEqualTo(open);
    // Twice the row 1 2 5, cut in two again: the sum of two equal rows.
    assertThat(open).isEqualTo(new float[] {2, 4, 10});
  }

  private static String error(Map<String, Long> sizes) {
    return String.valueOf(
        assertThrows(PartirException.class, () -> Binding.bind(program(), sizes)).getMessage());
  }

  @Test
  void whatHasNoSizeAndWhatIsNoDimensionIsTold() {
    assertThat(error(Map.of()))
        .contains("argument \"x\": dimension 0 has no size. Give it one, as in x.0=8");
    assertThat(error(Map.of("x.0", 3L, "y.1", 2L))).contains("size of y.1: no argument has");
  }

  @Test
  void anAssertionThatDoesNotHoldIsTold() {
    assertThat(error(Map.of("x.0", 0L))).contains("[partir:check-failed] n is 0");
  }
}
