package dev.partir.dsl;

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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class TensorTest {
  private static final TensorType MATRIX = TensorType.of(ElementType.F64, 2, 3);
  private static final double[] NUMBERS = {1, -2, 3, 0.5, 0, -1};

  private static double[] run(Function<Tensor, Tensor> body) {
    Module module =
        Tracer.trace(
            "test", List.of(new Tracer.Input("x", MATRIX)), in -> List.of(body.apply(in.get(0))));
    return Interpreter.run(module, List.of(HostArray.of(MATRIX, NUMBERS.clone()))).get(0).doubles();
  }

  private static String refused(Function<Tensor, Tensor> body) {
    return String.valueOf(assertThrows(PartirException.class, () -> run(body)).getMessage());
  }

  private static void assertClose(double[] actual, double... expected) {
    assertThat(actual).usingTolerance(1e-12).containsExactly(expected).inOrder();
  }

  @Test
  void arithmeticBroadcastsAsNumPyDoes() {
    assertClose(run(x -> x.times(2).plus(1)), 3, -3, 7, 2, 1, -1);
    assertClose(run(x -> x.minus(x.slice(0, 0, 1))), 0, 0, 0, -0.5, 2, -4);
    assertClose(run(x -> x.slice(1, 0, 1).plus(x.slice(0, 1, 2))), 1.5, 1, 0, 1, 0.5, -0.5);
    assertClose(run(Tensor::unaryMinus), -1, 2, -3, -0.5, 0, 1);
  }

  @Test
  void activations() {
    assertClose(run(Tensor::relu), 1, 0, 3, 0.5, 0, 0);
    double[] gelu = new double[6];
    double[] silu = new double[6];
    for (int i = 0; i < 6; i++) {
      double x = NUMBERS[i];
      gelu[i] = 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      silu[i] = x / (1 + Math.exp(-x));
    }
    assertClose(run(Tensor::gelu), gelu);
    assertClose(run(Tensor::silu), silu);
  }

  @Test
  void numbersBesideTensors() {
    assertClose(run(x -> x.min(0.25).max(-1)), 0.25, -1, 0.25, 0.25, 0, -1);
    assertClose(run(x -> x.pow(2)), 1, 4, 9, 0.25, 0, 1);
    assertClose(run(x -> x.greaterThan(x.scalar(0)).cast(ElementType.F64)), 1, 0, 1, 1, 0, 0);
    assertClose(
        run(
            x ->
                x.iota(0, ElementType.I32, 3)
                    .plus(x.scalar(4, ElementType.I32))
                    .cast(x.type().element())),
        4,
        5,
        6);
  }

  @Test
  void whatIsNoNumberOfATypeIsRefused() {
    assertThat(refused(x -> x.cast(ElementType.I32).plus(0.5)))
        .isEqualTo(
            "[partir:invalid-op] scalar: 0.5 is no number of i32. Give a whole number in its range,"
                + " or cast to a floating-point type first. See docs/errors/invalid-op.md");
    assertThat(refused(x -> x.scalar(128, ElementType.I8))).contains("128.0 is no number of i8");
    assertThat(refused(x -> x.scalar(-1, ElementType.UI32))).contains("-1.0 is no number of ui32");
    assertClose(run(x -> x.scalar(-128, ElementType.I8).cast(ElementType.F64)), -128);
  }

  @Test
  void theLargestIsTheFirstThatIsNoNumber() {
    assertClose(run(x -> x.argmax(1).cast(ElementType.F64)), 2, 0);
    // The roots of negative numbers are none.
    assertClose(run(x -> x.sqrt().argmax(1).cast(ElementType.F64)), 1, 2);
    assertClose(run(x -> x.cast(ElementType.I32).argmax(1).cast(ElementType.F64)), 2, 0);
  }

  @Test
  void softmaxSumsToOneAndItsLogarithmAgrees() {
    double[] softmax = run(x -> x.softmax(-1));
    double sum = Math.exp(1) + Math.exp(-2) + Math.exp(3);
    assertThat(softmax[0]).isWithin(1e-12).of(Math.exp(1) / sum);
    assertClose(run(x -> x.softmax(-1).sum(1)), 1, 1);
    assertClose(run(x -> x.logSoftmax(0).exp().minus(x.softmax(0))), 0, 0, 0, 0, 0, 0);
  }

  @Test
  void normalizations() {
    double[] normed =
        run(
            x ->
                x.layerNorm(
                    x.iota(0, ElementType.F64, 3).times(0).plus(1), x.scalar(0).broadcastTo(3)));
    double mean = 2.0 / 3;
    double variance =
        ((1 - mean) * (1 - mean) + (-2 - mean) * (-2 - mean) + (3 - mean) * (3 - mean)) / 3;
    assertThat(normed[0]).isWithin(1e-12).of((1 - mean) / Math.sqrt(variance + 1e-5));
    double[] scaled = run(x -> x.rmsNorm(x.scalar(2).broadcastTo(3)));
    assertThat(scaled[2]).isWithin(1e-12).of(2 * 3 / Math.sqrt((1 + 4 + 9) / 3.0 + 1e-6));
  }

  @Test
  void contractions() {
    assertClose(run(x -> x.matmul(x.transpose(1, 0))), 14, -2.5, -2.5, 1.25);
    int[] none = {};
    int[] all = {0, 1};
    assertClose(run(x -> x.contract(x, none, none, all, all)), 15.25);
    int[] rows = {0};
    int[] columns = {1};
    assertClose(run(x -> x.contract(x, rows, rows, columns, columns)), 14, 1.25);
  }

  @Test
  void reductions() {
    assertClose(run(Tensor::sum), 1.5);
    assertClose(run(x -> x.mean(0)), 0.75, -1, 1);
    assertClose(run(x -> x.reduceMax(1)), 3, 0.5);
  }

  @Test
  void shapes() {
    assertClose(run(x -> x.transpose(1, 0)), 1, 0.5, -2, 0, 3, -1);
    assertClose(run(x -> x.reshape(3, 2).slice(1, 1, 2)), -2, 0.5, -1);
    assertClose(run(x -> x.slice(1, 0, 1).concat(x.slice(1, 2, 3), 1)), 1, 3, 0.5, -1);
    assertClose(run(x -> x.gather(x.iota(0, ElementType.I32, 1).plus(1))), 0.5, 0, -1);
    assertClose(run(x -> x.lessThan(x.scalar(0)).select(x.scalar(7), x)), 1, 7, 3, 0.5, 0, 7);
  }

  @Test
  void whatIsTracedPrintsAsStableHloAndReadsBack() {
    Module module =
        Tracer.trace(
            "block",
            List.of(new Tracer.Input("x", MATRIX)),
            in ->
                List.of(in.get(0).softmax(-1).named("weights").matmul(in.get(0).transpose(1, 0))));
    String text = MlirPrinter.print(module);
    assertThat(text).contains("func.func public @main(%x: tensor<2x3xf64>) -> tensor<2x2xf64>");
    Module again = MlirParser.parse("block.mlir", text);
    List<HostArray> arguments = List.of(HostArray.of(MATRIX, NUMBERS.clone()));
    assertThat(
            Interpreter.run(again, arguments)
                .get(0)
                .sameElements(Interpreter.run(module, arguments).get(0)))
        .isTrue();
  }

  @Test
  void whatTheOperationItselfForbidsIsRefusedWhereItIsCalled() {
    int[] none = {};
    int[] first = {0};
    int[] last = {-1};
    assertThat(refused(x -> x.contract(x, none, none, first, last)))
        .startsWith("[partir:invalid-op] stablehlo.dot_general: ");
    assertThat(refused(x -> x.contract(x, first, first, last, none)))
        .isEqualTo(
            "[partir:invalid-op] contract: batch dimensions [0] and [0], contracted dimensions [1]"
                + " and []. Name as many of the left as of the right, each once."
                + " See docs/errors/invalid-op.md");
    assertThat(refused(x -> x.contract(x, first, first, first, first)))
        .startsWith("[partir:invalid-op] contract: batch dimensions [0] and [0], contracted");
    assertThat(refused(x -> x.sum(0, 0))).startsWith("[partir:invalid-op] stablehlo.reduce: ");
    assertThat(refused(x -> x.transpose(1, 1)))
        .startsWith("[partir:invalid-op] stablehlo.transpose: ");
    assertThat(refused(x -> x.select(x, x))).startsWith("[partir:invalid-op] stablehlo.select: ");
    assertThat(refused(x -> x.iota(2, ElementType.F64, 2, 3)))
        .startsWith("[partir:invalid-op] dimension 2: a tensor<2x3xf64> has 2 dimensions");
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    assertThat(refused(x -> x.matmul(x)))
        .isEqualTo(
            "[partir:invalid-op] matmul: tensor<2x3xf64> times tensor<2x3xf64> contracts sizes 3 and 2."
                + " The last size of the left must be the last but one of the right."
                + " See docs/errors/invalid-op.md");
    assertThat(refused(x -> x.plus(x.transpose(1, 0))))
        .startsWith(
            "[partir:invalid-op] stablehlo.add: tensor<2x3xf64> and tensor<3x2xf64> have sizes 2 and 3");
    assertThat(refused(x -> x.plus(x.cast(ElementType.F32))))
        .startsWith(
            "[partir:type-mismatch] stablehlo.add: it combines a tensor<2x3xf64> and a tensor<2x3xf32>");
    assertThat(refused(x -> x.reshape(4))).contains("has not the elements of tensor<4xf64>");
    assertThat(refused(x -> x.sum(2)))
        .startsWith("[partir:invalid-op] dimension 2: a tensor<2x3xf64> has 2 dimensions");
    assertThat(refused(x -> x.slice(1, 2, 4))).contains("[2:4] of dimension 1");
    assertThat(refused(x -> x.cast(ElementType.I32).exp()))
        .contains("it is applied to a tensor<2x3xi32>");
  }

  @Test
  void tensorsOfAnotherTraceAreRefused() {
    List<Tensor> kept = new ArrayList<>();
    double[] first =
        run(
            x -> {
              kept.add(x);
              return x;
            });
    assertThat(first).hasLength(6);
    assertThat(refused(x -> x.plus(kept.get(0))))
        .startsWith("[partir:untraceable] stablehlo.add: ");
    assertThat(refused(x -> kept.get(0))).startsWith("[partir:untraceable] model test: ");
  }
}
