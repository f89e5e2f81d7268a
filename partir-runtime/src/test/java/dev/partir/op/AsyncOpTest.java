package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import org.junit.jupiter.api.Test;

/** {@code stablehlo.async_start} and {@code stablehlo.async_done}. */
final class AsyncOpTest {
  private static final String PAIR = "tensor<2xi32>";

  private static String started(String operation, String future) {
    return "%f = \"stablehlo.async_start\"(%a) ({\n^bb0(%x: tensor<2xi32>):\n"
        + operation
        + "\n}) : (tensor<2xi32>) -> !stablehlo.future<"
        + future
        + ">\n";
  }

  private static final String SLICE =
      """
      %s = stablehlo.slice %x [1:2] : (tensor<2xi32>) -> tensor<1xi32>
      stablehlo.return %s : tensor<1xi32>\
      """;

  private static String refusal(String body) {
    return Snippets.refusal(
        "func.func @main(%a: tensor<2xi32>, %b: tensor<2xi32>) {\n" + body + "\nreturn\n}");
  }

  @Test
  void aFutureIsWhatItsBodyGives() {
    String text =
        "func.func @main(%a: tensor<2xi32>) -> tensor<1xi32> {\n"
            + started(SLICE, "tensor<1xi32>")
            + """
            %o, %g = stablehlo.optimization_barrier %a, %f
              : tensor<2xi32>, !stablehlo.future<tensor<1xi32>>
            %r = "stablehlo.async_done"(%g)
              : (!stablehlo.future<tensor<1xi32>>) -> tensor<1xi32>
            return %r : tensor<1xi32>
            }\
            """;
    HostArray given = Snippets.ints(TensorType.of(ElementType.I32, 2), 3, 4);
    assertThat(Snippets.text(Snippets.run(text, given).get(0))).isEqualTo("4");
  }

  @Test
  void processesMeetInWhatIsStarted() {
    String text =
        """
        func.func @main() -> (tensor<4xi32>, tensor<4xi32>) {
          %a = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
          %b = stablehlo.constant dense<[3, 4]> : tensor<2xi32>
          %r:2 = "interpreter.run_parallel"(%a, %b) {programs = [[@f], [@f]]}
            : (tensor<2xi32>, tensor<2xi32>) -> (tensor<4xi32>, tensor<4xi32>)
          return %r#0, %r#1 : tensor<4xi32>, tensor<4xi32>
        }
        func.func private @f(%a: tensor<2xi32>) -> tensor<4xi32> {
        """
            + started(
                """
                %g = "stablehlo.all_gather"(%x)
                  {all_gather_dim = 0 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}
                  : (tensor<2xi32>) -> tensor<4xi32>
                stablehlo.return %g : tensor<4xi32>\
                """,
                "tensor<4xi32>")
            + """
            %r = "stablehlo.async_done"(%f)
              : (!stablehlo.future<tensor<4xi32>>) -> tensor<4xi32>
            return %r : tensor<4xi32>
            }\
            """;
    for (HostArray result : Snippets.run(text)) {
      assertThat(Snippets.text(result)).isEqualTo("1 2 3 4");
    }
  }

  @Test
  void theTypesOfStartAndDoneAreInferred() {
    assertThat(refusal(started(SLICE, "tensor<3xi32>")))
        .isEqualTo(
            "result 0 is declared as !stablehlo.future<tensor<3xi32>>, but the operands make it"
                + " !stablehlo.future<tensor<1xi32>> (constraint C1)");
    assertThat(
            refusal(
                started(SLICE, "tensor<1xi32>")
                    + "%r = \"stablehlo.async_done\"(%f)"
                    + " : (!stablehlo.future<tensor<1xi32>>) -> tensor<2xi32>"))
        .isEqualTo(
            "result 0 is declared as tensor<2xi32>, but the operands make it tensor<1xi32>"
                + " (constraint C1)");
    assertThat(refusal("%r = \"stablehlo.async_done\"(%a) : (tensor<2xi32>) -> tensor<2xi32>"))
        .isEqualTo("it waits for a tensor<2xi32> (constraint C1)");
    assertThat(
            refusal(
                started(SLICE, "tensor<1xi32>")
                    + "\"stablehlo.async_done\"(%f) : (!stablehlo.future<tensor<1xi32>>) -> ()"))
        .isEqualTo("it gives 0 values of a !stablehlo.future<tensor<1xi32>> (constraint C1)");
  }

  @Test
  void onlyOneCollectiveOrSliceIsStarted() {
    assertThat(
            refusal(
                started(
                    "%s = stablehlo.add %x, %x : tensor<2xi32>\nstablehlo.return %s : " + PAIR,
                    PAIR)))
        .isEqualTo("its body is [stablehlo.add, stablehlo.return]");
    assertThat(refusal(started(SLICE.replace("%x [", "%b ["), "tensor<1xi32>")))
        .isEqualTo("its body uses values from around it");
  }

  @Test
  void aFutureIsOfTensors() {
    assertThat(
            Snippets.refusal("func.func @main(%a: !stablehlo.future<!stablehlo.token>) { return }"))
        .contains("a future is of tensors");
  }
}
