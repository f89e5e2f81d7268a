package dev.partir.schedule;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.ir.ElementType;
import dev.partir.ir.Function;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import dev.partir.text.MlirParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramModelTest {
  private static final TensorType TYPE = TensorType.of(ElementType.F32, 8);

  /**
   * Two tensors and a choice; a branch named h with an operation of the same name in it; a
   * reduction, whose own body is nobody's business.
   */
  private static Function function(int results) {
    return MlirParser.parse(
            "named.mlir",
            """
            func.func public @main(%arg0: tensor<8xf32> loc("params/x"), %y: tensor<8xf32>, %arg2: tensor<i1>)
                -> (tensor<8xf32> {jax.result_info = "[0]['loss']"}MORE) {
              %0 = "stablehlo.if"(%arg2) ({
                %a = stablehlo.negate %arg0 : tensor<8xf32> loc("h")
                stablehlo.return %a : tensor<8xf32>
              }, {
                stablehlo.return %y : tensor<8xf32>
              }) : (tensor<i1>) -> tensor<8xf32> loc("h")
              %1 = stablehlo.constant dense<0.0> : tensor<f32>
              %2 = stablehlo.reduce(%0 init: %1) across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
               reducer(%b: tensor<f32>, %c: tensor<f32>) {
                %d = stablehlo.add %b, %c : tensor<f32>
                stablehlo.return %d : tensor<f32>
              }
              %3 = stablehlo.negate %0 : tensor<8xf32>
              return %3GIVEN : tensor<8xf32>TYPE
            }
            """
                .replace("MORE", results == 1 ? "" : ", tensor<8xf32>")
                .replace("GIVEN", results == 1 ? "" : ", %0")
                .replace("TYPE", results == 1 ? "" : ", tensor<8xf32>"))
        .main();
  }

  @Test
  void namesArgumentsResultsAndTaggedValues() {
    Function function = function(1);
    ProgramModel model = ProgramModel.of(function);
    assertThat(model.name()).isEqualTo("main");
    assertThat(model.values().subList(0, 6))
        .containsExactly(
            new ValueModel(
                "params/x", List.of("%arg0", "arg0"), ValueModel.Role.PARAMETER, TYPE, List.of()),
            new ValueModel("y", List.of("%y", "arg1"), ValueModel.Role.PARAMETER, TYPE, List.of()),
            new ValueModel(
                "arg2",
                List.of("%arg2"),
                ValueModel.Role.PARAMETER,
                TensorType.of(ElementType.I1),
                List.of()),
            new ValueModel(
                "result",
                List.of("%3", "[0]['loss']", "result0"),
                ValueModel.Role.RESULT,
                TYPE,
                List.of()),
            new ValueModel("h", List.of("%0"), ValueModel.Role.INTERMEDIATE, TYPE, List.of()),
            new ValueModel("h", List.of("%a"), ValueModel.Role.INTERMEDIATE, TYPE, List.of()))
        .inOrder();
    assertThat(model.values().stream().map(ValueModel::name).toList())
        .containsExactly("params/x", "y", "arg2", "result", "h", "h", "%1", "%2")
        .inOrder();
    List<Value> values = ProgramModel.valuesOf(function);
    assertThat(values).hasSize(8);
    assertThat(values.get(0)).isSameInstanceAs(function.arguments().get(0));
    assertThat(values.get(3)).isSameInstanceAs(function.results().get(0));
  }

  @Test
  void aTaggedResultIsListedOnce() {
    ProgramModel model = ProgramModel.of(function(2));
    assertThat(model.values().stream().map(ValueModel::name).toList())
        .containsExactly("params/x", "y", "arg2", "result0", "result1", "h", "%1", "%2")
        .inOrder();
    assertThat(new ValueIndex(model).select(new ValueSelector("h"))).containsExactly(4, 5);
    assertThat(new ValueIndex(model).select(new ValueSelector("%0"))).containsExactly(4);
    assertThat(new ValueIndex(model).select(new ValueSelector("arg1"))).containsExactly(1);
  }
}
