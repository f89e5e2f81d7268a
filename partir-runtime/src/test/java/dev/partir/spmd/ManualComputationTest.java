package dev.partir.spmd;

import static com.google.common.collect.MoreCollectors.onlyElement;
import static com.google.common.truth.Truth.assertThat;

import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import org.junit.jupiter.api.Test;

/** Manual computations in programs that are partitioned: their bodies stay as they are. */
final class ManualComputationTest {
  private static final String MESH = "sdy.mesh @mesh = <[\"x\"=2, \"y\"=4]>\n";

  private static final String SUM =
      """
          ({
          ^bb0(%p: tensor<f32>, %q: tensor<f32>):
            %s = stablehlo.add %p, %q : tensor<f32>
            stablehlo.return %s : tensor<f32>
          })""";

  /** Partial products of rows and columns that are cut along y are added up. */
  private static final String PRODUCT =
      MESH
          + """
          func.func @main(%a: tensor<8x8xf32>, %b: tensor<8x4xf32>) -> tensor<8x4xf32> {
            %0 = stablehlo.tanh %a : tensor<8x8xf32>
            %1 = sdy.manual_computation(%0, %b) in_shardings=[<@mesh, [{"x"}, {"y"}]>, <@mesh, [{"y"}, {}]>] out_shardings=[<@mesh, [{"x"}, {}]>] manual_axes={"x", "y"} (%c: tensor<4x2xf32>, %d: tensor<2x4xf32>) {
              %2 = stablehlo.dot_general %c, %d, contracting_dims = [1] x [0] : (tensor<4x2xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
              %3 = "stablehlo.all_reduce"(%2) SUM {channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids, replica_groups = dense<[[0, 1, 2, 3], [4, 5, 6, 7]]> : tensor<2x4xi64>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
              sdy.return %3 : tensor<4x4xf32>
            } : (tensor<8x8xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
            %4 = stablehlo.tanh %1 : tensor<8x4xf32>
            return %4 : tensor<8x4xf32>
          }
          """
              .replace("SUM", SUM);

  @Test
  void itsShardingsSpreadToWhatIsAround() {
    Annotated program = Annotated.of(PRODUCT);
    assertThat(program.localType())
        .isEqualTo("(tensor<4x2xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>");
    // Its own, over the axis that its groups name; nothing is brought there.
    SpmdProgram.CollectiveUse own =
        program.partitioning().result().collectives().stream().collect(onlyElement());
    assertThat(own.step().kind()).isEqualTo(Reshard.ALL_REDUCE);
    assertThat(program.partitioning().result().mesh().names(own.step().axisArray()))
        .containsExactly("y");
    assertThat(own.bytes()).isEqualTo(4 * 4 * Float.BYTES);
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void aCollectiveOfItsBodySaysSo() {
    assertThat(
            MlirPrinter.print(
                Annotated.of(PRODUCT).local(DeviceMode.REPLICA), PrintOptions.PRETTY.locations()))
        .contains("loc(\"manual_computation: stablehlo.all_reduce of the program at line 6\")");
  }

  @Test
  void operandsThatAreLaidOutOtherwiseAreBroughtThere() {
    Annotated program =
        Annotated.of(
            PRODUCT.replace(
                "%b: tensor<8x4xf32>)",
                "%b: tensor<8x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {\"y\"}]>})"));
    assertThat(program.collectives()).containsExactly("all_to_all", 1, "all_reduce", 1);
  }

  /** Each device adds its own number along the manual axis; the other axis tiles around. */
  @Test
  void alongAxesThatAreFreeItsBodyIsWhole() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @main(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {"x"}]>}) -> tensor<8x8xf32> {
                  %0 = sdy.manual_computation(%a) in_shardings=[<@mesh, [{"y", ?}, {?}]>] out_shardings=[<@mesh, [{"y", ?}, {?}]>] manual_axes={"y"} (%c: tensor<2x8xf32>) {
                    %1 = sdy.manual_computation() in_shardings=[] out_shardings=[<@mesh, []>] manual_axes={"x"} () {
                      %n = stablehlo.constant dense<4> : tensor<ui32>
                      %i = stablehlo.partition_id : tensor<ui32>
                      %k = stablehlo.remainder %i, %n : tensor<ui32>
                      %f = stablehlo.convert %k : (tensor<ui32>) -> tensor<f32>
                      sdy.return %f : tensor<f32>
                    } : () -> tensor<f32>
                    %2 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<f32>) -> tensor<2x8xf32>
                    %3 = stablehlo.add %c, %2 : tensor<2x8xf32>
                    %4 = sdy.sharding_constraint %3 <@mesh, [{?}, {?}]> : tensor<2x8xf32>
                    sdy.return %4 : tensor<2x8xf32>
                  } : (tensor<8x8xf32>) -> tensor<8x8xf32>
                  return %0 : tensor<8x8xf32>
                }
                """);
    assertThat(program.localType()).isEqualTo("(tensor<2x4xf32>) -> tensor<2x8xf32>");
    assertThat(program.collectives()).containsExactly("all_gather", 1);
    program.provePartitionMode();
  }

  /** The inner computation cuts along x what is whole there, and puts it together again. */
  @Test
  void oneWithinAnother() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @main(%a: tensor<8x8xf32>) -> tensor<8x8xf32> {
                  %0 = sdy.manual_computation(%a) in_shardings=[<@mesh, [{"y"}, {}]>] out_shardings=[<@mesh, [{"y"}, {}]>] manual_axes={"y"} (%c: tensor<2x8xf32>) {
                    %1 = sdy.manual_computation(%c) in_shardings=[<@mesh, [{}, {"x"}]>] out_shardings=[<@mesh, [{}, {"x"}]>] manual_axes={"x"} (%d: tensor<2x4xf32>) {
                      %2 = stablehlo.reverse %d, dims = [1] : tensor<2x4xf32>
                      sdy.return %2 : tensor<2x4xf32>
                    } : (tensor<2x8xf32>) -> tensor<2x8xf32>
                    sdy.return %1 : tensor<2x8xf32>
                  } : (tensor<8x8xf32>) -> tensor<8x8xf32>
                  return %0 : tensor<8x8xf32>
                }
                """);
    assertThat(program.localType()).isEqualTo("(tensor<2x8xf32>) -> tensor<2x8xf32>");
    program.provePartitionMode();
  }

  /** What differs between devices must not be mixed up by an exchange along other axes. */
  @Test
  void permutationsBesideItKeepDevicesApart() {
    Annotated program =
        Annotated.of(
            "sdy.mesh @mesh = <[\"a\"=2, \"m\"=3, \"b\"=2]>\n"
                + """
                func.func @main(%a: tensor<6x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"m"}, {"a"}]>}) -> (tensor<6x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"m"}, {"b"}]>}) {
                  %0 = stablehlo.tanh %a : tensor<6x4xf32>
                  return %0 : tensor<6x4xf32>
                }
                """);
    assertThat(program.localType()).isEqualTo("(tensor<2x2xf32>) -> tensor<2x2xf32>");
  }
}
