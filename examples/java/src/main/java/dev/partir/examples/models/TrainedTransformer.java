package dev.partir.examples.models;

import dev.partir.annotations.Dims;
import dev.partir.annotations.Repeat;
import dev.partir.annotations.Size;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;
import dev.partir.nn.Attention;
import dev.partir.nn.Losses;
import dev.partir.nn.Optimizers;
import java.util.List;

/**
 * T32 and T48: a decoder transformer and a step of its training with Adam.
 *
 * <p>A layer is attention and a feed-forward network, each behind a norm and added to what comes in
 * (Xiong et al., arXiv 2002.04745); what attention gives is normed once more, as in NormFormer
 * (Shleifer et al., arXiv 2110.09456, section 2.1). Norms are by the root mean square, positions
 * are rotary (Su et al., arXiv 2104.09864), and the embedding serves for the output too, without a
 * norm before it. A layer has nine parameters: four matrices, three scales of norms and two biases.
 */
public final class TrainedTransformer {
  private TrainedTransformer() {}

  /**
   * How large the model is; these are the sizes of T32, with 5 billion parameters.
   *
   * @param runs of a layer: 1 where what it computes is kept for its gradient, 2 where it is
   *     computed again for it, which takes more time and far less memory
   */
  public record Sizes(
      @Size(16) int batch,
      @Size(1024) int seq,
      @Size(32) int layers,
      @Size(3584) int embed,
      @Size(28) int heads,
      @Size(128) int head,
      @Size(14336) int hidden,
      @Size(32768) int vocab,
      @Size(1) int runs) {}

  /** A layer. */
  public record Block(
      @Dims("embed") Tensor attentionScale,
      @Dims("embed, three=3, heads, head") Tensor queryKeyValue,
      @Dims("heads, head, embed") Tensor output,
      @Dims("embed") Tensor attendedScale,
      @Dims("embed") Tensor feedForwardScale,
      @Dims("embed, hidden") Tensor up,
      @Dims("hidden") Tensor upBias,
      @Dims("hidden, embed") Tensor down,
      @Dims("embed") Tensor downBias) {}

  /** All parameters. */
  public record Params(
      @Dims("vocab, embed") Tensor embedding, @Repeat("layers") List<Block> blocks) {}

  /** What a step of training gives. */
  public record Step(Params params, Params mean, Params square, Tensor loss) {}

  /**
   * Returns what a step of training makes of the parameters and of what Adam keeps for them.
   *
   * @param step the number of the step, from 1, a scalar of f32
   * @param tokens (batch, seq) of i32
   * @param targets (batch, seq) of i32
   */
  public static Step train(
      Params params,
      Params mean,
      Params square,
      Tensor step,
      Tensor tokens,
      Tensor targets,
      Sizes sizes) {
    Gradients.ValueAndGradient<Params> loss =
        Gradients.valueAndGradient(params, p -> loss(p, tokens, targets, sizes));
    Optimizers.Adam<Params> next =
        new Optimizers.Adam<>(params, mean, square).next(loss.gradient(), step, 1e-3);
    return new Step(next.params(), next.mean(), next.square(), loss.value());
  }

  /** Returns the mean cross-entropy of predicting {@code targets}, a scalar. */
  static Tensor loss(Params params, Tensor tokens, Tensor targets, Sizes sizes) {
    Tensor x = params.embedding().gather(tokens);
    for (Block block : params.blocks()) {
      x = sizes.runs() == 1 ? layer(block, x) : Gradients.checkpoint(x, in -> layer(block, in));
    }
    Tensor logits = x.contract(params.embedding(), NONE, NONE, dims(2), dims(1));
    return Losses.crossEntropy(logits, targets);
  }

  private static Tensor layer(Block block, Tensor in) {
    Tensor attended = attention(block, in.rmsNorm(block.attentionScale())).named("attended");
    Tensor x = in.plus(attended.rmsNorm(block.attendedScale()));
    return x.plus(feedForward(block, x.rmsNorm(block.feedForwardScale())));
  }

  private static Tensor attention(Block block, Tensor x) {
    Tensor first = x.scalar(0, ElementType.I32);
    List<Tensor> all = Attention.heads(x, block.queryKeyValue()).unstack(2);
    Tensor query = Attention.rotary(all.get(0), first);
    Tensor key = Attention.rotary(all.get(1), first);
    Tensor allowed = Attention.causal(x, first, x.dim(1), x.dim(1));
    return Attention.merge(Attention.attend(query, key, all.get(2), allowed), block.output());
  }

  private static Tensor feedForward(Block block, Tensor x) {
    Tensor hidden = x.matmul(block.up()).plus(block.upBias()).gelu();
    return hidden.matmul(block.down()).plus(block.downBias());
  }

  private static final int[] NONE = {};

  private static int[] dims(int... dims) {
    return dims;
  }
}
