package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.core.Binding;
import dev.partir.core.Flattening;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.ir.Function;
import dev.partir.ir.Module;
import dev.partir.ir.Operation;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import dev.partir.schedule.ManualTactic;
import dev.partir.schedule.ProgramModel;
import dev.partir.schedule.Schedule;
import dev.partir.text.MlirParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operations that call functions of the program, which a device-local program does not have. */
final class CalledFunctionsTest {
  private static final String TOP =
      """
      func.func @main() -> tensor<3x2xi32> {
        %x = stablehlo.constant dense<[[1.0, 7.0, 3.0], [8.0, 2.0, 6.0], [0.0, 5.0, 4.0]]>
          : tensor<3x3xf32>
        %i = stablehlo.iota dim = 1 : tensor<3x3xi32>
        %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %none = stablehlo.constant dense<-1> : tensor<i32>
        %top, %places = stablehlo.custom_call @ApproxTopK(%x, %i, %low, %none)
          {called_computations = [@greater], mhlo.backend_config = {reduction_dim = 1 : i64}}
          : (tensor<3x3xf32>, tensor<3x3xi32>, tensor<f32>, tensor<i32>)
          -> (tensor<3x2xf32>, tensor<3x2xi32>)
        check.expect_eq_const %places, dense<[[1, 2], [0, 2], [1, 2]]> : tensor<3x2xi32>
        return %places : tensor<3x2xi32>
      }
      func.func @greater(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<i32>, %d: tensor<i32>)
          -> tensor<i1> {
        %g = stablehlo.compare GT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
        stablehlo.return %g : tensor<i1>
      }
      """;

  @Test
  void anApproximateTopKIsPartitioned() {
    Module module = MlirParser.parse("t.mlir", TOP);
    Mesh mesh = Mesh.of(List.of(new MeshAxis("a", 2)));
    for (String value : List.of("%x", "%places")) {
      for (int dim = 0; dim < 2; dim++) {
        var tactic = new ManualTactic("t", List.of(Action.tile(value, Dim.index(dim), "a")));
        var partitioning = Partitioner.partition(module, new Schedule(mesh, null, List.of(tactic)));
        EquivalenceCheck.runLocal(partitioning.local(), List.of());
        for (Operation operation : partitioning.local().main().body().operations()) {
          assertThat(operation.name()).isNotEqualTo("stablehlo.custom_call");
        }
      }
    }
  }

  /** A function that hands an argument back, and one value twice. */
  private static final String HANDS_BACK =
      """
      func.func @main(%x: tensor<4x?xf32>, %y: tensor<4x?xf32>) -> tensor<4x?xf32> {
        %a:3 = call @f(%x, %y)
          : (tensor<4x?xf32>, tensor<4x?xf32>) -> (tensor<4x?xf32>, tensor<4x?xf32>, tensor<4x?xf32>)
        %b = stablehlo.subtract %a#0, %a#1 : tensor<4x?xf32>
        %c = stablehlo.multiply %b, %a#2 : tensor<4x?xf32>
        return %c : tensor<4x?xf32>
      }
      func.func private @f(%p: tensor<4x?xf32>, %q: tensor<4x?xf32>)
          -> (tensor<4x?xf32>, tensor<4x?xf32>, tensor<4x?xf32>) {
        %s = stablehlo.add %p, %q : tensor<4x?xf32>
        return %q, %s, %s : tensor<4x?xf32>, tensor<4x?xf32>, tensor<4x?xf32>
      }
      """;

  @Test
  void whatAFunctionHandsBackHasTheNameOfTheCall() {
    Module open = MlirParser.parse("t.mlir", HANDS_BACK);
    Function bound = Binding.bind(Flattening.flatten(open), Map.of("x.1", 2L, "y.1", 2L));
    Module fixed = MlirParser.parse("t.mlir", HANDS_BACK.replace("?", "2"));
    Mesh mesh = Mesh.of(List.of(new MeshAxis("a", 2)));
    for (Function flat : List.of(bound, Flattening.flatten(fixed))) {
      for (String value : List.of("%a#0", "%a#1", "%a#2")) {
        var tactic = new ManualTactic("t", List.of(Action.tile(value, Dim.index(0), "a")));
        var schedule = new Schedule(mesh, null, List.of(tactic));
        var partitioning = Partitioner.partition(flat, ProgramModel.of(flat), schedule);
        assertThat(partitioning.local().main().results().get(0).type().toString())
            .isEqualTo("tensor<2x2xf32>");
      }
    }
  }
}
