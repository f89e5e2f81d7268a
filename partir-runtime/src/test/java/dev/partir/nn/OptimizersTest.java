package dev.partir.nn;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.array.HostArray;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.dsl.Tree;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Optimizers against their formulas. */
final class OptimizersTest {
  private record Params(Tensor first, List<Tensor> more) {}

  private static final double[] WEIGHTS = {1, -2, 0.5};
  private static final double[] GRADIENTS = {0.3, -0.1, 2};
  private static final double[] MEANS = {0.1, 0.2, -0.4};
  private static final double[] SQUARES = {0.5, 0.01, 0.2};

  /** Two tensors as one tree: the first two elements, and the third. */
  private static Params params(Tensor all) {
    return new Params(all.slice(0, 0, 2), List.of(all.slice(0, 2, 3)));
  }

  private static Tensor flat(Params params) {
    return params.first().concat(params.more().get(0), 0);
  }

  private static List<double[]> run(Function<List<Tensor>, List<Tensor>> body, double... more) {
    TensorType vector = TensorType.of(ElementType.F64, 3);
    TensorType scalar = TensorType.of(ElementType.F64);
    List<Tracer.Input> inputs = new ArrayList<>();
    List<HostArray> arguments = new ArrayList<>();
    for (double[] values : List.of(WEIGHTS, GRADIENTS, MEANS, SQUARES)) {
      inputs.add(new Tracer.Input("in" + inputs.size(), vector));
      arguments.add(HostArray.of(vector, values.clone()));
    }
    for (double number : more) {
      inputs.add(new Tracer.Input("in" + inputs.size(), scalar));
      arguments.add(HostArray.of(scalar, number));
    }
    return Interpreter.run(Tracer.trace("step", inputs, body), arguments).stream()
        .map(HostArray::doubles)
        .toList();
  }

  @Test
  void adamWithDecay() {
    var settings = new Optimizers.AdamSettings(0.9, 0.99, 1e-6, 0.1);
    List<double[]> next =
        run(
            in -> {
              Optimizers.Adam<Params> step =
                  new Optimizers.Adam<>(params(in.get(0)), params(in.get(2)), params(in.get(3)))
                      .next(params(in.get(1)), in.get(4), in.get(5), settings);
              return List.of(flat(step.params()), flat(step.mean()), flat(step.square()));
            },
            3,
            0.01);
    for (int i = 0; i < 3; i++) {
      double mean = 0.9 * MEANS[i] + 0.1 * GRADIENTS[i];
      double square = 0.99 * SQUARES[i] + 0.01 * GRADIENTS[i] * GRADIENTS[i];
      double move =
          mean / (1 - Math.pow(0.9, 3)) / (Math.sqrt(square / (1 - Math.pow(0.99, 3))) + 1e-6);
      assertThat(next.get(0)[i]).isWithin(1e-12).of(WEIGHTS[i] - 0.01 * (move + 0.1 * WEIGHTS[i]));
      assertThat(next.get(1)[i]).isWithin(1e-12).of(mean);
      assertThat(next.get(2)[i]).isWithin(1e-12).of(square);
    }
  }

  @Test
  void momentum() {
    List<double[]> next =
        run(
            in -> {
              Optimizers.Momentum<Params> step =
                  new Optimizers.Momentum<>(params(in.get(0)), params(in.get(2)))
                      .next(params(in.get(1)), in.get(4), 0.8);
              return List.of(flat(step.params()), flat(step.velocity()));
            },
            0.5);
    for (int i = 0; i < 3; i++) {
      double velocity = 0.8 * MEANS[i] + GRADIENTS[i];
      assertThat(next.get(0)[i]).isWithin(1e-12).of(WEIGHTS[i] - 0.5 * velocity);
      assertThat(next.get(1)[i]).isWithin(1e-12).of(velocity);
    }
  }

  @Test
  void gradientsAreShortenedToALimitAndNeverLengthened() {
    double norm = Math.sqrt(0.3 * 0.3 + 0.1 * 0.1 + 4);
    for (double limit : new double[] {0.5, 10}) {
      List<double[]> clipped = run(in -> List.of(flat(Optimizers.clip(params(in.get(1)), limit))));
      for (int i = 0; i < 3; i++) {
        assertThat(clipped.get(0)[i]).isWithin(1e-6).of(GRADIENTS[i] * Math.min(1, limit / norm));
      }
    }
    assertThat(run(in -> List.of(flat(Optimizers.clip(params(in.get(1).times(0)), 1)))).get(0))
        .usingTolerance(0)
        .containsExactly(new double[] {0, 0, 0});
  }

  @Test
  void theRateRisesAndFallsToATenth() {
    double[] steps = {1, 5, 10, 55, 100, 300};
    double[] expected = {0.2, 1, 2, 1.1, 0.2, 0.2};
    for (int i = 0; i < steps.length; i++) {
      assertThat(
              run(in -> List.of(Optimizers.warmupCosine(in.get(4), 2, 10, 100)), steps[i])
                  .get(0)[0])
          .isWithin(1e-12)
          .of(expected[i]);
    }
  }

  @Test
  void aTreeOfRecordsAndListsIsCast() {
    run(
        in -> {
          Params narrow = Optimizers.cast(params(in.get(0)), ElementType.BF16);
          Tree<Params> tree = Tree.of(narrow);
          assertThat(tree.paths()).containsExactly("first", "more/0").inOrder();
          for (Tensor tensor : tree.flatten(narrow)) {
            assertThat(tensor.type().element()).isEqualTo(ElementType.BF16);
          }
          return List.of(in.get(0));
        });
  }
}
