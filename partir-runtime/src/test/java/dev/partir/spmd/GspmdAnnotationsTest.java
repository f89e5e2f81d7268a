package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.mesh.Mesh;
import dev.partir.mesh.MeshAxis;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that carry GSPMD's shardings, which name no axes. */
final class GspmdAnnotationsTest {
  private static final String MLP =
      """
      module attributes {mhlo.num_partitions = 8 : i32} {
        func.func @main(
            %x: tensor<8x16xf32> {mhlo.sharding = "{devices=[4,1,2]<=[8] last_tile_dim_replicate}"},
            %up: tensor<16x32xf32> {mhlo.sharding = "{devices=[1,2,4]<=[4,2]T(1,0) last_tile_dim_replicate}"},
            %down: tensor<32x16xf32> {mhlo.sharding = "{devices=[2,1,4]<=[4,2]T(1,0) last_tile_dim_replicate}"}) -> (tensor<8x16xf32> {mhlo.sharding = "{devices=[4,1,2]<=[8] last_tile_dim_replicate}"}) {
          %0 = stablehlo.dot_general %x, %up, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
          %1 = stablehlo.custom_call @Sharding(%0) {mhlo.sharding = "{devices=[4,2]<=[8]}"} : (tensor<8x32xf32>) -> tensor<8x32xf32>
          %2 = stablehlo.dot_general %1, %down, contracting_dims = [1] x [0] : (tensor<8x32xf32>, tensor<32x16xf32>) -> tensor<8x16xf32>
          return %2 : tensor<8x16xf32>
        }
      }
      """;

  private static String one(String sharding, String... lines) {
    return "func.func @main(%a: tensor<8x8xf32> {mhlo.sharding = \""
        + sharding
        + "\"}) -> tensor<8x8xf32> {\n"
        + String.join("\n", lines)
        + "\n}\n";
  }

  @Test
  void aMeshIsMadeOfTheShardings() {
    Annotated program = Annotated.of(MLP);
    assertThat(program.partitioning().mesh().toString()).isEqualTo("axis0=4, axis1=2");
    assertThat(program.localType())
        .isEqualTo("(tensor<2x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<2x16xf32>");
    assertThat(program.collectives()).containsExactly("all_reduce", 1);
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void aMeshThatIsGivenNamesTheAxes() {
    Mesh mesh = Mesh.of(List.of(new MeshAxis("batch", 4), new MeshAxis("model", 2)));
    assertThat(Annotated.of(MLP, mesh).sdy()).contains("[{\"batch\"}, {\"model\"}]");
  }

  @Test
  void anAxisOfAMeshThatIsGivenMayBeTakenInParts() {
    Mesh mesh = Mesh.of(List.of(new MeshAxis("all", 8)));
    Annotated program = Annotated.of(MLP, mesh);
    assertThat(program.localType())
        .isEqualTo("(tensor<2x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<2x16xf32>");
    assertThat(program.sdy()).contains("[{\"all\":(1)4}, {\"all\":(4)2}]");
  }

  @Test
  void aMeshThatDoesNotFitIsRefused() {
    Mesh mesh = Mesh.of(List.of(new MeshAxis("a", 3), new MeshAxis("b", 3)));
    PartirException refused = assertThrows(PartirException.class, () -> Annotated.of(MLP, mesh));
    assertThat(refused.diagnostics().get(0).code()).isEqualTo(ErrorCode.INVALID_SHARDING);
  }

  @Test
  void replicatedAndMaximalValuesAreWhole() {
    String tanh = "%0 = stablehlo.tanh %a : tensor<8x8xf32>";
    assertThat(
            Annotated.of(
                    one(
                        "{replicated}",
                        tanh,
                        "%1 = stablehlo.custom_call @Sharding(%0) {mhlo.sharding ="
                            + " \"{devices=[2,2]<=[4]}\"} : (tensor<8x8xf32>) -> tensor<8x8xf32>",
                        "return %1 : tensor<8x8xf32>"))
                .localType())
        .isEqualTo("(tensor<8x8xf32>) -> tensor<4x4xf32>");
  }

  @Test
  void devicesThatAreListed() {
    assertThat(Annotated.of(one("{devices=[2,2]0,2,1,3}", "return %a : tensor<8x8xf32>")).sdy())
        .contains("[{\"axis1\"}, {\"axis0\"}]");
  }

  @Test
  void dimensionsThatAreUnspecifiedAreOpen() {
    String config = "backend_config = \"unspecified_dims=[0,1]\", ";
    String constraint =
        "%0 = stablehlo.custom_call @Sharding(%a) {CONFIG mhlo.sharding = \"{replicated}\"}"
            + " : (tensor<8x8xf32>) -> tensor<8x8xf32>";
    String end = "return %0 : tensor<8x8xf32>";
    String rows = "{devices=[4,1]<=[4]}";
    assertThat(Annotated.of(one(rows, constraint.replace("CONFIG", config), end)).localType())
        .isEqualTo("(tensor<2x8xf32>) -> tensor<2x8xf32>");
    assertThat(Annotated.of(one(rows, constraint.replace("CONFIG", ""), end)).localType())
        .isEqualTo("(tensor<2x8xf32>) -> tensor<8x8xf32>");
  }

  @Test
  void shardingsThatNoOneMeshHasAreRefused() {
    PartirException refused =
        assertThrows(
            PartirException.class,
            () ->
                Annotated.of(
                    one(
                        "{devices=[2,3]<=[6]}",
                        "%0 = stablehlo.custom_call @Sharding(%a) {mhlo.sharding ="
                            + " \"{devices=[3,2]<=[6]}\"} : (tensor<8x8xf32>) -> tensor<8x8xf32>",
                        "return %0 : tensor<8x8xf32>")));
    assertThat(refused.diagnostics().get(0).code()).isEqualTo(ErrorCode.INVALID_SHARDING);
    assertThat(refused).hasMessageThat().contains("no one mesh of 6 devices");
  }

  @Test
  void whatIsBetweenTheBordersIsAManualComputation() {
    Annotated program =
        Annotated.of(
            """
            module attributes {mhlo.num_partitions = 8 : i32} {
              func.func @main(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>) -> tensor<8x4xf32> {
                %0 = stablehlo.custom_call @Sharding(%x) {mhlo.sharding = "{devices=[4,2]<=[8]}"} : (tensor<8x16xf32>) -> tensor<8x16xf32>
                %1 = stablehlo.custom_call @SPMDFullToShardShape(%0) {mhlo.sharding = "{manual}"} : (tensor<8x16xf32>) -> tensor<2x8xf32>
                %2 = stablehlo.custom_call @Sharding(%w) {mhlo.sharding = "{devices=[2,1,4]<=[4,2]T(1,0) last_tile_dim_replicate}"} : (tensor<16x4xf32>) -> tensor<16x4xf32>
                %3 = stablehlo.custom_call @SPMDFullToShardShape(%2) {mhlo.sharding = "{manual}"} : (tensor<16x4xf32>) -> tensor<8x4xf32>
                %4 = call @body(%1, %3) : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
                %5 = stablehlo.custom_call @Sharding(%4) {mhlo.sharding = "{manual}"} : (tensor<2x4xf32>) -> tensor<2x4xf32>
                %6 = stablehlo.custom_call @SPMDShardToFullShape(%5) {mhlo.sharding = "{devices=[4,1,2]<=[8] last_tile_dim_replicate}"} : (tensor<2x4xf32>) -> tensor<8x4xf32>
                %7 = stablehlo.tanh %6 : tensor<8x4xf32>
                return %7 : tensor<8x4xf32>
              }
              func.func private @body(%x: tensor<2x8xf32>, %w: tensor<8x4xf32>) -> tensor<2x4xf32> {
                %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
                %1 = "stablehlo.all_reduce"(%0) ({
                ^bb0(%p: tensor<f32>, %q: tensor<f32>):
                  %2 = stablehlo.add %p, %q : tensor<f32>
                  stablehlo.return %2 : tensor<f32>
                }) {channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids, replica_groups = dense<[[0, 1], [2, 3], [4, 5], [6, 7]]> : tensor<4x2xi64>} : (tensor<2x4xf32>) -> tensor<2x4xf32>
                return %1 : tensor<2x4xf32>
              }
            }
            """);
    assertThat(program.localType())
        .isEqualTo("(tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>");
    // The body's own.
    assertThat(program.collectives()).containsExactly("all_reduce", 1);
    assertThat(program.sdy()).contains("manual_axes={\"axis0\", \"axis1\"}");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void aPartThatIsUsedOutsideOfItsRegionIsRefused() {
    PartirException refused =
        assertThrows(
            PartirException.class,
            () ->
                Annotated.of(
                    """
                    func.func @main(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<4xf32>) {
                      %0 = stablehlo.custom_call @Sharding(%x) {mhlo.sharding = "{devices=[2]<=[2]}"} : (tensor<8xf32>) -> tensor<8xf32>
                      %1 = stablehlo.custom_call @SPMDFullToShardShape(%0) {mhlo.sharding = "{manual}"} : (tensor<8xf32>) -> tensor<4xf32>
                      %2 = stablehlo.custom_call @SPMDShardToFullShape(%1) {mhlo.sharding = "{devices=[2]<=[2]}"} : (tensor<4xf32>) -> tensor<8xf32>
                      return %2, %1 : tensor<8xf32>, tensor<4xf32>
                    }
                    """));
    assertThat(refused).hasMessageThat().contains("uses a device's own part of a value");
  }
}
