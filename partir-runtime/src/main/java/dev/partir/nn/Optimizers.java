package dev.partir.nn;

import dev.partir.dsl.Tensor;
import dev.partir.dsl.Tree;
import dev.partir.ir.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps of optimizers on trees of parameters ({@link Tree#of}); all trees of one call have one
 * structure.
 *
 * <p>Steps are computed in f32 where numbers are narrower, and what they give is rounded to the
 * element types that went in. Of parameters in bf16 that rounding loses every step below about a
 * 500th of the parameter, and running means in bf16 stop where a step changes them by as little.
 * Training in mixed precision keeps both in f32, and casts parameters before their use ({@link
 * #cast}).
 */
public final class Optimizers {
  private Optimizers() {}

  /**
   * What Adam has beside the learning rate.
   *
   * @param beta1 what the mean of the gradients keeps in a step
   * @param beta2 what the mean of their squares keeps
   * @param epsilon what is added to the root of that mean, which divides
   * @param decay the decay of weights: 0 is Adam, more is AdamW
   */
  public record AdamSettings(double beta1, double beta2, double epsilon, double decay) {
    /** The usual ones, without weight decay. */
    public static final AdamSettings USUAL = new AdamSettings(0.9, 0.999, 1e-8, 0);
  }

  /**
   * Parameters, and what Adam keeps for them.
   *
   * @param mean the running mean of the gradients, zeros at first
   * @param square the running mean of their squares, zeros at first
   */
  public record Adam<P>(P params, P mean, P square) {
    /**
     * Returns a step with the usual settings; see {@link #next(Object, Tensor, Tensor,
     * AdamSettings)}.
     */
    public Adam<P> next(P gradient, Tensor step, double rate) {
      return next(gradient, step, step.scalar(rate), AdamSettings.USUAL);
    }

    /**
     * Returns what a step makes of them (Kingma and Ba, arXiv 1412.6980, algorithm 1), with the
     * decay of weights apart from the gradient (Loshchilov and Hutter, arXiv 1711.05101). All
     * parameters decay, vectors too, by {@code rate * decay} of themselves; the paper has the
     * schedule's multiplier in place of the rate.
     *
     * @param step the number of the step, from 1: a scalar of f32, or of f64 as the parameters
     * @param rate the learning rate, a scalar of that type too
     */
    public Adam<P> next(P gradient, Tensor step, Tensor rate, AdamSettings settings) {
      Tree<P> tree = Tree.of(params);
      List<Tensor> weights = tree.flatten(params);
      List<Tensor> g = tree.flatten(gradient);
      List<Tensor> m = tree.flatten(mean);
      List<Tensor> v = tree.flatten(square);
      // Scalars are made once, not for every parameter.
      Tensor number = wide(step);
      Tensor wideRate = wide(rate);
      Tensor meanScale = correction(number, settings.beta1());
      Tensor squareScale = correction(number, settings.beta2());
      Tensor keepMean = number.scalar(settings.beta1());
      Tensor takeMean = number.scalar(1 - settings.beta1());
      Tensor keepSquare = number.scalar(settings.beta2());
      Tensor takeSquare = number.scalar(1 - settings.beta2());
      Tensor epsilon = number.scalar(settings.epsilon());
      Tensor decay = number.scalar(settings.decay());
      List<Tensor> newWeights = new ArrayList<>();
      List<Tensor> newMean = new ArrayList<>();
      List<Tensor> newSquare = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        Tensor weight = wide(weights.get(i));
        Tensor slope = wide(g.get(i));
        Tensor nextMean = wide(m.get(i)).times(keepMean).plus(slope.times(takeMean));
        Tensor nextSquare =
            wide(v.get(i)).times(keepSquare).plus(slope.times(slope).times(takeSquare));
        Tensor move =
            nextMean.times(meanScale).div(nextSquare.times(squareScale).sqrt().plus(epsilon));
        if (settings.decay() != 0) {
          move = move.plus(weight.times(decay));
        }
        newWeights.add(rounded(weight.minus(move.times(wideRate)), weights.get(i)));
        newMean.add(rounded(nextMean, m.get(i)));
        newSquare.add(rounded(nextSquare, v.get(i)));
      }
      return new Adam<>(
          tree.unflatten(newWeights), tree.unflatten(newMean), tree.unflatten(newSquare));
    }
  }

  private static Tensor wide(Tensor tensor) {
    return tensor.cast(tensor.type().element().atLeastF32());
  }

  private static Tensor rounded(Tensor tensor, Tensor like) {
    return tensor.cast(like.type().element());
  }

  /** Returns 1 / (1 - beta^step), which makes up for the zeros that a mean began with. */
  private static Tensor correction(Tensor step, double beta) {
    Tensor one = step.scalar(1);
    return one.div(one.minus(step.scalar(beta).pow(step)));
  }

  /**
   * Parameters, and what moves them in gradient descent with momentum.
   *
   * @param velocity the sum of the gradients, each of less weight than the one after it, zeros at
   *     first
   */
  public record Momentum<P>(P params, P velocity) {
    /**
     * Returns what a step makes of them: the velocity becomes {@code keep} times itself plus the
     * gradient, and the parameters lose {@code rate} times the velocity. While the rate stays the
     * same, this is classical momentum (Sutskever et al., ICML 2013, section 2), whose velocity has
     * the rate in it.
     *
     * @param rate the learning rate, a scalar of f32, or of f64 as the parameters
     * @param keep how much of the velocity stays, such as 0.9
     */
    public Momentum<P> next(P gradient, Tensor rate, double keep) {
      Tree<P> tree = Tree.of(params);
      List<Tensor> weights = tree.flatten(params);
      List<Tensor> g = tree.flatten(gradient);
      List<Tensor> v = tree.flatten(velocity);
      List<Tensor> newWeights = new ArrayList<>();
      List<Tensor> newVelocity = new ArrayList<>();
      Tensor wideRate = wide(rate);
      for (int i = 0; i < weights.size(); i++) {
        Tensor next = wide(v.get(i)).times(keep).plus(wide(g.get(i)));
        newVelocity.add(rounded(next, v.get(i)));
        newWeights.add(rounded(wide(weights.get(i)).minus(next.times(wideRate)), weights.get(i)));
      }
      return new Momentum<>(tree.unflatten(newWeights), tree.unflatten(newVelocity));
    }
  }

  /**
   * Returns the learning rate that grows evenly for {@code warmup} steps to {@code peak}, then
   * falls along a cosine to a tenth of it at step {@code total}, where it stays (Hoffmann et al.,
   * arXiv 2203.15556, section 3).
   *
   * @param step the number of the step, from 1: a scalar of f32
   */
  public static Tensor warmupCosine(Tensor step, double peak, long warmup, long total) {
    Tensor rising = step.div((double) Math.max(1, warmup));
    Tensor done = step.minus((double) warmup).div((double) Math.max(1, total - warmup)).max(0);
    Tensor falling = done.min(done.scalar(1)).times(Math.PI).cos().plus(1).times(0.45).plus(0.1);
    return rising.min(falling).times(peak);
  }

  /**
   * Returns gradients scaled down such that the root of the sum of all their squares is {@code
   * limit} at most (Pascanu et al., arXiv 1211.5063, section 3.2).
   */
  public static <P> P clip(P gradients, double limit) {
    Tree<P> tree = Tree.of(gradients);
    Tensor sum = null;
    for (Tensor gradient : tree.flatten(gradients)) {
      Tensor wide = gradient.cast(ElementType.F32);
      Tensor square = wide.times(wide).sum();
      sum = sum == null ? square : sum.plus(square);
    }
    if (sum == null) {
      return gradients;
    }
    // Without a gradient there is nothing to scale, and nothing to divide by.
    Tensor norm = sum.sqrt().max(1e-30);
    Tensor scale = norm.scalar(limit).div(norm).min(norm.scalar(1));
    return tree.map(gradients, gradient -> gradient.times(scale.cast(gradient.type().element())));
  }

  /**
   * Returns parameters in another element type: what computes in bf16 on weights that are kept in
   * f32 (Micikevicius et al., arXiv 1710.03740, section 3.1) casts them so before their use.
   */
  public static <P> P cast(P params, ElementType element) {
    return Tree.of(params).map(params, tensor -> tensor.cast(element));
  }
}
