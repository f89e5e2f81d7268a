package dev.partir.examples.models;

import dev.partir.annotations.Dims;
import dev.partir.annotations.Size;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;
import dev.partir.nn.Attention;
import dev.partir.nn.Images;
import dev.partir.nn.Losses;
import dev.partir.nn.Optimizers;
import java.util.List;

/**
 * A decoder of the class of Gemini (arXiv 2312.11805) and a step of its training: text, images,
 * sound and video become tokens of one sequence of up to 32k, over which a transformer with
 * multi-query attention runs. The sizes of its layers are not published; these give the published
 * numbers of parameters.
 *
 * <p>Layers are a stack, and the program has the body of one. Products are computed in bf16, on
 * weights that the optimizer keeps in f32, all of which are rounded, and added up in f32 from layer
 * to layer; what a layer computes is computed again for its gradient.
 */
public final class MultimodalDecoder {
  private MultimodalDecoder() {}

  /** How many tokens attend, and are predicted, at a time. */
  private static final long BLOCK = 512;

  /**
   * How large the model is; these are the sizes of Nano-1.
   *
   * @param text tokens of text
   * @param images pictures, of (height, width, colours) each
   * @param films pictures of films
   * @param edge the height and width of a patch of a picture, which becomes a token
   * @param pixels of a patch
   * @param sounds stretches of sound, each of which becomes a token
   * @param waves how wide what is known of a stretch of sound is
   * @param bits of the numbers that are multiplied: 16 for bf16, 32 for f32
   * @param seq all tokens: text + (images + films) * height * width / edge^2 + sounds
   */
  public record Sizes(
      @Size(16) int batch,
      @Size(24576) int text,
      @Size(8) int images,
      @Size(8) int films,
      @Size(224) int height,
      @Size(224) int width,
      @Size(3) int colours,
      @Size(14) int edge,
      @Size(588) int pixels,
      @Size(4096) int sounds,
      @Size(128) int waves,
      @Size(32768) int seq,
      @Size(22) int layers,
      @Size(2048) int embed,
      @Size(16) int heads,
      @Size(128) int head,
      @Size(8192) int hidden,
      @Size(256000) int vocab,
      @Size(16) int bits) {
    /** Returns the type of the numbers that are multiplied. */
    ElementType products() {
      return bits == 32 ? ElementType.F32 : ElementType.BF16;
    }
  }

  /** What makes tokens of each kind. */
  public record Encoders(
      @Dims("vocab, embed") Tensor text,
      @Dims("pixels, embed") Tensor images,
      @Dims("pixels, embed") Tensor films,
      @Dims("waves, embed") Tensor sounds) {}

  /** The layers, stacked: multi-query attention and a gated network, each behind a norm. */
  public record Layers(
      @Dims("layers, embed") Tensor attentionScale,
      @Dims("layers, embed, heads, head") Tensor query,
      @Dims("layers, embed, two=2, head") Tensor keyValue,
      @Dims("layers, heads, head, embed") Tensor output,
      @Dims("layers, embed") Tensor feedForwardScale,
      @Dims("layers, embed, hidden") Tensor gate,
      @Dims("layers, embed, hidden") Tensor up,
      @Dims("layers, hidden, embed") Tensor down) {}

  /** All parameters. */
  public record Params(Encoders encoders, Layers layers, @Dims("embed") Tensor lastScale) {}

  /** What a step of training gives. */
  public record Step(Params params, Params mean, Params square, Tensor loss) {}

  /** What a step learns from; see {@link #train}. */
  private record Batch(
      Tensor text,
      Tensor images,
      Tensor films,
      Tensor sounds,
      Tensor order,
      Tensor targets,
      Tensor counts) {}

  /** With decay, of all parameters. */
  private static final Optimizers.AdamSettings ADAM_W =
      new Optimizers.AdamSettings(0.9, 0.95, 1e-8, 0.1);

  /**
   * Returns what a step of training makes of the parameters and of what Adam keeps for them.
   *
   * @param step the number of the step, from 1, a scalar of f32
   * @param text (batch, text) of i32
   * @param images (batch, images, height, width, colours) of f32
   * @param films (batch, films, height, width, colours) of f32
   * @param sounds (batch, sounds, waves) of f32
   * @param order at which place among text, pictures, films and sounds, one behind the other, each
   *     token of the sequence stands, (seq) of i32
   * @param targets the token of text that follows each, (batch, seq) of i32
   * @param counts 1 where it is text that follows, else 0, (batch, seq) of f32
   */
  public static Step train(
      Params params,
      Params mean,
      Params square,
      Tensor step,
      Tensor text,
      Tensor images,
      Tensor films,
      Tensor sounds,
      Tensor order,
      Tensor targets,
      Tensor counts,
      Sizes sizes) {
    Batch batch = new Batch(text, images, films, sounds, order, targets, counts);
    Gradients.ValueAndGradient<Params> loss =
        Gradients.valueAndGradient(params, p -> loss(p, batch, sizes));
    Params gradient = Optimizers.clip(loss.gradient(), 1);
    // For the little data of the tiny model; larger ones learn at a smaller rate, for longer.
    Tensor rate = Optimizers.warmupCosine(step, 1e-2, 10, 1000);
    Optimizers.Adam<Params> next =
        new Optimizers.Adam<>(params, mean, square).next(gradient, step, rate, ADAM_W);
    return new Step(next.params(), next.mean(), next.square(), loss.value());
  }

  /** Returns the mean cross-entropy of predicting the text, a scalar. */
  private static Tensor loss(Params params, Batch batch, Sizes sizes) {
    Params narrow = Optimizers.cast(params, sizes.products());
    Tensor last = decode(narrow, tokens(narrow.encoders(), batch, sizes));
    long block = Math.min(BLOCK, last.dim(1));
    return Losses.crossEntropyInBlocks(
        last, narrow.encoders().text(), batch.targets(), batch.counts(), block);
  }

  /** Returns the tokens of all kinds in their order: (batch, seq, embed). */
  private static Tensor tokens(Encoders encoders, Batch batch, Sizes sizes) {
    Tensor sounds = batch.sounds().cast(encoders.sounds().type().element());
    Tensor tokens =
        encoders
            .text()
            .gather(batch.text())
            .concat(pictures(batch.images(), encoders.images(), sizes), 1)
            .concat(pictures(batch.films(), encoders.films(), sizes), 1)
            .concat(sounds.matmul(encoders.sounds()), 1);
    return tokens.transpose(1, 0, 2).gather(batch.order()).transpose(1, 0, 2).cast(ElementType.F32);
  }

  /** Returns the patches of pictures as tokens: (batch, all patches, embed). */
  private static Tensor pictures(Tensor pictures, Tensor encoder, Sizes sizes) {
    long batch = pictures.dim(0);
    long each = (long) sizes.height() * sizes.width() / sizes.edge() / sizes.edge();
    Tensor one =
        pictures.reshape(batch * pictures.dim(1), sizes.height(), sizes.width(), sizes.colours());
    Tensor patches = Images.patches(one.cast(encoder.type().element()), sizes.edge());
    return patches.matmul(encoder).reshape(batch, pictures.dim(1) * each, encoder.dim(1));
  }

  /** Returns what the layers make of tokens, normed: (batch, seq, embed). */
  static Tensor decode(Params params, Tensor tokens) {
    Tensor first = tokens.scalar(0, ElementType.I32);
    Tensor last =
        Loops.scan(
            tokens,
            params.layers(),
            (x, layer) -> Gradients.checkpoint(x.named("between"), in -> layer(layer, in, first)));
    return norm(last, params.lastScale());
  }

  /** Returns what a layer makes of the tokens; its parameters are those of the stack, sliced. */
  private static Tensor layer(Layers layer, Tensor tokens, Tensor first) {
    Tensor normed = norm(tokens, layer.attentionScale());
    Tensor query = Attention.rotary(Attention.heads(normed, layer.query()), first);
    List<Tensor> both = Attention.heads(normed, layer.keyValue()).unstack(2);
    Tensor key = Attention.rotary(both.get(0), first);
    long block = Math.min(BLOCK, tokens.dim(1));
    Tensor mixed = Attention.attendInBlocks(query, key, both.get(1), block);
    Tensor x = tokens.plus(Attention.merge(mixed, layer.output()).cast(ElementType.F32));
    Tensor fed = norm(x, layer.feedForwardScale());
    Tensor hidden = fed.matmul(layer.gate()).gelu().times(fed.matmul(layer.up()));
    return x.plus(hidden.matmul(layer.down()).cast(ElementType.F32));
  }

  /** Returns what runs between the layers in f32, normed and in the type of the products. */
  private static Tensor norm(Tensor x, Tensor scale) {
    return x.rmsNorm(scale.cast(ElementType.F32)).cast(scale.type().element());
  }
}
