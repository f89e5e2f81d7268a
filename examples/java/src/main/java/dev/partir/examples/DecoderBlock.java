package dev.partir.examples;

import dev.partir.annotations.Axis;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Shard;
import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;

/**
 * A block of a decoder transformer with the head that predicts the next token, and its loss.
 *
 * <p>BP splits the sequences of a batch; MP the attention heads and the hidden units of the
 * feed-forward layer, as Megatron does; Z3 keeps the matrices in pieces and gathers each before its
 * use.
 */
@Partitioned(
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MP", "Z3"},
    profile = "tpu-v3")
public final class DecoderBlock {
  private DecoderBlock() {}

  /** Returns the mean cross-entropy of the predictions, a scalar. */
  public static Tensor loss(
      @Dims("batch=8, seq=128, embed=256") @Shard(tactic = "BP", dim = "batch", axis = "batch")
          Tensor x,
      @Dims(value = "batch=8, seq=128", element = "i32")
          @Shard(tactic = "BP", dim = "batch", axis = "batch")
          Tensor targets,
      @Dims("embed=256") Tensor attentionScale,
      @Dims("embed=256") Tensor attentionShift,
      @Dims("embed=256, heads=8, head=32")
          @Shard(tactic = "MP", dim = "heads", axis = "model")
          @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor query,
      @Dims("embed=256, heads=8, head=32")
          @Shard(tactic = "MP", dim = "heads", axis = "model")
          @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor key,
      @Dims("embed=256, heads=8, head=32")
          @Shard(tactic = "MP", dim = "heads", axis = "model")
          @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor value,
      @Dims("heads=8, head=32, embed=256") @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor output,
      @Dims("embed=256") Tensor feedForwardScale,
      @Dims("embed=256") Tensor feedForwardShift,
      @Dims("embed=256, hidden=1024")
          @Shard(tactic = "MP", dim = "hidden", axis = "model")
          @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor up,
      @Dims("hidden=1024, embed=256") @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor down,
      @Dims("embed=256, vocab=512") @Shard(tactic = "Z3", dim = "embed", axis = "batch")
          Tensor unembedding) {
    Tensor normed = x.layerNorm(attentionScale, attentionShift);
    Tensor attended = x.plus(attention(normed, query, key, value, output));
    Tensor fed = attended.layerNorm(feedForwardScale, feedForwardShift);
    Tensor block = attended.plus(fed.matmul(up).gelu().matmul(down));
    return crossEntropy(block.matmul(unembedding), targets);
  }

  /** Causal multi-head attention (Vaswani et al., arXiv 1706.03762, section 3.2). */
  static Tensor attention(Tensor x, Tensor query, Tensor key, Tensor value, Tensor output) {
    Tensor q = x.contract(query, NONE, NONE, dims(2), dims(0)); // batch, seq, heads, head
    Tensor k = x.contract(key, NONE, NONE, dims(2), dims(0));
    Tensor v = x.contract(value, NONE, NONE, dims(2), dims(0));
    Tensor scores =
        q.contract(k, dims(0, 2), dims(0, 2), dims(3), dims(3)) // batch, heads, seq, seq
            .div(Math.sqrt((double) query.dim(2)));
    long seq = x.dim(1);
    Tensor row = x.iota(0, ElementType.I32, seq, seq);
    Tensor column = x.iota(1, ElementType.I32, seq, seq);
    Tensor weights = row.atLeast(column).select(scores, x.scalar(-1e9)).softmax(-1);
    Tensor mixed = weights.contract(v, dims(0, 1), dims(0, 2), dims(3), dims(1));
    return mixed.contract(output, NONE, NONE, dims(1, 3), dims(0, 1)); // batch, seq, embed
  }

  /** Returns the mean negative log-likelihood of {@code targets}: (batch, seq), of i32. */
  static Tensor crossEntropy(Tensor logits, Tensor targets) {
    long batch = logits.dim(0);
    long seq = logits.dim(1);
    Tensor vocab = logits.iota(2, ElementType.I32, batch, seq, logits.dim(2));
    Tensor hit = vocab.equalTo(targets.reshape(batch, seq, 1)).cast(ElementType.F32);
    return logits.logSoftmax(-1).times(hit).sum().unaryMinus().div((double) batch * seq);
  }

  private static final int[] NONE = {};

  private static int[] dims(int... dims) {
    return dims;
  }
}
