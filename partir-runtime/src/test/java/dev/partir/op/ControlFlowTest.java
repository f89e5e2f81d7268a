package dev.partir.op;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import dev.partir.text.MlirParser;
import dev.partir.text.MlirPrinter;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loops and branches. */
final class ControlFlowTest {
  /** Adds {@code %a} to {@code %s} as long as {@code %i} is below {@code %n}. */
  private static final String LOOP =
      """
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = stablehlo.while(%i = %zero, %s = %zero) : tensor<i32>, tensor<i32>
      cond {
        %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %p : tensor<i1>
      } do {
        %one = stablehlo.constant dense<1> : tensor<i32>
        %next = stablehlo.add %i, %one : tensor<i32>
        %sum = stablehlo.add %s, %a : tensor<i32>
        stablehlo.return %next, %sum : tensor<i32>, tensor<i32>
      }
      return %r#1 : tensor<i32>\
      """;

  private static final String ARGUMENTS = "%n: tensor<i32>, %a: tensor<i32>";

  private static HostArray i32(int value) {
    return HostArray.of(TensorType.of(ElementType.I32), value);
  }

  private static int loop(int trips, int step) {
    return Run.function(ARGUMENTS, "tensor<i32>", LOOP, i32(trips), i32(step)).get(0).ints()[0];
  }

  @Test
  void aLoopSeesTheValuesAroundIt() {
    assertThat(loop(7, 5)).isEqualTo(35);
    assertThat(loop(0, 5)).isEqualTo(0);
  }

  @Test
  @Timeout(5)
  void manyTripsOfASmallBodyAreQuick() {
    assertThat(loop(100_000, 3)).isEqualTo(300_000);
  }

  @Test
  void aLoopIsPrintedAsItIsRead() {
    String text = "func.func @main(" + ARGUMENTS + ") -> tensor<i32> {\n" + LOOP + "\n}";
    String once = MlirPrinter.print(MlirParser.parse("t.mlir", text));
    assertThat(once).contains("stablehlo.while(%i = %zero, %s = %zero) : tensor<i32>, tensor<i32>");
    assertThat(MlirPrinter.print(MlirParser.parse("t.mlir", once))).isEqualTo(once);
  }

  @Test
  void aLoopMayHaveAttributesAndNoValues() {
    String text =
        """
        func.func @main(%p: tensor<i1>) {
          stablehlo.while() attributes {x.y = 1 : i32}
          cond {
            stablehlo.return %p : tensor<i1>
          } do {
            stablehlo.return
          }
          return
        }
        """;
    var module = MlirParser.parse("t.mlir", text);
    HostArray no = HostArray.of(TensorType.of(ElementType.I1), 0);
    assertThat(Interpreter.run(module, List.of(no))).isEmpty();
    assertThat(MlirPrinter.print(module)).contains("attributes {x.y = 1 : i32}");
  }

  @Test
  @Timeout(20)
  void anInterruptEndsAnEndlessLoop() throws InterruptedException {
    String endless = LOOP.replace("%next, %sum", "%i, %sum");
    Throwable[] ended = new Throwable[1];
    Thread thread =
        new Thread(
            () ->
                ended[0] =
                    assertThrows(
                        CancellationException.class,
                        () -> Run.function(ARGUMENTS, "tensor<i32>", endless, i32(1), i32(1))));
    thread.start();
    Thread.sleep(50);
    thread.interrupt();
    thread.join();
    assertThat(ended[0]).isInstanceOf(CancellationException.class);
  }

  private static final String CASE =
      """
      %r = "stablehlo.case"(%i) ({
        stablehlo.return %a : tensor<i32>
      }, {
        %s = stablehlo.add %a, %a : tensor<i32>
        stablehlo.return %s : tensor<i32>
      }, {
        %m = stablehlo.negate %a : tensor<i32>
        stablehlo.return %m : tensor<i32>
      }) : (tensor<i32>) -> tensor<i32>
      return %r : tensor<i32>\
      """;

  private static int choose(int index) {
    return Run.function("%i: tensor<i32>, %a: tensor<i32>", "tensor<i32>", CASE, i32(index), i32(4))
        .get(0)
        .ints()[0];
  }

  @Test
  void aCaseOutsideIsTheLast() {
    assertThat(choose(0)).isEqualTo(4);
    assertThat(choose(1)).isEqualTo(8);
    assertThat(choose(2)).isEqualTo(-4);
    assertThat(choose(3)).isEqualTo(-4);
    assertThat(choose(-1)).isEqualTo(-4);
  }

  @Test
  void anIfRunsOneOfItsBranches() {
    String text =
        """
        %r = "stablehlo.if"(%p) ({
          stablehlo.return %a : tensor<i32>
        }, {
          %m = stablehlo.negate %a : tensor<i32>
          stablehlo.return %m : tensor<i32>
        }) : (tensor<i1>) -> tensor<i32>
        return %r : tensor<i32>\
        """;
    String arguments = "%p: tensor<i1>, %a: tensor<i32>";
    HostArray yes = HostArray.of(TensorType.of(ElementType.I1), 1);
    HostArray no = HostArray.of(TensorType.of(ElementType.I1), 0);
    assertThat(Run.function(arguments, "tensor<i32>", text, yes, i32(3)).get(0).ints()[0])
        .isEqualTo(3);
    assertThat(Run.function(arguments, "tensor<i32>", text, no, i32(3)).get(0).ints()[0])
        .isEqualTo(-3);
  }

  @Test
  void aConditionThatIsNoBooleanIsTold() {
    String broken =
        LOOP.replace("stablehlo.return %p : tensor<i1>", "stablehlo.return %i : tensor<i32>");
    assertThat(Run.error(ARGUMENTS, "tensor<i32>", broken))
        .contains("cond gives (tensor<i32>) (constraint C1). It must give (tensor<i1>)");
  }

  @Test
  void aBodyThatGivesOtherTypesIsTold() {
    String broken =
        LOOP.replace(
            "stablehlo.return %next, %sum : tensor<i32>, tensor<i32>",
            "stablehlo.return %next : tensor<i32>");
    assertThat(Run.error(ARGUMENTS, "tensor<i32>", broken))
        .contains("body gives (tensor<i32>) (constraint C2)");
  }

  @Test
  void aCaseWithoutBranchesIsTold() {
    assertThat(
            Run.error(
                "%i: tensor<i32>",
                "tensor<i32>",
                "%r = \"stablehlo.case\"(%i) : (tensor<i32>) -> tensor<i32>\n"
                    + "return %r : tensor<i32>"))
        .contains("it has no branches (constraint C1)");
  }

  @Test
  void aFunctionMayEndInTheReturnOfARegion() {
    String text =
        """
        func.func @main(%a: tensor<i32>) -> tensor<i32> {
          %b = call @f(%a) : (tensor<i32>) -> tensor<i32>
          return %b : tensor<i32>
        }
        func.func @f(%a: tensor<i32>) -> tensor<i32> {
          %b = stablehlo.add %a, %a : tensor<i32>
          stablehlo.return %b : tensor<i32>
        }
        """;
    HostArray given = HostArray.of(TensorType.of(ElementType.I32), 21);
    assertThat(Snippets.text(Snippets.run(text, given).get(0))).isEqualTo("42");
    assertThat(
            Snippets.refusal(
                "func.func @f(%a: tensor<i32>) -> tensor<i64> {\n"
                    + "stablehlo.return %a : tensor<i32>\n}"))
        .isEqualTo("it gives (tensor<i32>), the function declares (tensor<i64>)");
  }
}
