package dev.partir.nn;

import dev.partir.dsl.Tensor;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;

/** Layers on images, which are [batch, height, width, channels]. */
public final class Images {
  private Images() {}

  /**
   * Returns images whose groups of channels each have mean 0 and variance 1 over the image, times
   * {@code scale} plus {@code shift} (Wu and He, arXiv 1803.08494). 1e-5 is added to the variance.
   * Computed in f32 where elements are narrower.
   *
   * @param groups how many there are; it divides the channels
   * @param scale [channels]
   * @param shift [channels]
   */
  public static Tensor groupNorm(Tensor x, long groups, Tensor scale, Tensor shift) {
    long batch = x.dim(0);
    long height = x.dim(1);
    long width = x.dim(2);
    long channels = x.dim(3);
    ElementType element = x.type().element();
    requireParts("groupNorm", groups, "groups", channels, "channels");
    Tensor grouped =
        x.cast(element.atLeastF32()).reshape(batch, height, width, groups, channels / groups);
    Tensor mean = grouped.mean(1, 2, 4).reshape(batch, 1, 1, groups, 1);
    Tensor centered = grouped.minus(mean);
    Tensor variance = centered.times(centered).mean(1, 2, 4).reshape(batch, 1, 1, groups, 1);
    return centered
        .times(variance.plus(1e-5).rsqrt())
        .cast(element)
        .reshape(batch, height, width, channels)
        .times(scale)
        .plus(shift);
  }

  /** Returns images twice as high and wide, every pixel four times. */
  public static Tensor enlarge(Tensor x) {
    long batch = x.dim(0);
    long height = x.dim(1);
    long width = x.dim(2);
    long channels = x.dim(3);
    return x.reshape(batch, height, 1, width, 1, channels)
        .broadcastTo(batch, height, 2, width, 2, channels)
        .reshape(batch, 2 * height, 2 * width, channels);
  }

  /**
   * Returns images in patches: [batch, patches, pixels], row by row.
   *
   * @param size the height and width of a patch, which divides those of the images
   */
  public static Tensor patches(Tensor x, long size) {
    long batch = x.dim(0);
    requireParts("patches", size, "rows in a patch", x.dim(1), "rows");
    requireParts("patches", size, "columns in a patch", x.dim(2), "columns");
    long rows = x.dim(1) / size;
    long columns = x.dim(2) / size;
    long channels = x.dim(3);
    return x.reshape(batch, rows, size, columns, size, channels)
        .transpose(0, 1, 3, 2, 4, 5)
        .reshape(batch, rows * columns, size * size * channels);
  }

  /**
   * Returns sines, then cosines, of a number at the frequencies 10000^(-2i / size): [batch, size].
   * These are the positions of Vaswani et al. (arXiv 1706.03762, section 3.5), which Ho et al.
   * (arXiv 2006.11239, appendix B) take for times.
   *
   * <p>They are of the element type of the number, and computed in f32 where that is narrower.
   *
   * @param number [batch], such as the time of a diffusion; in f32, for bf16 does not tell 999 from
   *     1000
   * @param size an even number
   */
  public static Tensor frequencies(Tensor number, long size) {
    if (size < 2 || size % 2 != 0) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_OP,
              "frequencies",
              size + " numbers are not as many sines as cosines",
              "Their number must be even"));
    }
    long half = size / 2;
    ElementType element = number.type().element();
    ElementType wide = element.atLeastF32();
    Tensor frequency = number.iota(0, wide, half).times(-Math.log(10_000) / half).exp();
    Tensor angle = number.cast(wide).reshape(number.dim(0), 1).times(frequency);
    return angle.sin().concat(angle.cos(), 1).cast(element);
  }

  /** Requires that a number divides how many there are. */
  private static void requireParts(
      String subject, long number, String parts, long whole, String things) {
    if (number < 1 || whole % number != 0) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_OP,
              subject,
              number + " " + parts + " for " + whole + " " + things,
              "The number must divide how many " + things + " there are"));
    }
  }
}
