package dev.partir.benchmarks;

import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tracer;
import dev.partir.ir.ElementType;
import dev.partir.ir.Module;
import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Training steps of transformers of any depth: forward pass, the backward pass written out by hand,
 * and a step of gradient descent on every weight.
 */
public final class TransformerPrograms {
  private static final int[] NONE = {};
  private static final long BATCH = 16;
  private static final long SEQ = 64;
  private static final long EMBED = 128;
  private static final long HIDDEN = 512;
  private static final double RATE = 0.01;

  private TransformerPrograms() {}

  /** What a layer keeps of its forward pass for its backward pass. */
  private record Layer(
      Tensor in,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor weights,
      Tensor mixed,
      Tensor mid,
      Tensor up) {}

  /**
   * Returns the training step of a transformer of {@code layers} layers, about 90 operations each.
   * Its arguments are {@code x} and {@code y}, [batch, seq, embed], and of every layer {@code l/q},
   * {@code k}, {@code v}, {@code o}, {@code up} and {@code down}.
   */
  public static Module trainingStep(int layers) {
    List<Tracer.Input> inputs = new ArrayList<>();
    TensorType activations = TensorType.of(ElementType.F32, BATCH, SEQ, EMBED);
    inputs.add(new Tracer.Input("x", activations));
    inputs.add(new Tracer.Input("y", activations));
    for (int l = 0; l < layers; l++) {
      for (String name : new String[] {"q", "k", "v", "o"}) {
        inputs.add(new Tracer.Input(l + "/" + name, TensorType.of(ElementType.F32, EMBED, EMBED)));
      }
      inputs.add(new Tracer.Input(l + "/up", TensorType.of(ElementType.F32, EMBED, HIDDEN)));
      inputs.add(new Tracer.Input(l + "/down", TensorType.of(ElementType.F32, HIDDEN, EMBED)));
    }
    return Tracer.trace("step", inputs, arguments -> step(arguments, layers));
  }

  private static List<Tensor> step(List<Tensor> arguments, int layers) {
    Tensor x = arguments.get(0);
    List<Layer> tape = new ArrayList<>();
    for (int l = 0; l < layers; l++) {
      List<Tensor> w = arguments.subList(2 + 6 * l, 8 + 6 * l);
      Tensor q = x.matmul(w.get(0));
      Tensor k = x.matmul(w.get(1));
      Tensor v = x.matmul(w.get(2));
      Tensor weights = q.contract(k, dims(0), dims(0), dims(2), dims(2)).softmax(-1);
      Tensor mixed = weights.contract(v, dims(0), dims(0), dims(2), dims(1));
      Tensor mid = x.plus(mixed.matmul(w.get(3)));
      Tensor up = mid.matmul(w.get(4));
      tape.add(new Layer(x, q, k, v, weights, mixed, mid, up));
      x = mid.plus(up.relu().matmul(w.get(5)));
    }
    Tensor gradient = x.minus(arguments.get(1)).times(2.0 / (BATCH * SEQ * EMBED));
    List<Tensor> updated = new ArrayList<>();
    for (int l = layers - 1; l >= 0; l--) {
      List<Tensor> w = arguments.subList(2 + 6 * l, 8 + 6 * l);
      Layer kept = tape.get(l);
      Tensor hidden = kept.up().relu();
      Tensor toHidden = times(gradient, w.get(5));
      Tensor toUp = kept.up().atLeast(kept.up().scalar(0)).select(toHidden, toHidden.scalar(0));
      Tensor toMid = gradient.plus(times(toUp, w.get(4)));
      Tensor toMixed = times(toMid, w.get(3));
      Tensor toWeights = toMixed.contract(kept.v(), dims(0), dims(0), dims(2), dims(2));
      Tensor toV = kept.weights().contract(toMixed, dims(0), dims(0), dims(1), dims(1));
      Tensor shared = toWeights.times(kept.weights());
      Tensor toScores = shared.minus(kept.weights().times(shared.sum(2).reshape(BATCH, SEQ, 1)));
      Tensor toQ = toScores.contract(kept.k(), dims(0), dims(0), dims(2), dims(1));
      Tensor toK = toScores.contract(kept.q(), dims(0), dims(0), dims(1), dims(1));
      updated.add(step(w.get(0), kept.in(), toQ));
      updated.add(step(w.get(1), kept.in(), toK));
      updated.add(step(w.get(2), kept.in(), toV));
      updated.add(step(w.get(3), kept.mixed(), toMid));
      updated.add(step(w.get(4), kept.mid(), toUp));
      updated.add(step(w.get(5), hidden, gradient));
      gradient =
          toMid.plus(times(toQ, w.get(0))).plus(times(toK, w.get(1))).plus(times(toV, w.get(2)));
    }
    return updated;
  }

  /** Returns the gradient of what a matrix was multiplied to, from that of the product. */
  private static Tensor times(Tensor gradient, Tensor matrix) {
    return gradient.contract(matrix, NONE, NONE, dims(2), dims(1));
  }

  /** Returns a matrix after a step against its gradient. */
  private static Tensor step(Tensor matrix, Tensor in, Tensor gradient) {
    return matrix.minus(in.contract(gradient, NONE, NONE, dims(0, 1), dims(0, 1)).times(RATE));
  }

  private static int[] dims(int... dims) {
    return dims;
  }
}
