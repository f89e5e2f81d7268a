package dev.partir.examples.kotlin

import dev.partir.annotations.At
import dev.partir.annotations.Axis
import dev.partir.annotations.Budget
import dev.partir.annotations.Dims
import dev.partir.annotations.Mesh
import dev.partir.annotations.Partitioned
import dev.partir.annotations.Repeat
import dev.partir.annotations.Replicate
import dev.partir.annotations.Schedule
import dev.partir.annotations.Size
import dev.partir.annotations.Tactic
import dev.partir.dsl.Tensor
import dev.partir.kotlin.contract

/** How large the model is. */
data class Sizes(
  @Size(8) val batch: Int,
  @Size(32) val seq: Int,
  @Size(3) val layers: Int,
  @Size(64) val embed: Int,
  @Size(4) val heads: Int,
  @Size(16) val head: Int,
  @Size(256) val hidden: Int,
  @Size(512) val vocab: Int,
)

/** A layer normalization. */
data class Norm(@Dims("embed") val scale: Tensor, @Dims("embed") val shift: Tensor)

/** Multi-head attention. */
data class Attention(
  @Dims("embed, heads, head") val query: Tensor,
  @Dims("embed, heads, head") val key: Tensor,
  @Dims("embed, heads, head") val value: Tensor,
  @Dims("heads, head, embed") val output: Tensor,
)

/** The two layers behind attention. */
data class FeedForward(
  @Dims("embed, hidden") val up: Tensor,
  @Dims("hidden, embed") val down: Tensor,
)

/** A layer of the transformer. */
data class Block(
  val before: Norm,
  val attention: Attention,
  val between: Norm,
  val feedForward: FeedForward,
)

/** All parameters. */
data class Params(
  @Dims("vocab, embed") val embedding: Tensor,
  @Repeat("layers") val blocks: List<Block>,
  val last: Norm,
)

/**
 * A decoder transformer of many layers whose parameters are data classes: the same model as the
 * Java example of that name.
 */
@Partitioned(sizes = Sizes::class)
@Schedule(
  name = "score",
  mesh = Mesh(Axis(name = "batch", size = 4), Axis(name = "model", size = 2)),
  tactics = ["BP", "MP", "Z3"],
  profile = "tpu-v3",
  budget = Budget(memory = "1 GiB", collectivesPerStep = 64),
)
@Schedule(
  name = "serve",
  mesh = Mesh(Axis(name = "model", size = 4)),
  tactics = ["MP"],
  sizes = "batch=1",
  profile = "h100",
)
@Tactic(name = "MP", dims = ["heads", "hidden", "vocab"], axis = "model")
object Decoder {
  /** Returns the mean cross-entropy of predicting [targets], a scalar. */
  @JvmStatic
  fun loss(
    @At(value = "blocks/0/feedForward/*", replicate = [Replicate(tactic = "MP", axis = "model")])
    params: Params,
    @Dims("batch, seq, embed") embedded: Tensor,
    @Dims(value = "batch, seq", element = "i32") targets: Tensor,
  ): Tensor {
    val x =
      params.blocks.fold(embedded) { x, (before, attention, between, layers) ->
        val (query, key, value, output) = attention
        val attended = x + DecoderBlock.attention(x.normed(before), query, key, value, output)
        attended + attended.normed(between).matmul(layers.up).gelu().matmul(layers.down)
      }
    val logits = x.normed(params.last).contract(params.embedding, over = listOf(2 to 1))
    return DecoderBlock.crossEntropy(logits, targets)
  }

  private fun Tensor.normed(norm: Norm) = layerNorm(norm.scale, norm.shift)
}
