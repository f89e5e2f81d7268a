package dev.partir.grad;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.dsl.DimensionSizes;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.dsl.Tree;
import dev.partir.dsl.TreeBuilder;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.Operation;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.ir.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients in the DSL: what they are, and what is written for them. */
final class GradientsTest {
  static final TensorType X = TensorType.of(ElementType.F64, 4, 3);
  static final TensorType W = TensorType.of(ElementType.F64, 3, 2);
  static final TensorType Y = TensorType.of(ElementType.F64, 4, 2);

  static Function trace(UnaryOperator<List<Tensor>> model, TensorType... types) {
    List<Tracer.Input> inputs = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      inputs.add(new Tracer.Input("p" + i, types[i]));
    }
    return Tracer.trace("test", inputs, model).main();
  }

  static List<HostArray> arguments(Function function, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<HostArray> arguments = new ArrayList<>();
    for (Value argument : function.arguments()) {
      arguments.add(
          Derivatives.isDifferentiable(argument)
              ? Derivatives.random(argument.tensor(), random)
              : Derivatives.integers(argument.tensor(), random));
    }
    return arguments;
  }

  /** Requires that a model's first result is a loss and the others its gradients by all inputs. */
  static Function requireLaw(UnaryOperator<List<Tensor>> loss, TensorType... types) {
    Function value = trace(loss, types);
    Function slopes =
        trace(
            in -> {
              List<Tensor> parameters =
                  in.stream().filter(t -> t.type().element().isFloat()).toList();
              return Gradients.of(loss.apply(in).get(0), parameters);
            },
            types);
    assertThat(Derivatives.findings(slopes)).isEmpty();
    List<HostArray> arguments = arguments(value, types.length);
    // The seed of a gradient is 1, that of a pullback an argument.
    Function pullback = Derivatives.pullback(value, i -> true);
    assertThat(Derivatives.broken(value, pullback, i -> true, arguments, new SplittableRandom(3)))
        .isNull();
    List<HostArray> all = new ArrayList<>(arguments);
    all.add(HostArray.scalar(ElementType.F64, 1));
    List<HostArray> expected = Interpreter.run(pullback, all);
    List<HostArray> actual = Interpreter.run(slopes, arguments);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).doubles())
          .usingTolerance(1e-12)
          .containsExactly(expected.get(i).doubles())
          .inOrder();
    }
    return slopes;
  }

  private static int count(Function function, String name) {
    int count = 0;
    for (Operation operation : function.body().operations()) {
      count += operation.name().equals(name) ? 1 : 0;
    }
    return count;
  }

  private static void assertCounts(Function function, Map<String, Integer> counts) {
    counts.forEach(
        (name, n) ->
            assertWithMessage(name).that(count(function, "stablehlo." + name)).isEqualTo(n));
  }

  @Test
  void layers() {
    TensorType row = TensorType.of(ElementType.F64, 3);
    requireLaw(in -> List.of(in.get(0).softmax(1).times(in.get(0)).sum()), X);
    requireLaw(in -> List.of(in.get(0).logSoftmax(0).slice(1, 0, 2).sum()), X);
    requireLaw(in -> List.of(in.get(0).layerNorm(in.get(1), in.get(2)).gelu().mean()), X, row, row);
    requireLaw(in -> List.of(in.get(0).rmsNorm(in.get(1)).silu().sum()), X, row);
    requireLaw(in -> List.of(in.get(0).concat(in.get(1), 1).relu().mean()), X, Y);
    requireLaw(
        in -> List.of(in.get(0).gather(in.get(1)).transpose(1, 0).reshape(3, 5).sin().sum()),
        X,
        TensorType.of(ElementType.I32, 5));
    requireLaw(
        in ->
            List.of(
                in.get(0).lessThan(in.get(0).scalar(0)).select(in.get(0), in.get(0).exp()).sum()),
        X);
  }

  @Test
  void aProductHasProductsAndNothingElse() {
    Function slopes =
        requireLaw(in -> List.of(in.get(0).matmul(in.get(1)).times(in.get(2)).sum()), X, W, Y);
    // The sum and the product itself are left from the loss; what is summed needs no product.
    assertCounts(
        slopes, Map.of("dot_general", 3, "transpose", 0, "multiply", 1, "add", 0, "reduce", 1));
  }

  @Test
  void whatIsUsedTwiceHasOneAddition() {
    Function slopes =
        requireLaw(
            in ->
                List.of(
                    in.get(0).matmul(in.get(1)).tanh().matmul(in.get(2)).times(in.get(0)).sum()),
            X,
            W,
            TensorType.of(ElementType.F64, 2, 3));
    assertThat(count(slopes, "stablehlo.add")).isEqualTo(1);
  }

  @Test
  void aBroadcastHasOneSum() {
    Function slopes =
        requireLaw(
            in -> List.of(in.get(0).plus(in.get(1)).tanh().sum()),
            X,
            TensorType.of(ElementType.F64, 3));
    assertCounts(slopes, Map.of("reduce", 2, "reshape", 0, "add", 1));
  }

  @Test
  void aLookupHasOneScatter() {
    Function slopes =
        requireLaw(
            in -> List.of(in.get(0).gather(in.get(1)).sin().sum()),
            X,
            TensorType.of(ElementType.I32, 2, 5));
    assertCounts(slopes, Map.of("scatter", 1, "clamp", 1, "add", 0, "pad", 0));
  }

  @Test
  void aNameStaysWithTheValue() {
    Function slopes = requireLaw(in -> List.of(in.get(0).sin().named("h").exp().sum()), X);
    assertThat(count(slopes, "stablehlo.optimization_barrier")).isEqualTo(1);
  }

  @Test
  void sumsAreInTheTypeOfTheValue() {
    TensorType narrow = TensorType.of(ElementType.BF16, 4, 3);
    Function slopes =
        trace(
            in ->
                Gradients.of(
                    in.get(0).plus(in.get(1)).cast(ElementType.F32).sin().sum(),
                    List.of(in.get(1))),
            narrow,
            TensorType.of(ElementType.BF16, 3));
    assertThat(slopes.results().get(0).tensor().element()).isEqualTo(ElementType.BF16);
    Operation last = Objects.requireNonNull(slopes.results().get(0).definition());
    assertThat(last.name()).isEqualTo("stablehlo.reduce");
    assertThat(last.operand(0).tensor()).isEqualTo(narrow);
  }

  @Test
  void whatTheLossDoesNotDependOnHasZeros() {
    Function slopes =
        trace(in -> Gradients.of(in.get(0).sum(), List.of(in.get(1), in.get(0))), X, W);
    List<HostArray> results = Interpreter.run(slopes, arguments(slopes, 1));
    assertThat(results.get(0).doubles()).isEqualTo(new double[6]);
    assertThat(results.get(1).get(5)).isEqualTo(1.0);
    assertThat(slopes.body().operations().size()).isAtMost(5);
  }

  @Test
  void aParameterThatDependsOnAnotherCountsForBoth() {
    requireLaw(
        in -> {
          Tensor h = in.get(0).sin();
          return List.of(Gradients.of(h.times(h).sum(), List.of(h, in.get(0))).get(1).sum());
        },
        X);
    Function slopes =
        trace(
            in -> {
              Tensor h = in.get(0).times(3);
              return Gradients.of(h.times(h).sum(), List.of(in.get(0), h));
            },
            X);
    List<HostArray> arguments = arguments(slopes, 2);
    List<HostArray> results = Interpreter.run(slopes, arguments);
    double x = arguments.get(0).get(0);
    assertThat(results.get(0).get(0)).isWithin(1e-12).of(18 * x);
    assertThat(results.get(1).get(0)).isWithin(1e-12).of(6 * x);
  }

  @Test
  void gradientsOfGradients() {
    requireLaw(
        in -> {
          Tensor slope =
              Gradients.of(in.get(0).matmul(in.get(1)).tanh().sum(), List.of(in.get(1))).get(0);
          return List.of(slope.times(slope).sum());
        },
        X,
        W);
  }

  @Test
  void aCheckpointIsRunAgain() {
    UnaryOperator<List<Tensor>> plain =
        in -> List.of(in.get(0).matmul(in.get(1)).tanh().exp().minus(1));
    UnaryOperator<List<Tensor>> model =
        in ->
            List.of(
                Gradients.checkpoint(in.subList(0, 1), x -> plain.apply(in)).get(0).sin().sum());
    Function kept = trace(in -> Gradients.of(plain.apply(in).get(0).sin().sum(), in), X, W);
    Function again = trace(in -> Gradients.of(model.apply(in).get(0), in), X, W);
    assertCounts(kept, Map.of("tanh", 1, "dot_general", 3, "optimization_barrier", 0));
    assertCounts(again, Map.of("tanh", 2, "dot_general", 4, "optimization_barrier", 1));
    // What the way back does not need is not run again, and the barrier holds the cotangent too.
    assertThat(count(again, "stablehlo.exponential")).isEqualTo(2);
    assertThat(count(again, "stablehlo.subtract")).isEqualTo(count(kept, "stablehlo.subtract"));
    for (Operation operation : again.body().operations()) {
      if (operation.name().equals("stablehlo.optimization_barrier")) {
        assertThat(operation.operands()).hasSize(3);
      }
    }
    List<HostArray> arguments = arguments(kept, 3);
    List<HostArray> expected = Interpreter.run(kept, arguments);
    List<HostArray> actual = Interpreter.run(again, arguments);
    for (int i = 0; i < 2; i++) {
      assertThat(actual.get(i).doubles()).isEqualTo(expected.get(i).doubles());
    }
    requireLaw(model, X, W);
  }

  @Test
  void checkpointsNestAndMayHaveGradientsInside() {
    requireLaw(
        in ->
            List.of(
                Gradients.checkpoint(
                        in,
                        outer ->
                            Gradients.checkpoint(
                                List.of(outer.get(0).sin()),
                                inner -> {
                                  Tensor h = inner.get(0).tanh();
                                  Tensor slope =
                                      Gradients.of(h.times(h).sum(), List.of(inner.get(0))).get(0);
                                  return List.of(slope.times(outer.get(0)));
                                }))
                    .get(0)
                    .sum()),
        X);
  }

  @Test
  void whatACheckpointComputesIsNotUsedElsewhere() {
    PartirException e =
        assertThrows(
            PartirException.class,
            () ->
                trace(
                    in -> {
                      List<Tensor> kept = new ArrayList<>();
                      Tensor out =
                          Gradients.checkpoint(
                                  in,
                                  x -> {
                                    kept.add(x.get(0).sin());
                                    return List.of(kept.get(0).exp());
                                  })
                              .get(0);
                      return Gradients.of(out.plus(kept.get(0)).sum(), in);
                    },
                    X));
    assertThat(e.diagnostics().get(0).code()).isEqualTo(ErrorCode.UNTRACEABLE);
  }

  @Test
  void stoppedGradientsAreConstants() {
    Function slopes =
        trace(in -> Gradients.of(in.get(0).times(in.get(0).sin().stopGradient()).sum(), in), X);
    List<HostArray> arguments = arguments(slopes, 4);
    double x = arguments.get(0).get(7);
    assertThat(Interpreter.run(slopes, arguments).get(0).get(7)).isEqualTo(Math.sin(x));
    assertThat(slopes.body().operations().stream().map(Operation::name).toList())
        .doesNotContain("partir.stop_gradient");
  }

  record Layer(Tensor weights, Tensor bias) {}

  @Test
  void treesHaveTreesOfGradients() {
    DimensionSizes sizes = DimensionSizes.NONE;
    Tree<Layer> tree =
        new TreeBuilder<Layer>(sizes)
            .leaf("weights", Layer::weights)
            .leaf("bias", Layer::bias)
            .build(in -> new Layer(in.tensor(), in.tensor()));
    Function both =
        trace(
            in -> {
              Layer layer = new Layer(in.get(1), in.get(2));
              Gradients.ValueAndGradient<Layer> step =
                  Gradients.valueAndGradient(
                      tree, layer, l -> in.get(0).matmul(l.weights()).plus(l.bias()).tanh().sum());
              Layer alone =
                  Gradients.gradient(
                      tree, layer, l -> in.get(0).matmul(l.weights()).plus(l.bias()).tanh().sum());
              return List.of(
                  step.value(),
                  step.gradient().weights(),
                  step.gradient().bias(),
                  alone.weights(),
                  alone.bias());
            },
            X,
            W,
            TensorType.of(ElementType.F64, 2));
    List<HostArray> results = Interpreter.run(both, arguments(both, 5));
    assertThat(results.get(0).type()).isEqualTo(TensorType.of(ElementType.F64));
    assertThat(results.get(1).type()).isEqualTo(W);
    assertThat(results.get(1).doubles()).isEqualTo(results.get(3).doubles());
    assertThat(results.get(2).doubles()).isEqualTo(results.get(4).doubles());
  }

  private record Seen(Tensor prediction, List<Tensor> errors) {}

  @Test
  void whatElseALossComputesComesBack() {
    Function step =
        trace(
            in -> {
              Tensor w = in.get(1);
              var all =
                  Gradients.valueAndGradientWithAuxiliary(
                      w,
                      q -> {
                        Tensor prediction = in.get(0).matmul(q).tanh();
                        Tensor error = prediction.minus(in.get(2));
                        Seen seen = new Seen(prediction, List.of(error.reduceMax(), error.mean()));
                        return new Gradients.Loss<>(error.times(error).mean(), seen);
                      });
              var alone =
                  Gradients.valueAndGradient(
                      w,
                      q -> {
                        Tensor error = in.get(0).matmul(q).tanh().minus(in.get(2));
                        return error.times(error).mean();
                      });
              // What came back is a tensor of the trace like any other, and has gradients itself.
              Tensor further = all.auxiliary().prediction().sum();
              return List.of(
                  all.value(),
                  alone.value(),
                  all.gradient(),
                  alone.gradient(),
                  all.auxiliary().prediction(),
                  all.auxiliary().errors().get(0),
                  Gradients.of(further, List.of(w)).get(0),
                  Gradients.gradient(w, q -> in.get(0).matmul(q).tanh().sum()));
            },
            X,
            W,
            Y);
    List<HostArray> arguments = arguments(step, 7);
    List<HostArray> results = Interpreter.run(step, arguments);
    assertThat(results.get(0).doubles()).isEqualTo(results.get(1).doubles());
    assertThat(results.get(2).doubles()).isEqualTo(results.get(3).doubles());
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < results.get(4).length(); i++) {
      largest = Math.max(largest, results.get(4).get(i) - arguments.get(2).get(i));
    }
    assertThat(results.get(5).get(0)).isEqualTo(largest);
    assertThat(results.get(6).doubles()).isEqualTo(results.get(7).doubles());
  }

  @Test
  void whatElseALossComputesIsATreeOfTheSameTrace() {
    assertThat(
            refused(
                in ->
                    List.of(
                        Gradients.valueAndGradientWithAuxiliary(
                                in.get(0), q -> new Gradients.Loss<>(q.sum(), "a word"))
                            .gradient()),
                X))
        .contains("[partir:invalid-argument]");
    List<Tensor> others = new ArrayList<>();
    trace(
        in -> {
          others.addAll(in);
          return in;
        },
        X);
    assertThat(
            refused(
                in ->
                    List.of(
                        Gradients.valueAndGradientWithAuxiliary(
                                in.get(0), q -> new Gradients.Loss<>(q.sum(), others))
                            .gradient()),
                X))
        .contains("[partir:untraceable]");
  }

  private static String refused(UnaryOperator<List<Tensor>> model, TensorType... types) {
    PartirException e = assertThrows(PartirException.class, () -> trace(model, types));
    return e.diagnostics().get(0).toString();
  }

  @Test
  void theErrorPageSaysWhatIsSaid() throws IOException {
    String told =
        refused(
            in -> Gradients.of(in.get(0).matmul(in.get(1)), in),
            TensorType.of(ElementType.F32, 8, 4),
            TensorType.of(ElementType.F32, 4, 2));
    String page = Files.readString(Path.of("..", "docs", "errors", "no-derivative.md"));
    assertThat(page.replace('\n', ' ')).contains(told);
  }

  @Test
  void otherTracesAndIntegersAreRefused() {
    TensorType integers = TensorType.of(ElementType.I32, 3);
    assertThat(refused(in -> Gradients.of(in.get(1).sum(), List.of(in.get(0))), integers, X))
        .contains("[partir:no-derivative] a parameter: it is a tensor<3xi32>");
    List<Tensor> others = new ArrayList<>();
    trace(
        in -> {
          others.addAll(in);
          return in;
        },
        X);
    assertThat(refused(in -> Gradients.of(in.get(0).sum(), others), X))
        .contains("[partir:untraceable]");
    assertThat(refused(in -> Gradients.checkpoint(in, x -> others), X))
        .contains("[partir:untraceable]");
  }
}
