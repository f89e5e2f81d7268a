package dev.partir.examples.kotlin

import dev.partir.annotations.Axis
import dev.partir.annotations.Dims
import dev.partir.annotations.Mesh
import dev.partir.annotations.Partitioned
import dev.partir.annotations.Shard
import dev.partir.dsl.Tensor
import dev.partir.ir.ElementType
import dev.partir.kotlin.contract
import dev.partir.kotlin.logSoftmax
import dev.partir.kotlin.softmax
import kotlin.math.sqrt

/**
 * A block of a decoder transformer with the head that predicts the next token, and its loss: the
 * same model as the Java example of that name.
 */
@Partitioned(
  mesh = Mesh(Axis(name = "batch", size = 4), Axis(name = "model", size = 2)),
  tactics = ["BP", "MP", "Z3"],
  profile = "tpu-v3",
)
object DecoderBlock {
  /** Returns the mean cross-entropy of the predictions, a scalar. */
  @JvmStatic
  fun loss(
    @Dims("batch=8, seq=128, embed=256")
    @Shard(tactic = "BP", dim = "batch", axis = "batch")
    x: Tensor,
    @Dims(value = "batch=8, seq=128", element = "i32")
    @Shard(tactic = "BP", dim = "batch", axis = "batch")
    targets: Tensor,
    @Dims("embed=256") attentionScale: Tensor,
    @Dims("embed=256") attentionShift: Tensor,
    @Dims("embed=256, heads=8, head=32")
    @Shard(tactic = "MP", dim = "heads", axis = "model")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    query: Tensor,
    @Dims("embed=256, heads=8, head=32")
    @Shard(tactic = "MP", dim = "heads", axis = "model")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    key: Tensor,
    @Dims("embed=256, heads=8, head=32")
    @Shard(tactic = "MP", dim = "heads", axis = "model")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    value: Tensor,
    @Dims("heads=8, head=32, embed=256")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    output: Tensor,
    @Dims("embed=256") feedForwardScale: Tensor,
    @Dims("embed=256") feedForwardShift: Tensor,
    @Dims("embed=256, hidden=1024")
    @Shard(tactic = "MP", dim = "hidden", axis = "model")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    up: Tensor,
    @Dims("hidden=1024, embed=256")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    down: Tensor,
    @Dims("embed=256, vocab=512")
    @Shard(tactic = "Z3", dim = "embed", axis = "batch")
    unembedding: Tensor,
  ): Tensor {
    val normed = x.layerNorm(attentionScale, attentionShift)
    val attended = x + attention(normed, query, key, value, output)
    val fed = attended.layerNorm(feedForwardScale, feedForwardShift)
    val block = attended + fed.matmul(up).gelu().matmul(down)
    return crossEntropy(block.matmul(unembedding), targets)
  }

  /** Causal multi-head attention (Vaswani et al., arXiv 1706.03762, section 3.2). */
  internal fun attention(
    x: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
  ): Tensor {
    val q = x.contract(query, over = listOf(2 to 0)) // batch, seq, heads, head
    val k = x.contract(key, over = listOf(2 to 0))
    val v = x.contract(value, over = listOf(2 to 0))
    val scores =
      q.contract(k, batch = listOf(0 to 0, 2 to 2), over = listOf(3 to 3)) /
        sqrt(query.dim(2).toDouble())
    val seq = x.dim(1)
    val row = x.iota(0, ElementType.I32, seq, seq)
    val column = x.iota(1, ElementType.I32, seq, seq)
    val weights = row.atLeast(column).select(scores, x.scalar(-1e9)).softmax()
    val mixed = // batch, heads, seq, head
      weights.contract(v, batch = listOf(0 to 0, 1 to 2), over = listOf(3 to 1))
    return mixed.contract(output, over = listOf(1 to 0, 3 to 1)) // batch, seq, embed
  }

  /** Returns the mean negative log-likelihood of [targets]: (batch, seq), of i32. */
  internal fun crossEntropy(logits: Tensor, targets: Tensor): Tensor {
    val (batch, seq, vocab) = Triple(logits.dim(0), logits.dim(1), logits.dim(2))
    val tokens = logits.iota(2, ElementType.I32, batch, seq, vocab)
    val hit = tokens.equalTo(targets.reshape(batch, seq, 1)).cast(ElementType.F32)
    return -(logits.logSoftmax() * hit).sum() / (batch * seq).toDouble()
  }
}
