package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations of Shardy's dialect: text, checks, and what they compute on whole values. */
final class ShardyOpsTest {
  private static final String MESH = "sdy.mesh @mesh = <[\"a\"=2, \"b\"=2, \"c\"=4]>\n";

  private static Module parse(String... lines) {
    return MlirParser.parse(
        "t.mlir",
        MESH
            + "func.func @main(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {\n"
            + String.join("\n", lines)
            + "\n}\n");
  }

  private static List<HostArray> run(Module module) {
    float[] numbers = new float[64];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    TensorType type = TensorType.of(ElementType.F32, 8, 8);
    return Interpreter.run(module, List.of(HostArray.of(type, numbers)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sdy.sharding_constraint %x <@mesh, [{\"a\"}, {?}], unreduced={\"b\"}>",
        "sdy.data_flow_edge %x",
        "sdy.data_flow_edge %x sharding=<@mesh, [{\"a\"}, {?}]>",
        "sdy.reshard %x <@mesh, [{}, {\"b\"}]>",
        "sdy.propagation_barrier %x allowed_direction=BACKWARD",
        "sdy.all_gather [{\"a\"}, {}] %x out_sharding=<@mesh, [{}, {}]>",
        "sdy.all_slice [{\"a\"}, {\"b\", \"c\":(2)2}] %x out_sharding=<@mesh, [{\"a\"}, {\"b\", \"c\":(2)2}]>",
        "sdy.all_reduce {\"c\":(1)2} %x out_sharding=<@mesh, [{}, {}]>",
        "sdy.all_to_all [{\"a\"}: 0->1] %x out_sharding=<@mesh, [{}, {\"a\"}]>",
        "sdy.collective_permute %x out_sharding=<@mesh, [{\"b\"}, {}]>",
        "sdy.reduce_scatter [{\"c\"}, {}] %x out_sharding=<@mesh, [{\"c\"}, {}]>",
        "sdy.sharded_to_unreduced [{\"a\"}, {}] %x out_sharding=<@mesh, [{}, {}], unreduced={\"a\"}>",
        "sdy.replicated_to_unreduced {\"a\"} %x out_sharding=<@mesh, [{}, {}], unreduced={\"a\"}>",
      })
  void isPrintedAsItIsWrittenAndGivesItsOperand(String text) {
    String line = text + " : tensor<8x8xf32>";
    Module module = parse("%0 = " + line, "return %0 : tensor<8x8xf32>");
    assertThat(MlirPrinter.print(module)).contains("%0 = " + line + "\n");
    String generic = MlirPrinter.print(module, PrintOptions.GENERIC);
    assertThat(MlirPrinter.print(MlirParser.parse("g.mlir", generic)))
        .isEqualTo(MlirPrinter.print(module));
    assertThat(run(module).get(0).get(9)).isEqualTo(9.0);
  }

  @Test
  void anAllToAllAsOlderVersionsWriteIt() {
    assertThat(
            MlirPrinter.print(
                parse(
                    "%0 = sdy.all_to_all {\"a\"} 0->1 %x out_sharding=<@mesh, [{}, {\"a\"}]>"
                        + " : tensor<8x8xf32>",
                    "return %0 : tensor<8x8xf32>")))
        .contains("sdy.all_to_all [{\"a\"}: 0->1] %x");
  }

  @Test
  void aGroupGivesNothing() {
    assertThat(
            MlirPrinter.print(
                parse(
                    "sdy.sharding_group %x group_id=3 : tensor<8x8xf32>",
                    "return %x : tensor<8x8xf32>")))
        .contains("sdy.sharding_group %x group_id=3 : tensor<8x8xf32>\n");
  }

  @Test
  void aNamedComputationIsWhatItsBodyIs() {
    Module module =
        parse(
            "%0 = sdy.named_computation<\"f\">(%x) in_shardings=[<@mesh, [{\"a\"}, {}]>]"
                + " (%y: tensor<8x8xf32>) {",
            "%1 = stablehlo.add %y, %y : tensor<8x8xf32>",
            "sdy.return %1 : tensor<8x8xf32>",
            "} : (tensor<8x8xf32>) -> tensor<8x8xf32>",
            "return %0 : tensor<8x8xf32>");
    assertThat(run(module).get(0).get(9)).isEqualTo(18.0);
    assertThat(MlirPrinter.print(MlirParser.parse("p.mlir", MlirPrinter.print(module))))
        .isEqualTo(MlirPrinter.print(module));
  }

  /** Rows are cut along a, columns along c; each device adds up along a what it has. */
  @Test
  void aManualComputationRunsItsBodyOnBlocks() {
    Module module =
        MlirParser.parse(
            "t.mlir",
            MESH
                + """
                func.func @main(%x: tensor<8x8xf32>) -> tensor<4x8xf32> {
                  %0 = sdy.manual_computation(%x) in_shardings=[<@mesh, [{"a"}, {"c"}]>] out_shardings=[<@mesh, [{}, {"c"}]>] manual_axes={"a", "c"} (%y: tensor<4x2xf32>) {
                    %1 = "stablehlo.all_reduce"(%y) ({
                    ^bb0(%p: tensor<f32>, %q: tensor<f32>):
                      %2 = stablehlo.add %p, %q : tensor<f32>
                      stablehlo.return %2 : tensor<f32>
                    }) {channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids, replica_groups = dense<[[0, 8], [1, 9], [2, 10], [3, 11], [4, 12], [5, 13], [6, 14], [7, 15]]> : tensor<8x2xi64>} : (tensor<4x2xf32>) -> tensor<4x2xf32>
                    sdy.return %1 : tensor<4x2xf32>
                  } : (tensor<8x8xf32>) -> tensor<4x8xf32>
                  return %0 : tensor<4x8xf32>
                }
                """);
    HostArray result = run(module).get(0);
    for (int i = 0; i < 32; i++) {
      // Row r and row r + 4 of numbers that count up.
      assertThat(result.get(i)).isEqualTo(i + (i + 32.0));
    }
    assertThat(MlirPrinter.print(MlirParser.parse("p.mlir", MlirPrinter.print(module))))
        .isEqualTo(MlirPrinter.print(module));
  }

  private static String error(String... lines) {
    return String.valueOf(assertThrows(PartirException.class, () -> parse(lines)).getMessage());
  }

  @Test
  void whatIsWrittenWrongIsToldWithItsPlace() {
    assertThat(
            error(
                "%0 = sdy.reshard %x <@mesh, [{a}, {}]> : tensor<8x8xf32>",
                "return %0 : tensor<8x8xf32>"))
        .contains("t.mlir:3:");
    assertThat(
            error(
                "%0 = sdy.propagation_barrier %x allowed_direction=UP : tensor<8x8xf32>",
                "return %0 : tensor<8x8xf32>"))
        .contains("UP is no direction");
    assertThat(
            error(
                "%0 = \"sdy.reshard\"(%x) : (tensor<8x8xf32>) -> tensor<8x8xf32>",
                "return %0 : tensor<8x8xf32>"))
        .contains("it has no attribute sharding");
  }

  @Test
  void aManualComputationWhoseBodyIsOfOtherSizes() {
    assertThat(
            error(
                "%0 = sdy.manual_computation(%x) in_shardings=[<@mesh, [{\"a\"}, {}]>]"
                    + " out_shardings=[<@mesh, [{\"a\"}, {}]>] manual_axes={\"a\"}"
                    + " (%y: tensor<4x4xf32>) {",
                "sdy.return %y : tensor<4x4xf32>",
                "} : (tensor<8x8xf32>) -> tensor<8x8xf32>",
                "return %0 : tensor<8x8xf32>"))
        .contains("dimension 1 of a tensor<8x8xf32> is 4 in the body");
    assertThat(
            error(
                "%0 = sdy.manual_computation(%x) in_shardings=[]"
                    + " out_shardings=[<@mesh, [{}, {}]>] manual_axes={\"a\"}"
                    + " (%y: tensor<8x8xf32>) {",
                "sdy.return %y : tensor<8x8xf32>",
                "} : (tensor<8x8xf32>) -> tensor<8x8xf32>",
                "return %0 : tensor<8x8xf32>"))
        .contains("it has 1 operands, 0 shardings");
  }
}
