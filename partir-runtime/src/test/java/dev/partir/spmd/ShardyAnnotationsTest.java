package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.text.MlirPrinter;
import dev.partir.text.PrintOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs that carry Shardy's annotations, partitioned as they are. */
final class ShardyAnnotationsTest {
  private static final String MESH = "sdy.mesh @mesh = <[\"x\"=2, \"y\"=4]>\n";

  /** Returns an argument of 8 by 8 numbers with a sharding. */
  private static String arg(String name, String dims) {
    return "%" + name + ": tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, " + dims + ">}";
  }

  private static String main(String arguments, String... lines) {
    return MESH
        + "func.func @main("
        + arguments
        + ") -> tensor<8x8xf32> {\n"
        + String.join("\n", lines)
        + "\n}\n";
  }

  private static final String TANH = "%0 = stablehlo.tanh %a : tensor<8x8xf32>";
  private static final String RETURN = "return %0 : tensor<8x8xf32>";

  @Test
  void argumentsAreCutAsTheyAreAnnotated() {
    Annotated program = Annotated.of(main(arg("a", "[{\"y\"}, {\"x\"}]"), TANH, RETURN));
    assertThat(program.localType()).isEqualTo("(tensor<2x4xf32>) -> tensor<2x4xf32>");
    assertThat(program.collectives()).isEmpty();
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void severalAxesTileOneDimensionOutermostFirst() {
    Annotated program = Annotated.of(main(arg("a", "[{\"y\", \"x\"}, {}]"), TANH, RETURN));
    assertThat(program.localType()).isEqualTo("(tensor<1x8xf32>) -> tensor<1x8xf32>");
    assertThat(program.sdy()).contains("[{\"y\", \"x\"}, {}]");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void megatronHasOneAllReduce() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @main(
                    %x: tensor<8x16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>},
                    %up: tensor<16x32xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>},
                    %down: tensor<32x16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> (tensor<8x16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>}) {
                  %0 = stablehlo.dot_general %x, %up, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
                  %1 = sdy.sharding_constraint %0 <@mesh, [{"y"}, {"x"}]> : tensor<8x32xf32>
                  %2 = stablehlo.dot_general %1, %down, contracting_dims = [1] x [0] : (tensor<8x32xf32>, tensor<32x16xf32>) -> tensor<8x16xf32>
                  return %2 : tensor<8x16xf32>
                }
                """);
    assertThat(program.localType())
        .isEqualTo("(tensor<2x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<2x16xf32>");
    assertThat(program.collectives()).containsExactly("all_reduce", 1);
    assertThat(
            MlirPrinter.print(program.local(DeviceMode.PARTITION), PrintOptions.PRETTY.locations()))
        .contains("loc(\"p0: stablehlo.dot_general %2");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void aClosedDimensionStaysAsItIsButItsUsesAreCutForNothing() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {}]") + ", " + arg("b", "[{}, {}]"),
                "%0 = stablehlo.add %a, %b : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType())
        .isEqualTo("(tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>");
    assertThat(program.collectives()).isEmpty();
  }

  @Test
  void anOpenDimensionIsTiledFurther() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {\"x\"}]") + ", " + arg("b", "[{?}, {}]"),
                "%0 = stablehlo.add %a, %b : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType())
        .isEqualTo("(tensor<2x4xf32>, tensor<2x8xf32>) -> tensor<2x4xf32>");
  }

  @Test
  void axesThatAreSaidToBeReplicatedTileNothing() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {\"x\"}]") + ", " + arg("b", "[{?}, {?}], replicated={\"y\"}"),
                "%0 = stablehlo.add %a, %b : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType())
        .isEqualTo("(tensor<2x4xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>");
  }

  @Test
  void partsOfAxes() {
    Annotated program =
        Annotated.of(main(arg("a", "[{\"y\":(2)2, \"x\"}, {\"y\":(1)2}]"), TANH, RETURN));
    assertThat(program.localType()).isEqualTo("(tensor<2x4xf32>) -> tensor<2x4xf32>");
    assertThat(program.sdy()).contains("[{\"y\":(2)2, \"x\"}, {\"y\":(1)2}]");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void dimensionsThatDoNotDivideArePadded() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @main(%a: tensor<7x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>}) -> tensor<8xf32> {
                  %z = stablehlo.constant dense<0.0> : tensor<f32>
                  %0 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] : (tensor<7x8xf32>, tensor<f32>) -> tensor<8xf32>
                  return %0 : tensor<8xf32>
                }
                """);
    assertThat(program.localType()).isEqualTo("(tensor<2x8xf32>) -> tensor<8xf32>");
    program.provePartitionMode();
  }

  private static final String DOT =
      "%0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]"
          + " : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>";

  @Test
  void prioritiesAreTacticsInOrder() {
    String tiled = arg("b", "[{}, {\"y\"}p1]");
    Annotated program = Annotated.of(main(arg("a", "[{\"y\"}, {}]") + ", " + tiled, DOT, RETURN));
    assertThat(program.partitioning().stages().stream().map(stage -> stage.tactic().name()))
        .containsExactly("p0", "p1")
        .inOrder();
    // The rows came first, so that all of b is needed.
    assertThat(program.localType())
        .isEqualTo("(tensor<2x8xf32>, tensor<8x2xf32>) -> tensor<2x8xf32>");
    assertThat(program.collectives()).containsExactly("all_gather", 1);
    assertThat(program.conflicts()).isEmpty();
  }

  @Test
  void withoutPrioritiesTwoWishesAreAConflict() {
    Annotated program =
        Annotated.of(
            main(arg("a", "[{\"y\"}, {}]") + ", " + arg("b", "[{}, {\"y\"}]"), DOT, RETURN));
    assertThat(program.conflicts()).hasSize(1);
  }

  @Test
  void whatAnOperationCarriesDecidesWhatItIsTiledBy() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {}]") + ", " + arg("b", "[{}, {\"y\"}]"),
                DOT.replace(
                    "[0] :",
                    "[0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {\"y\"}]>]>} :"),
                RETURN));
    assertThat(program.conflicts()).isEmpty();
    assertThat(program.localType())
        .isEqualTo("(tensor<2x8xf32>, tensor<8x2xf32>) -> tensor<8x2xf32>");
    program.proveRoundTrip();
  }

  @Test
  void anAxisWaitsForTheTurnOfTheDimensionThatNamesIt() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {}]") + ", " + arg("b", "[{?}, {\"y\", ?}p1]"),
                "%0 = stablehlo.add %a, %b : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType())
        .isEqualTo("(tensor<2x8xf32>, tensor<8x2xf32>) -> tensor<2x8xf32>");
  }

  @Test
  void valuesOfAGroupAreTiledAlike() {
    String lines =
        "%1 = stablehlo.transpose %b, dims = [1, 0] : (tensor<8x8xf32>) -> tensor<8x8xf32>\n";
    String group =
        "sdy.sharding_group %a group_id=0 : tensor<8x8xf32>\n"
            + "sdy.sharding_group %1 group_id=0 : tensor<8x8xf32>\n";
    String rest = "%2 = stablehlo.tanh %1 : tensor<8x8xf32>\nreturn %2 : tensor<8x8xf32>";
    String arguments = arg("a", "[{\"y\"}, {\"x\"}]") + ", %b: tensor<8x8xf32>";
    assertThat(Annotated.of(main(arguments, lines, rest)).localType())
        .isEqualTo("(tensor<2x4xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>");
    assertThat(Annotated.of(main(arguments, lines, group, rest)).localType())
        .isEqualTo("(tensor<2x4xf32>, tensor<4x2xf32>) -> tensor<2x4xf32>");
  }

  private static String barrier(String direction, String a, String result) {
    return Annotated.of(
            main(
                "%a: tensor<8x8xf32>" + a,
                "%0 = sdy.propagation_barrier %a allowed_direction="
                    + direction
                    + " : tensor<8x8xf32>",
                "%1 = stablehlo.tanh %0 : tensor<8x8xf32>",
                result,
                "return %1 : tensor<8x8xf32>"))
        .localType();
  }

  @Test
  void aBarrierIsPassedInOneDirection() {
    String tiled = " {sdy.sharding = #sdy.sharding<@mesh, [{\"y\"}, {}]>}";
    String constraint = "%2 = sdy.sharding_constraint %1 <@mesh, [{\"y\"}, {}]> : tensor<8x8xf32>";
    assertThat(barrier("FORWARD", tiled, "")).isEqualTo("(tensor<2x8xf32>) -> tensor<2x8xf32>");
    assertThat(barrier("BACKWARD", tiled, "")).isEqualTo("(tensor<2x8xf32>) -> tensor<8x8xf32>");
    assertThat(barrier("NONE", tiled, "")).isEqualTo("(tensor<2x8xf32>) -> tensor<8x8xf32>");
    assertThat(barrier("FORWARD", "", constraint))
        .isEqualTo("(tensor<8x8xf32>) -> tensor<2x8xf32>");
    assertThat(barrier("BACKWARD", "", constraint))
        .isEqualTo("(tensor<2x8xf32>) -> tensor<2x8xf32>");
  }

  @Test
  void aReshardFixesWhatItsUsesSee() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {}]"),
                "%1 = sdy.reshard %a <@mesh, [{}, {\"y\"}]> : tensor<8x8xf32>",
                "%0 = stablehlo.tanh %1 : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType()).isEqualTo("(tensor<2x8xf32>) -> tensor<8x2xf32>");
    assertThat(program.collectives()).containsExactly("all_to_all", 1);
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void collectivesOfShardyAreReshards() {
    Annotated program =
        Annotated.of(
            main(
                arg("a", "[{\"y\"}, {}]"),
                "%1 = sdy.all_gather [{\"y\"}, {}] %a out_sharding=<@mesh, [{}, {}]>"
                    + " : tensor<8x8xf32>",
                "%0 = sdy.all_slice [{}, {\"x\"}] %1 out_sharding=<@mesh, [{}, {\"x\"}]>"
                    + " : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType()).isEqualTo("(tensor<2x8xf32>) -> tensor<8x4xf32>");
    assertThat(program.collectives()).containsExactly("all_gather", 1);
  }

  @Test
  void resultsHaveExactlyTheirLayouts() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @main(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>})
                    -> (tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}]>}, tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {"x"}]>}, tensor<8x8xf32>) {
                  %0 = stablehlo.tanh %a : tensor<8x8xf32>
                  return %0, %0, %0 : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
                }
                """);
    assertThat(program.localType())
        .isEqualTo("(tensor<2x8xf32>) -> (tensor<8x8xf32>, tensor<2x4xf32>, tensor<2x4xf32>)");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void anOperationMayCarryTheShardingOfItsResult() {
    Annotated program =
        Annotated.of(
            main(
                "%a: tensor<8x8xf32>",
                "%0 = stablehlo.tanh %a {sdy.sharding ="
                    + " #sdy.sharding_per_value<[<@mesh, [{\"y\"}, {\"x\"}]>]>} : tensor<8x8xf32>",
                RETURN));
    assertThat(program.localType()).isEqualTo("(tensor<2x4xf32>) -> tensor<2x4xf32>");
    assertThat(program.sdy()).doesNotContain("sharding_constraint");
  }

  @Test
  void aConstraintThatNobodyUsesIsAboutTheValueItself() {
    assertThat(
            Annotated.of(
                    main(
                        "%a: tensor<8x8xf32>",
                        TANH,
                        "%1 = sdy.sharding_constraint %0 <@mesh, [{\"y\"}, {}]> : tensor<8x8xf32>",
                        RETURN))
                .localType())
        .isEqualTo("(tensor<2x8xf32>) -> tensor<2x8xf32>");
  }

  @Test
  void functionsThatCarryShardingsArePartitionedUnderTheirNames() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @forward(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>}) -> tensor<8x8xf32> {
                  %0 = call @both(%a) : (tensor<8x8xf32>) -> tensor<8x8xf32>
                  return %0 : tensor<8x8xf32>
                }
                func.func @backward(%a: tensor<8x8xf32>) -> (tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}) {
                  %0 = call @both(%a) : (tensor<8x8xf32>) -> tensor<8x8xf32>
                  return %0 : tensor<8x8xf32>
                }
                func.func private @both(%a: tensor<8x8xf32>) -> tensor<8x8xf32> {
                  %0 = stablehlo.tanh %a : tensor<8x8xf32>
                  return %0 : tensor<8x8xf32>
                }
                """);
    assertThat(program.functions()).containsExactly("forward", "backward").inOrder();
    var local = program.local(DeviceMode.REPLICA);
    assertThat(
            local.functions().stream().map(function -> function.name() + function.type()).toList())
        .containsExactly(
            "forward(tensor<2x8xf32>) -> tensor<2x8xf32>",
            "backward(tensor<8x4xf32>) -> tensor<8x4xf32>");
    assertThat(program.sdy()).contains("func.func @backward(");
    program.provePartitionMode();
  }

  @Test
  void loopsCallsAndNamedComputationsAreSeenThrough() {
    Annotated program =
        Annotated.of(
            MESH
                + """
                func.func @main(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"y"}, {}]>}) -> tensor<8x8xf32> {
                  %c = stablehlo.constant dense<0> : tensor<i32>
                  %n = stablehlo.constant dense<3> : tensor<i32>
                  %i = stablehlo.constant dense<1> : tensor<i32>
                  %0:2 = stablehlo.while(%k = %c, %v = %a) : tensor<i32>, tensor<8x8xf32>
                  cond {
                    %1 = stablehlo.compare LT, %k, %n, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
                    stablehlo.return %1 : tensor<i1>
                  } do {
                    %1 = func.call @step(%v) : (tensor<8x8xf32>) -> tensor<8x8xf32>
                    %2 = stablehlo.add %k, %i : tensor<i32>
                    stablehlo.return %2, %1 : tensor<i32>, tensor<8x8xf32>
                  }
                  return %0#1 : tensor<8x8xf32>
                }
                func.func private @step(%v: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{?}, {"x", ?}]>}) -> tensor<8x8xf32> {
                  %0 = sdy.named_computation<"inner">(%v) out_shardings=[<@mesh, [{"y"}, {}]>] (%w: tensor<8x8xf32>) {
                    %1 = stablehlo.tanh %w : tensor<8x8xf32>
                    sdy.return %1 : tensor<8x8xf32>
                  } : (tensor<8x8xf32>) -> tensor<8x8xf32>
                  return %0 : tensor<8x8xf32>
                }
                """);
    assertThat(program.localType()).isEqualTo("(tensor<2x8xf32>) -> tensor<2x4xf32>");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void meshesOfTheSameDevicesUnderOtherNamesAreParts() {
    Annotated program =
        Annotated.of(
            "sdy.mesh @mesh = <[\"all\"=8]>\nsdy.mesh @grid = <[\"r\"=2, \"c\"=4]>\n"
                + """
                func.func @main(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"all"}, {}]>}) -> (tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@grid, [{"r"}, {"c"}]>}) {
                  return %a : tensor<8x8xf32>
                }
                """);
    assertThat(program.localType()).isEqualTo("(tensor<1x8xf32>) -> tensor<4x2xf32>");
    assertThat(program.sdy()).contains("[{\"all\":(1)2}, {\"all\":(2)4}]");
    program.provePartitionMode().proveRoundTrip();
  }

  @Test
  void aMeshWhoseDevicesAreTransposed() {
    Annotated program =
        Annotated.of(
            "sdy.mesh @mesh = <[\"a\"=2, \"b\"=4], device_ids=[0, 2, 4, 6, 1, 3, 5, 7]>\n"
                + """
                func.func @main(%a: tensor<8x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"a"}, {"b"}]>}) -> tensor<8x8xf32> {
                  return %a : tensor<8x8xf32>
                }
                """);
    // Axis a has the devices side by side.
    assertThat(program.partitioning().mesh().toString()).isEqualTo("b=4, a=2");
  }

  private static PartirException refused(String text) {
    return assertThrows(PartirException.class, () -> Annotated.of(text));
  }

  private static void assertRefused(String text, ErrorCode code, String problem) {
    PartirException refused = refused(text);
    assertThat(refused.diagnostics().get(0).code()).isEqualTo(code);
    assertThat(refused).hasMessageThat().contains(problem);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused(
        main(arg("a", "[{\"q\"}, {}]"), TANH, RETURN),
        ErrorCode.UNKNOWN_AXIS,
        "argument \"a\": the mesh <[\"x\"=2, \"y\"=4]> has no axis \"q\"");
    assertRefused(
        main(arg("a", "[{\"x\"}, {\"x\"}]"), TANH, RETURN), ErrorCode.AXIS_REUSED, "stands twice");
    assertRefused(
        main(arg("a", "[{\"x\"}]"), TANH, RETURN), ErrorCode.TYPE_MISMATCH, "has 1 dimensions");
    assertRefused(
        main(arg("a", "[{\"y\":(1)3}, {}]"), TANH, RETURN),
        ErrorCode.INVALID_SHARDING,
        "does not fit the axis of size 4");
    assertRefused(
        main(arg("a", "[{\"y\"}, {}]").replace("@mesh", "@other"), TANH, RETURN),
        ErrorCode.UNDEFINED,
        "has no mesh @other");
  }

  @Test
  void whatIsWrongOnAnOperationIsToldWithItsPlace() {
    PartirException refused =
        refused(
            main(
                "%a: tensor<8x8xf32>",
                "%0 = sdy.sharding_constraint %a <@mesh, [{\"q\"}, {}]> : tensor<8x8xf32>",
                RETURN));
    assertThat(refused).hasMessageThat().contains("test.mlir:3:");
    assertThat(refused.diagnostics().get(0).subject()).isEqualTo("sdy.sharding_constraint");
  }

  @Test
  void meshesOfOtherDevicesAreRefused() {
    assertRefused(
        "sdy.mesh @other = <[\"z\"=3]>\n"
            + main(
                arg("a", "[{\"y\"}, {}]"),
                "%0 = sdy.sharding_constraint %a <@other, [{\"z\"}, {}]> : tensor<8x8xf32>",
                RETURN),
        ErrorCode.INVALID_MESH,
        "it has 3 devices, the mesh <[\"x\"=2, \"y\"=4]> of the same program has 8");
  }

  @Test
  void collectivesAreCountedByTactic() {
    assertThat(
            Annotated.of(
                    main(arg("a", "[{}, {\"y\"}]") + ", " + arg("b", "[{\"y\"}, {}]"), DOT, RETURN))
                .collectives())
        .isEqualTo(Map.of("all_reduce", 1));
  }

  @Test
  void whatShardyMakesOfProgramsIsTakenToo() {
    Annotated program =
        Annotated.of(
            """
            sdy.mesh @mesh = <["x"=2]>
            func.func @main(%a: tensor<8xf32>) -> tensor<8xf32> {
              %c = sdy.constant dense<2.0> : tensor<8xf32>
              %0 = stablehlo.add %a, %c : tensor<8xf32>
              %1 = sdy.data_flow_edge %0 sharding=<@mesh, [{"x"}]> : tensor<8xf32>
              %2 = sdy.data_flow_edge %1 : tensor<8xf32>
              return %2 : tensor<8xf32>
            }
            """);
    assertThat(program.localType()).isEqualTo("(tensor<4xf32>) -> tensor<4xf32>");
    assertThat(MlirPrinter.print(program.local(DeviceMode.REPLICA))).doesNotContain("sdy.");
  }
}
