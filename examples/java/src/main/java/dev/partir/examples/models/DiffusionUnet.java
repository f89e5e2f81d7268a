package dev.partir.examples.models;

import dev.partir.annotations.Dims;
import dev.partir.annotations.Repeat;
import dev.partir.annotations.Size;
import dev.partir.dsl.Gradients;
import dev.partir.dsl.Tensor;
import dev.partir.nn.Attention;
import dev.partir.nn.Images;
import dev.partir.nn.Losses;
import dev.partir.nn.Optimizers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * UNet: the network of a diffusion model that predicts the noise in an image (Ho et al., arXiv
 * 2006.11239, appendix B), and a step of its training with Adam. Blocks of convolutions go down
 * from resolution to resolution and up again, where each also takes what one on the way down gave
 * (a skip connection). At the lowest resolution there is attention behind each block, but for the
 * last in the middle. All resolutions have as many channels.
 */
public final class DiffusionUnet {
  private DiffusionUnet() {}

  /** The groups of channels of a norm; the paper has 32, more than the tiny model has channels. */
  private static final long GROUPS = 4;

  /**
   * How large the model is.
   *
   * @param from the channels that a convolution takes, as many as it gives
   * @param wide the channels that a block on the way up takes: its own and the skipped ones
   * @param time how wide the waves of the time are
   * @param timed how wide the time embedding is that is made of them
   * @param higher resolutions above the lowest
   * @param down blocks of a resolution on the way down
   * @param up blocks of a resolution on the way up, one more
   */
  public record Sizes(
      @Size(64) int batch,
      @Size(64) int height,
      @Size(64) int width,
      @Size(3) int colours,
      @Size(256) int channels,
      @Size(256) int from,
      @Size(512) int wide,
      @Size(8) int heads,
      @Size(32) int head,
      @Size(1024) int time,
      @Size(1024) int timed,
      @Size(3) int higher,
      @Size(4) int down,
      @Size(5) int up) {}

  /** A norm. */
  public record Norm(@Dims("channels") Tensor scale, @Dims("channels") Tensor shift) {}

  /** A convolution. */
  public record Convolution(
      @Dims("3, 3, from, channels") Tensor kernel, @Dims("channels") Tensor bias) {}

  /** What a block makes of the time embedding. */
  public record Timing(@Dims("timed, channels") Tensor weights, @Dims("channels") Tensor bias) {}

  /** A block on the way down: two convolutions behind norms, the time added in between. */
  public record Block(
      Norm before, Convolution first, Timing timing, Norm between, Convolution second) {}

  /** A block on the way up, whose first norm and convolution take twice the channels. */
  public record WideBlock(
      @Dims("wide") Tensor scale,
      @Dims("wide") Tensor shift,
      @Dims("3, 3, wide, channels") Tensor kernel,
      @Dims("channels") Tensor bias,
      Timing timing,
      Norm between,
      Convolution second,
      @Dims("wide, channels") Tensor residual,
      @Dims("channels") Tensor residualBias) {}

  /** Attention from pixel to pixel. */
  public record PixelAttention(
      Norm before,
      @Dims("channels, three=3, heads, head") Tensor queryKeyValue,
      @Dims("three=3, heads, head") Tensor queryKeyValueBias,
      @Dims("heads, head, channels") Tensor output,
      @Dims("channels") Tensor outputBias) {}

  /** A resolution above the lowest. */
  public record Higher(
      @Repeat("down") List<Block> down,
      Convolution smaller,
      Convolution larger,
      @Repeat("up") List<WideBlock> up) {}

  /** The lowest resolution, with attention behind its blocks. */
  public record Lowest(
      @Repeat("down") List<Block> down,
      @Repeat("down") List<PixelAttention> downAttention,
      Block middle,
      PixelAttention middleAttention,
      Block middleEnd,
      @Repeat("up") List<WideBlock> up,
      @Repeat("up") List<PixelAttention> upAttention) {}

  /** All parameters. */
  public record Params(
      @Dims("channels, time") Tensor time,
      @Dims("time") Tensor timeBias,
      @Dims("time, timed") Tensor timeEnd,
      @Dims("timed") Tensor timeEndBias,
      @Dims("3, 3, colours, channels") Tensor in,
      @Dims("channels") Tensor inBias,
      @Repeat("higher") List<Higher> higher,
      Lowest lowest,
      Norm last,
      @Dims("3, 3, channels, colours") Tensor out,
      @Dims("colours") Tensor outBias) {}

  /** What a step of training gives. */
  public record Step(Params params, Params mean, Params square, Tensor loss) {}

  /**
   * Returns what a step of training makes of the parameters and of what Adam keeps for them.
   *
   * @param step the number of the step, from 1, a scalar of f32
   * @param noisy images with noise, (batch, height, width, colours) of f32
   * @param times for how long noise was added to each, (batch) of f32
   * @param noise the noise that is in them, (batch, height, width, colours) of f32
   */
  public static Step train(
      Params params,
      Params mean,
      Params square,
      Tensor step,
      Tensor noisy,
      Tensor times,
      Tensor noise) {
    Gradients.ValueAndGradient<Params> loss =
        Gradients.valueAndGradient(params, p -> Losses.meanSquare(predict(p, noisy, times), noise));
    Optimizers.Adam<Params> next =
        new Optimizers.Adam<>(params, mean, square).next(loss.gradient(), step, 1e-3);
    return new Step(next.params(), next.mean(), next.square(), loss.value());
  }

  /** Returns the noise that is in images. */
  static Tensor predict(Params params, Tensor noisy, Tensor times) {
    Tensor frequencies = Images.frequencies(times, params.time().dim(0));
    Tensor time = frequencies.matmul(params.time()).plus(params.timeBias()).silu();
    time = time.matmul(params.timeEnd()).plus(params.timeEndBias()).silu();
    Deque<Tensor> skips = new ArrayDeque<>();
    Tensor x = noisy.convolve(params.in(), 1).plus(params.inBias());
    skips.push(x);
    for (Higher level : params.higher()) {
      for (Block block : level.down()) {
        x = block(x, time, block);
        skips.push(x);
      }
      x = convolve(x, level.smaller(), 2);
      skips.push(x);
    }
    x = lowest(x, time, params.lowest(), skips);
    for (int i = params.higher().size() - 1; i >= 0; i--) {
      Higher level = params.higher().get(i);
      x = convolve(Images.enlarge(x), level.larger(), 1);
      for (WideBlock block : level.up()) {
        x = block(x.concat(skips.pop(), 3), time, block);
      }
    }
    Tensor last = norm(x, params.last()).silu();
    return last.convolve(params.out(), 1).plus(params.outBias());
  }

  private static Tensor lowest(Tensor in, Tensor time, Lowest level, Deque<Tensor> skips) {
    Tensor x = in;
    for (int i = 0; i < level.down().size(); i++) {
      x = attend(block(x, time, level.down().get(i)), level.downAttention().get(i));
      skips.push(x);
    }
    x = attend(block(x, time, level.middle()), level.middleAttention());
    x = block(x, time, level.middleEnd());
    for (int i = 0; i < level.up().size(); i++) {
      x =
          attend(
              block(x.concat(skips.pop(), 3), time, level.up().get(i)), level.upAttention().get(i));
    }
    return x;
  }

  private static Tensor block(Tensor x, Tensor time, Block block) {
    Tensor first = convolve(norm(x, block.before()).silu(), block.first(), 1);
    return x.plus(second(first, time, block.timing(), block.between(), block.second()));
  }

  private static Tensor block(Tensor x, Tensor time, WideBlock block) {
    Tensor normed = Images.groupNorm(x, GROUPS, block.scale(), block.shift()).silu();
    Tensor first = normed.convolve(block.kernel(), 1).plus(block.bias());
    Tensor narrow = x.matmul(block.residual()).plus(block.residualBias());
    return narrow.plus(second(first, time, block.timing(), block.between(), block.second()));
  }

  /** Returns what the second half of a block makes of what the first gives. */
  private static Tensor second(
      Tensor x, Tensor time, Timing timing, Norm norm, Convolution convolution) {
    Tensor shift = time.matmul(timing.weights()).plus(timing.bias());
    Tensor timed = x.plus(shift.reshape(x.dim(0), 1, 1, x.dim(3)));
    return convolve(norm(timed, norm).silu(), convolution, 1);
  }

  private static Tensor attend(Tensor x, PixelAttention attention) {
    Tensor pixels = norm(x, attention.before()).reshape(x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
    Tensor all =
        Attention.heads(pixels, attention.queryKeyValue()).plus(attention.queryKeyValueBias());
    List<Tensor> parts = all.unstack(2);
    Tensor seen = Attention.attend(parts.get(0), parts.get(1), parts.get(2));
    Tensor merged = Attention.merge(seen, attention.output()).plus(attention.outputBias());
    return x.plus(merged.reshape(x.type().dims()));
  }

  private static Tensor norm(Tensor x, Norm norm) {
    return Images.groupNorm(x, GROUPS, norm.scale(), norm.shift());
  }

  private static Tensor convolve(Tensor x, Convolution convolution, long stride) {
    return x.convolve(convolution.kernel(), stride).plus(convolution.bias());
  }
}
