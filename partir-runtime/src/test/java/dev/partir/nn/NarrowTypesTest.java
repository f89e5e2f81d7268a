package dev.partir.nn;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.interp.Interpreter;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers in bf16 and f16: as good as their results can be. */
final class NarrowTypesTest {
  private static HostArray array(ElementType element, UnaryOperator<Double> value, long... sizes) {
    HostArray array = HostArray.zeros(TensorType.of(element, sizes));
    for (int i = 0; i < array.length(); i++) {
      array.set(i, value.apply((double) i));
    }
    return array;
  }

  private static List<HostArray> run(
      Function<List<Tensor>, List<Tensor>> layer, HostArray... arrays) {
    List<Tracer.Input> inputs = new ArrayList<>();
    for (HostArray array : arrays) {
      inputs.add(new Tracer.Input("in" + inputs.size(), array.type()));
    }
    return Interpreter.run(Tracer.trace("layer", inputs, layer), List.of(arrays));
  }

  private static HostArray layer(UnaryOperator<Tensor> layer, HostArray x) {
    return run(in -> List.of(layer.apply(in.get(0))), x).get(0);
  }

  private static Tensor ones(Tensor x, long size) {
    return x.scalar(1).broadcastTo(size);
  }

  private static Tensor attended(Tensor x) {
    // All of four queries on four places, of which the last query may see none.
    Tensor seen = x.iota(0, ElementType.I32, 4, 4);
    Tensor allowed = x.scalar(3, ElementType.I32).greaterThan(seen);
    Tensor heads = x.reshape(2, 4, 3, 40);
    return Attention.attend(heads, heads, heads, allowed);
  }

  private static final Map<String, UnaryOperator<Tensor>> LAYERS = new LinkedHashMap<>();

  static {
    LAYERS.put("mean", x -> x.mean(0));
    LAYERS.put("mean of all", Tensor::mean);
    LAYERS.put("logSoftmax", x -> x.logSoftmax(1));
    LAYERS.put("layerNorm", x -> x.layerNorm(ones(x, 120), x.scalar(0).broadcastTo(120)));
    LAYERS.put("rmsNorm", x -> x.rmsNorm(ones(x, 120)));
    LAYERS.put(
        "groupNorm",
        x ->
            Images.groupNorm(
                x.reshape(2, 2, 2, 120), 4, ones(x, 120), x.scalar(0).broadcastTo(120)));
    LAYERS.put("frequencies", x -> Images.frequencies(x.reshape(960), 8));
  }

  /** Layers give what they give in f32, rounded once. */
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"BF16", "F16"})
  void layersAreThoseOfF32RoundedOnce(ElementType element) {
    SplittableRandom random = new SplittableRandom(7);
    HostArray x = array(element, i -> random.nextDouble(-2, 3), 8, 120);
    HostArray wide = array(ElementType.F32, i -> x.get(i.intValue()), 8, 120);
    LAYERS.forEach(
        (name, layer) -> {
          HostArray expected = layer(y -> layer.apply(y).cast(element), wide);
          assertWithMessage("%s in %s", name, element)
              .that(layer(layer, x).sameElements(expected))
              .isTrue();
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"BF16", "F16"})
  void softmaxIsThatOfF32ButForRounding(ElementType element) {
    SplittableRandom random = new SplittableRandom(9);
    HostArray x = array(element, i -> random.nextDouble(-2, 3), 8, 500);
    HostArray wide = array(ElementType.F32, i -> x.get(i.intValue()), 8, 500);
    HostArray expected = layer(y -> y.softmax(1), wide);
    HostArray actual = layer(y -> y.softmax(1), x);
    // x less its maximum, exp, the sum and the quotient are rounded; the first is up to 5.
    double step = NumberFormat.epsilon(element);
    for (int i = 0; i < actual.length(); i++) {
      assertThat(actual.get(i)).isWithin(4 * step * expected.get(i)).of(expected.get(i));
    }
  }

  /** Scores and weights are rounded, so that attention is as good as these. */
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"BF16", "F16"})
  void attentionIsThatOfF32ButForRounding(ElementType element) {
    SplittableRandom random = new SplittableRandom(8);
    HostArray x = array(element, i -> random.nextDouble(-1, 1), 8, 120);
    HostArray wide = array(ElementType.F32, i -> x.get(i.intValue()), 8, 120);
    HostArray expected = layer(NarrowTypesTest::attended, wide);
    HostArray actual = layer(NarrowTypesTest::attended, x);
    double step = NumberFormat.epsilon(element);
    for (int i = 0; i < actual.length(); i++) {
      assertThat(actual.get(i)).isWithin(4 * step).of(expected.get(i));
    }
  }

  @Test
  void longSumsDoNotStop() {
    HostArray ones = array(ElementType.BF16, i -> 1.0, 1, 2560);
    assertThat(layer(x -> x.rmsNorm(ones(x, 2560)), ones).get(9)).isEqualTo(1);
    assertThat(layer(x -> x.mean(1), ones).get(0)).isEqualTo(1);
    HostArray equal = array(ElementType.BF16, i -> 3.0, 4096);
    assertThat(layer(x -> x.softmax(0).cast(ElementType.F32).sum(), equal).get(0)).isEqualTo(1);
    HostArray values = array(ElementType.BF16, i -> 3.0, 1, 2048, 1, 2);
    assertThat(layer(x -> Attention.attend(x.slice(1, 0, 1), x, x), values).get(0)).isEqualTo(3);
  }

  @Test
  void squaresOfF16DoNotOverflow() {
    HostArray large = array(ElementType.F16, i -> 300.0, 1, 64);
    assertThat(layer(x -> x.rmsNorm(ones(x, 64)), large).get(0)).isEqualTo(1);
  }

  /** A step in a narrow type is that of f32, rounded, also where the state is f32. */
  @Test
  void optimizersComputeInF32() {
    for (ElementType state : List.of(ElementType.BF16, ElementType.F32)) {
      List<List<HostArray>> results = new ArrayList<>();
      for (ElementType element : List.of(ElementType.BF16, ElementType.F32)) {
        SplittableRandom random = new SplittableRandom(9);
        HostArray weights = array(ElementType.BF16, i -> random.nextDouble(-1, 1), 50);
        HostArray gradients = array(ElementType.BF16, i -> i < 2 ? i : random.nextDouble(), 50);
        HostArray square = array(ElementType.BF16, i -> i < 2 ? 0 : random.nextDouble(), 50);
        results.add(
            run(
                in -> {
                  Tensor w = in.get(0).cast(element);
                  Tensor g = in.get(1).cast(element);
                  Tensor v = in.get(2).cast(element == ElementType.F32 ? element : state);
                  Tensor step = w.scalar(300, ElementType.F32);
                  Tensor rate = w.scalar(0.1, ElementType.F32);
                  Optimizers.Adam<Tensor> adam =
                      new Optimizers.Adam<>(w, v, v)
                          .next(g, step, rate, Optimizers.AdamSettings.USUAL);
                  Optimizers.Momentum<Tensor> momentum =
                      new Optimizers.Momentum<>(w, v).next(g, rate, 0.999);
                  assertThat(adam.params().type()).isEqualTo(w.type());
                  assertThat(adam.square().type()).isEqualTo(v.type());
                  return List.of(
                      adam.params().cast(ElementType.BF16),
                      adam.mean().cast(state),
                      adam.square().cast(state),
                      momentum.params().cast(ElementType.BF16),
                      momentum.velocity().cast(state));
                },
                weights,
                gradients,
                square));
      }
      for (int r = 0; r < results.get(0).size(); r++) {
        assertWithMessage("result %s with a state in %s", r, state)
            .that(results.get(0).get(r).sameElements(results.get(1).get(r)))
            .isTrue();
      }
    }
  }

  @Test
  void adamInBf16MovesAndStaysANumber() {
    HostArray gradients = array(ElementType.BF16, i -> i, 2);
    List<HostArray> next =
        run(
            in -> {
              Tensor zeros = in.get(0).times(0);
              Tensor one = zeros.scalar(1, ElementType.F32);
              Optimizers.Adam<Tensor> adam =
                  new Optimizers.Adam<>(zeros.plus(1), zeros, zeros).next(in.get(0), one, 0.125);
              return List.of(adam.params(), adam.square());
            },
            gradients);
    assertThat(next.get(0).floats()).isEqualTo(new float[] {1, 0.875f});
    assertThat(next.get(1).get(1)).isWithin(1e-5).of(1e-3);
  }
}
