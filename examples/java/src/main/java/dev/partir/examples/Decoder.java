package dev.partir.examples;

import dev.partir.annotations.At;
import dev.partir.annotations.Axis;
import dev.partir.annotations.Budget;
import dev.partir.annotations.Dims;
import dev.partir.annotations.Mesh;
import dev.partir.annotations.Partitioned;
import dev.partir.annotations.Repeat;
import dev.partir.annotations.Replicate;
import dev.partir.annotations.Schedule;
import dev.partir.annotations.Size;
import dev.partir.annotations.Tactic;
import dev.partir.dsl.Tensor;
import java.util.List;

/**
 * A decoder transformer of many layers whose parameters are records, with two schedules: one that
 * scores batches of text on two axes, one that serves a single text on one.
 *
 * <p>MP keeps the feed-forward layers of the first block whole, as an example of a part that is
 * laid out otherwise than its like.
 */
@Partitioned(sizes = Decoder.Sizes.class)
@Schedule(
    name = "score",
    mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
    tactics = {"BP", "MP", "Z3"},
    profile = "tpu-v3",
    budget = @Budget(memory = "1 GiB", collectivesPerStep = 64))
@Schedule(
    name = "serve",
    mesh = @Mesh(@Axis(name = "model", size = 4)),
    tactics = "MP",
    sizes = "batch=1",
    profile = "h100")
@Tactic(
    name = "MP",
    dims = {"heads", "hidden", "vocab"},
    axis = "model")
public final class Decoder {
  private Decoder() {}

  /** How large the model is. */
  public record Sizes(
      @Size(8) int batch,
      @Size(32) int seq,
      @Size(3) int layers,
      @Size(64) int embed,
      @Size(4) int heads,
      @Size(16) int head,
      @Size(256) int hidden,
      @Size(512) int vocab) {}

  /** A layer normalization. */
  public record Norm(@Dims("embed") Tensor scale, @Dims("embed") Tensor shift) {}

  /** Multi-head attention. */
  public record Attention(
      @Dims("embed, heads, head") Tensor query,
      @Dims("embed, heads, head") Tensor key,
      @Dims("embed, heads, head") Tensor value,
      @Dims("heads, head, embed") Tensor output) {}

  /** The two layers behind attention. */
  public record FeedForward(@Dims("embed, hidden") Tensor up, @Dims("hidden, embed") Tensor down) {}

  /** A layer of the transformer. */
  public record Block(Norm before, Attention attention, Norm between, FeedForward feedForward) {}

  /** All parameters. */
  public record Params(
      @Dims("vocab, embed") Tensor embedding, @Repeat("layers") List<Block> blocks, Norm last) {}

  /** Returns the mean cross-entropy of predicting {@code targets}, a scalar. */
  public static Tensor loss(
      @At(value = "blocks/0/feedForward/*", replicate = @Replicate(tactic = "MP", axis = "model"))
          Params params,
      @Dims("batch, seq, embed") Tensor embedded,
      @Dims(value = "batch, seq", element = "i32") Tensor targets) {
    Tensor x = embedded;
    for (Block block : params.blocks()) {
      Attention a = block.attention();
      Tensor before = norm(x, block.before());
      x = x.plus(DecoderBlock.attention(before, a.query(), a.key(), a.value(), a.output()));
      FeedForward layers = block.feedForward();
      Tensor normed = norm(x, block.between());
      x = x.plus(normed.matmul(layers.up()).gelu().matmul(layers.down()));
    }
    Tensor logits =
        norm(x, params.last()).contract(params.embedding(), NONE, NONE, dims(2), dims(1));
    return DecoderBlock.crossEntropy(logits, targets);
  }

  private static Tensor norm(Tensor x, Norm norm) {
    return x.layerNorm(norm.scale(), norm.shift());
  }

  private static final int[] NONE = {};

  private static int[] dims(int... dims) {
    return dims;
  }
}
