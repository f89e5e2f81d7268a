package dev.partir.spmd;

import static com.google.common.truth.Truth.assertThat;

import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.dsl.Tree;
import dev.partir.interp.EquivalenceCheck;
import dev.partir.interp.SeededArrays;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import dev.partir.nn.Attention;
import dev.partir.nn.Losses;
import dev.partir.nn.Optimizers;
import dev.partir.schedule.Action;
import dev.partir.schedule.Dim;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A training step of a transformer that computes in bf16 on parameters in f32, partitioned in the
 * usual ways: a right partitioning is found to be right.
 */
final class MixedPrecisionTest {
  private static final int LAYERS = 4;
  private static final int BATCH = 4;
  private static final int PLACES = 8;
  private static final int EMBED = 64;
  private static final int HEADS = 4;
  private static final int HEAD = 16;
  private static final int CLASSES = 32;

  private record Layer(
      Tensor before,
      Tensor query,
      Tensor key,
      Tensor value,
      Tensor merge,
      Tensor between,
      Tensor up,
      Tensor down) {}

  private record Params(Tensor table, List<Layer> layers) {}

  private static TensorType f32(long... sizes) {
    return TensorType.of(ElementType.F32, sizes);
  }

  private static List<Tracer.Input> inputs() {
    List<Tracer.Input> inputs = new ArrayList<>();
    inputs.add(new Tracer.Input("tokens", TensorType.of(ElementType.I32, BATCH, PLACES)));
    inputs.add(new Tracer.Input("targets", TensorType.of(ElementType.I32, BATCH, PLACES)));
    inputs.add(new Tracer.Input("table", f32(CLASSES, EMBED)));
    for (int l = 0; l < LAYERS; l++) {
      inputs.add(new Tracer.Input("before" + l, f32(EMBED)));
      for (String name : List.of("query", "key", "value")) {
        inputs.add(new Tracer.Input(name + l, f32(EMBED, HEADS, HEAD)));
      }
      inputs.add(new Tracer.Input("merge" + l, f32(HEADS, HEAD, EMBED)));
      inputs.add(new Tracer.Input("between" + l, f32(EMBED)));
      inputs.add(new Tracer.Input("up" + l, f32(EMBED, 4 * EMBED)));
      inputs.add(new Tracer.Input("down" + l, f32(4 * EMBED, EMBED)));
    }
    return inputs;
  }

  private static Params params(List<Tensor> in) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < in.size() - 1; i += 8) {
      layers.add(
          new Layer(
              in.get(i + 1),
              in.get(i + 2),
              in.get(i + 3),
              in.get(i + 4),
              in.get(i + 5),
              in.get(i + 6),
              in.get(i + 7),
              in.get(i + 8)));
    }
    return new Params(in.get(0), layers);
  }

  private static Tensor loss(Params params, Tensor tokens, Tensor targets) {
    Tensor x = params.table().gather(tokens);
    Tensor zero = tokens.scalar(0);
    for (Layer layer : params.layers()) {
      Tensor y = x.rmsNorm(layer.before());
      Tensor mixed =
          Attention.attend(
              Attention.rotary(Attention.heads(y, layer.query()), zero),
              Attention.rotary(Attention.heads(y, layer.key()), zero),
              Attention.heads(y, layer.value()),
              Attention.causal(y, zero, PLACES, PLACES));
      x = x.plus(Attention.merge(mixed, layer.merge()));
      x = x.plus(x.rmsNorm(layer.between()).matmul(layer.up()).gelu().matmul(layer.down()));
    }
    return Losses.crossEntropy(x.matmul(params.table().transpose(1, 0)), targets);
  }

  /** A step of Adam that has gone on for a while: the first divides gradients by themselves. */
  private static Module step() {
    return Tracer.trace(
        "step",
        inputs(),
        in -> {
          // Seeded numbers are about 1: of usual weights, a tenth.
          Params master = params(in.subList(2, in.size()));
          Tree<Params> tree = Tree.of(master);
          Params weights = tree.map(master, tensor -> tensor.times(0.1));
          Tensor loss = loss(Optimizers.cast(weights, ElementType.BF16), in.get(0), in.get(1));
          Params zeros = tree.map(master, tensor -> tensor.times(0));
          Params ones = tree.map(zeros, tensor -> tensor.plus(1));
          Optimizers.Adam<Params> next =
              new Optimizers.Adam<>(weights, zeros, ones)
                  .next(Gradients.of(loss, weights, tree), loss.scalar(1000), 1e-3);
          List<Tensor> results = new ArrayList<>(List.of(loss));
          results.addAll(tree.flatten(next.mean()));
          results.addAll(tree.flatten(next.params()));
          return results;
        });
  }

  private static Partitioning partitioned(Module module) {
    List<Action> heads = new ArrayList<>();
    List<Action> shards = new ArrayList<>();
    for (int l = 0; l < LAYERS; l++) {
      for (String name : List.of("query", "key", "value", "up")) {
        heads.add(Action.tile(name + l, Dim.index(1), "model"));
        shards.add(Action.tile(name + l, Dim.index(0), "batch"));
      }
      shards.add(Action.tile("merge" + l, Dim.index(2), "batch"));
      shards.add(Action.tile("down" + l, Dim.index(1), "batch"));
    }
    return Partitioned.of(module)
        .on("batch", 2)
        .on("model", 2)
        .tile("tokens", 0, "batch")
        .tactic(heads.toArray(new Action[0]))
        .tactic(shards.toArray(new Action[0]))
        .partition();
  }

  @Test
  void aStepInBf16IsFoundToBeRight() {
    Partitioning partitioning = partitioned(step());
    assertThat(Partitioned.collectives(partitioning)).containsKey("reduce_scatter");
    EquivalenceCheck.Outcome outcome =
        EquivalenceCheck.verify(
            partitioning, SeededArrays.forArguments(partitioning.function(), 1));
    assertThat(outcome.mismatches()).isEmpty();
    // Far from what is allowed, else it says nothing of larger models.
    for (EquivalenceCheck.ResultCheck result : outcome.results()) {
      assertThat(result.maxError()).isLessThan(EquivalenceCheck.TOLERANCE / 4);
      assertThat(result.undefined()).isEqualTo(0);
    }
  }
}
