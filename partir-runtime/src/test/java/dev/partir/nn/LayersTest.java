package dev.partir.nn;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.partir.array.HostArray;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.interp.Interpreter;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Layers against their formulas, element by element. */
final class LayersTest {
  private static final int BATCH = 2;
  private static final int PLACES = 5;
  private static final int HEADS = 4;
  private static final int HEAD = 6;

  private static TensorType type(long... sizes) {
    return TensorType.of(ElementType.F64, sizes);
  }

  private static HostArray random(long seed, long... sizes) {
    return SeededArrays.random(type(sizes), new SplittableRandom(seed));
  }

  private static HostArray whole(int... numbers) {
    HostArray array = HostArray.zeros(TensorType.of(ElementType.I32, numbers.length));
    for (int i = 0; i < numbers.length; i++) {
      array.setLong(i, numbers[i]);
    }
    return array;
  }

  private static HostArray run(Function<List<Tensor>, Tensor> layer, HostArray... arrays) {
    List<Tracer.Input> inputs = new ArrayList<>();
    for (HostArray array : arrays) {
      inputs.add(new Tracer.Input("in" + inputs.size(), array.type()));
    }
    Module module = Tracer.trace("layer", inputs, in -> List.of(layer.apply(in)));
    return Interpreter.run(module, List.of(arrays)).get(0);
  }

  private static Tensor zero(List<Tensor> in) {
    return in.get(0).iota(0, ElementType.I32, 1).sum();
  }

  /** Causal attention by its definition; queries of several heads may share keys and values. */
  private static double[] attention(HostArray q, HostArray k, HostArray v, int groups) {
    double[] result = new double[BATCH * PLACES * HEADS * HEAD];
    for (int b = 0; b < BATCH; b++) {
      for (int h = 0; h < HEADS; h++) {
        int g = h / (HEADS / groups);
        for (int i = 0; i < PLACES; i++) {
          double[] weights = new double[i + 1];
          double sum = 0;
          for (int j = 0; j <= i; j++) {
            double score = 0;
            for (int d = 0; d < HEAD; d++) {
              score +=
                  q.get(((b * PLACES + i) * HEADS + h) * HEAD + d)
                      * k.get(((b * PLACES + j) * groups + g) * HEAD + d);
            }
            weights[j] = Math.exp(score / Math.sqrt(HEAD));
            sum += weights[j];
          }
          for (int j = 0; j <= i; j++) {
            for (int d = 0; d < HEAD; d++) {
              result[((b * PLACES + i) * HEADS + h) * HEAD + d] +=
                  weights[j] / sum * v.get(((b * PLACES + j) * groups + g) * HEAD + d);
            }
          }
        }
      }
    }
    return result;
  }

  private static Tensor causal(List<Tensor> in) {
    Tensor allowed = Attention.causal(in.get(0), zero(in), PLACES, PLACES);
    return Attention.attend(in.get(0), in.get(1), in.get(2), allowed);
  }

  @Test
  void attentionWithKeysPerHeadPerGroupAndForAll() {
    HostArray q = random(1, BATCH, PLACES, HEADS, HEAD);
    for (int groups : new int[] {1, 2, 4}) {
      HostArray k = random(2, BATCH, PLACES, groups, HEAD);
      HostArray v = random(3, BATCH, PLACES, groups, HEAD);
      assertThat(run(LayersTest::causal, q, k, v).doubles())
          .usingTolerance(1e-12)
          .containsExactly(attention(q, k, v, groups))
          .inOrder();
    }
    HostArray k = random(2, BATCH, PLACES, HEAD);
    HostArray v = random(3, BATCH, PLACES, HEAD);
    assertThat(run(LayersTest::causal, q, k, v).doubles())
        .usingTolerance(1e-12)
        .containsExactly(attention(q, k, v, 1))
        .inOrder();
  }

  @Test
  void attentionInBlocksIsAttentionAtOnceAndSoAreItsGradients() {
    HostArray q = random(1, BATCH, 6, HEADS, HEAD);
    HostArray k = random(2, BATCH, 6, HEAD);
    HostArray v = random(3, BATCH, 6, HEAD);
    for (int wanted = 0; wanted < 4; wanted++) {
      List<double[]> results = new ArrayList<>();
      for (boolean blocks : new boolean[] {false, true}) {
        int which = wanted;
        results.add(
            run(
                    in -> {
                      Tensor allowed = Attention.causal(in.get(0), zero(in), 6, 6);
                      Tensor mixed =
                          blocks
                              ? Attention.attendInBlocks(in.get(0), in.get(1), in.get(2), 2)
                              : Attention.attend(in.get(0), in.get(1), in.get(2), allowed);
                      return which == 3 ? mixed : Gradients.of(mixed.sin().sum(), in).get(which);
                    },
                    q,
                    k,
                    v)
                .doubles());
      }
      assertThat(results.get(1)).usingTolerance(1e-12).containsExactly(results.get(0)).inOrder();
    }
  }

  @Test
  void headsThatDoNotShareEvenlyAreRefused() {
    HostArray q = random(1, BATCH, PLACES, HEADS, HEAD);
    HostArray k = random(2, BATCH, PLACES, 3, HEAD);
    assertThat(assertThrows(PartirException.class, () -> run(LayersTest::causal, q, k, k)))
        .hasMessageThat()
        .startsWith("[partir:invalid-op] attend: 4 query heads share the keys of 3");
  }

  private static String refused(Function<List<Tensor>, Tensor> layer, long... sizes) {
    HostArray x = random(1, sizes);
    return String.valueOf(assertThrows(PartirException.class, () -> run(layer, x)).getMessage());
  }

  @Test
  void sizesThatDoNotDivideAreRefused() {
    assertThat(refused(in -> Attention.rotary(in.get(0), zero(in)), 1, 2, 5))
        .startsWith("[partir:invalid-op] rotary: heads of 5 elements have no pairs. ");
    assertThat(refused(in -> Images.frequencies(in.get(0), 7), 2))
        .startsWith(
            "[partir:invalid-op] frequencies: 7 numbers are not as many sines as cosines. ");
    assertThat(refused(in -> Images.frequencies(in.get(0), 0), 2)).contains("frequencies: 0 ");
    for (long groups : new long[] {3, 0}) {
      assertThat(
              refused(in -> Images.groupNorm(in.get(0), groups, in.get(0), in.get(0)), 1, 2, 2, 4))
          .startsWith("[partir:invalid-op] groupNorm: " + groups + " groups for 4 channels. ");
    }
    assertThat(refused(in -> Images.patches(in.get(0), 4), 1, 8, 6, 1))
        .startsWith("[partir:invalid-op] patches: 4 columns in a patch for 6 columns. ");
    assertThat(refused(in -> Images.patches(in.get(0), 0), 1, 8, 6, 1)).contains("patches: 0 rows");
    for (long block : new long[] {4, 0}) {
      assertThat(
              refused(
                  in ->
                      Losses.crossEntropyInBlocks(
                          in.get(0), in.get(0), in.get(0), in.get(0), block),
                  1,
                  6,
                  2))
          .startsWith(
              "[partir:invalid-op] crossEntropyInBlocks: blocks of "
                  + block
                  + " do not make up 6 places. ");
    }
  }

  /** A batch of nothing but padding has a loss and gradients of 0. */
  @Test
  void countsOfZeroAloneAreALossOfZero() {
    HostArray logits = random(11, 3, 4);
    HostArray none = HostArray.zeros(TensorType.of(ElementType.F32, 3));
    for (boolean slope : new boolean[] {false, true}) {
      HostArray result =
          run(
              in -> {
                Tensor loss = Losses.crossEntropy(in.get(0), in.get(1), in.get(2));
                return slope ? Gradients.of(loss, in.subList(0, 1)).get(0) : loss;
              },
              logits,
              whole(2, 0, 3),
              none);
      for (int i = 0; i < result.length(); i++) {
        assertThat(Math.abs(result.get(i))).isEqualTo(0.0);
      }
    }
  }

  @Test
  void aCacheFilledPlaceByPlaceIsAttentionAtOnce() {
    HostArray q = random(1, BATCH, PLACES, HEADS, HEAD);
    HostArray k = random(2, BATCH, PLACES, HEADS, HEAD);
    HostArray v = random(3, BATCH, PLACES, HEADS, HEAD);
    HostArray steps =
        run(
            in -> {
              Tensor empty = in.get(1).times(0);
              Attention.Cache cache = new Attention.Cache(empty, empty);
              Tensor all = null;
              for (int i = 0; i < PLACES; i++) {
                Tensor place = zero(in).plus(i);
                cache =
                    cache.with(place, in.get(1).slice(1, i, i + 1), in.get(2).slice(1, i, i + 1));
                Tensor allowed = Attention.causal(in.get(0), place, 1, PLACES);
                Tensor one =
                    Attention.attend(
                        in.get(0).slice(1, i, i + 1), cache.keys(), cache.values(), allowed);
                all = all == null ? one : all.concat(one, 1);
              }
              return all == null ? in.get(0) : all;
            },
            q,
            k,
            v);
    assertThat(steps.doubles())
        .usingTolerance(1e-12)
        .containsExactly(attention(q, k, v, HEADS))
        .inOrder();
  }

  @Test
  void rotationsKeepLengthsAndProductsTellDistances() {
    HostArray x = random(4, 1, PLACES, 1, HEAD);
    double[] turned = run(in -> Attention.rotary(in.get(0), zero(in)), x).doubles();
    double[] later = run(in -> Attention.rotary(in.get(0), zero(in).plus(7)), x).doubles();
    for (int i = 0; i < PLACES; i++) {
      assertThat(product(turned, i, i)).isWithin(1e-6).of(product(x.doubles(), i, i));
      for (int j = 0; j < PLACES; j++) {
        assertThat(product(turned, i, j)).isWithin(1e-5).of(product(later, i, j));
      }
    }
    double angle = 1 * Math.pow(10_000, -1.0 / 3);
    assertThat(turned[HEAD + 1])
        .isWithin(1e-6)
        .of(x.get(HEAD + 1) * Math.cos(angle) - x.get(HEAD + 4) * Math.sin(angle));
    assertThat(later[0]).isWithin(1e-6).of(x.get(0) * Math.cos(7) - x.get(3) * Math.sin(7));
  }

  private static double product(double[] x, int i, int j) {
    double sum = 0;
    for (int d = 0; d < HEAD; d++) {
      sum += x[i * HEAD + d] * x[j * HEAD + d];
    }
    return sum;
  }

  @Test
  void groupNorm() {
    HostArray x = random(5, 2, 3, 2, 4);
    HostArray scale = random(6, 4);
    HostArray shift = random(7, 4);
    double[] normed =
        run(in -> Images.groupNorm(in.get(0), 2, in.get(1), in.get(2)), x, scale, shift).doubles();
    for (int b = 0; b < 2; b++) {
      for (int g = 0; g < 2; g++) {
        double sum = 0;
        double squares = 0;
        for (int p = 0; p < 6; p++) {
          for (int c = 2 * g; c < 2 * g + 2; c++) {
            double value = x.get((b * 6 + p) * 4 + c);
            sum += value;
            squares += value * value;
          }
        }
        double mean = sum / 12;
        double deviation = Math.sqrt(squares / 12 - mean * mean + 1e-5);
        for (int p = 0; p < 6; p++) {
          for (int c = 2 * g; c < 2 * g + 2; c++) {
            int at = (b * 6 + p) * 4 + c;
            assertThat(normed[at])
                .isWithin(1e-12)
                .of((x.get(at) - mean) / deviation * scale.get(c) + shift.get(c));
          }
        }
      }
    }
  }

  @Test
  void picturesGrowAndFallIntoPatches() {
    HostArray x = random(8, 1, 2, 2, 1);
    double[] p = x.doubles();
    assertThat(run(in -> Images.enlarge(in.get(0)), x).doubles())
        .usingExactEquality()
        .containsExactly(
            new double[] {
              p[0], p[0], p[1], p[1], p[0], p[0], p[1], p[1],
              p[2], p[2], p[3], p[3], p[2], p[2], p[3], p[3]
            })
        .inOrder();
    assertThat(run(in -> Images.patches(Images.enlarge(in.get(0)), 2), x).doubles())
        .usingExactEquality()
        .containsExactly(
            new double[] {
              p[0], p[0], p[0], p[0], p[1], p[1], p[1], p[1],
              p[2], p[2], p[2], p[2], p[3], p[3], p[3], p[3]
            })
        .inOrder();
  }

  @Test
  void messagesGoBothWays() {
    HostArray nodes = random(9, 3, 2);
    HostArray edges = random(10, 2, 2);
    HostArray from = whole(0, 1);
    HostArray to = whole(2, 2);
    double[] moved =
        run(
                in ->
                    Graphs.passMessages(
                            new Graphs.Graph(in.get(0), in.get(1), in.get(2), in.get(3)),
                            m -> m.slice(1, 0, 2).plus(m.slice(1, 2, 4)).times(m.slice(1, 4, 6)),
                            n -> n.slice(1, 2, 4).minus(n.slice(1, 4, 6)))
                        .nodes(),
                nodes,
                edges,
                from,
                to)
            .doubles();
    for (int d = 0; d < 2; d++) {
      double first = (edges.get(d) + nodes.get(d)) * nodes.get(4 + d);
      double second = (edges.get(2 + d) + nodes.get(2 + d)) * nodes.get(4 + d);
      assertThat(moved[d]).isWithin(1e-12).of(nodes.get(d) - first);
      assertThat(moved[2 + d]).isWithin(1e-12).of(nodes.get(2 + d) - second);
      assertThat(moved[4 + d]).isWithin(1e-12).of(nodes.get(4 + d) + first + second);
    }
    assertThat(run(in -> Graphs.degrees(in.get(0), 3).cast(ElementType.F64), to).doubles())
        .usingExactEquality()
        .containsExactly(new double[] {0, 0, 2})
        .inOrder();
  }

  @Test
  void aLossInBlocksIsTheLossAtOnceAndSoAreItsGradients() {
    HostArray x = random(12, 2, 6, 3);
    HostArray table = random(13, 5, 3);
    HostArray counts = HostArray.zeros(TensorType.of(ElementType.F32, 2, 6));
    HostArray targets = HostArray.zeros(TensorType.of(ElementType.I32, 2, 6));
    for (int i = 0; i < 12; i++) {
      counts.set(i, i % 3);
      targets.setLong(i, i % 5);
    }
    for (int wanted = 0; wanted < 3; wanted++) {
      List<double[]> results = new ArrayList<>();
      for (boolean blocks : new boolean[] {false, true}) {
        int which = wanted;
        results.add(
            run(
                    in -> {
                      int[] none = {};
                      Tensor logits =
                          in.get(0).contract(in.get(1), none, none, new int[] {2}, new int[] {1});
                      Tensor loss =
                          blocks
                              ? Losses.crossEntropyInBlocks(
                                  in.get(0), in.get(1), in.get(2), in.get(3), 2)
                              : Losses.crossEntropy(logits, in.get(2), in.get(3));
                      return which == 2
                          ? loss.cast(ElementType.F64)
                          : Gradients.of(loss, in.subList(0, 2)).get(which);
                    },
                    x,
                    table,
                    targets,
                    counts)
                .doubles());
      }
      assertThat(results.get(1)).usingTolerance(1e-6).containsExactly(results.get(0)).inOrder();
    }
  }

  @Test
  void losses() {
    HostArray logits = random(11, 3, 4);
    HostArray targets = whole(2, 0, 3);
    double expected = 0;
    double weighted = 0;
    double[] counts = {1, 0, 0.5};
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      for (int c = 0; c < 4; c++) {
        sum += Math.exp(logits.get(4 * i + c));
      }
      double each = Math.log(sum) - logits.get(4 * i + (int) targets.getLong(i));
      expected += each / 3;
      weighted += each * counts[i] / 1.5;
    }
    assertThat(run(in -> Losses.crossEntropy(in.get(0), in.get(1)), logits, targets).get(0))
        .isWithin(1e-6)
        .of(expected);
    HostArray weights = HostArray.zeros(TensorType.of(ElementType.F32, 3));
    weights.set(0, 1);
    weights.set(2, 0.5);
    assertThat(
            run(
                    in -> Losses.crossEntropy(in.get(0), in.get(1), in.get(2)),
                    logits,
                    targets,
                    weights)
                .get(0))
        .isWithin(1e-6)
        .of(weighted);
  }
}
