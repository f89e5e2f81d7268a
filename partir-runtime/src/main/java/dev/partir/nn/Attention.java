package dev.partir.nn;

import dev.partir.dsl.Gradients;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import java.util.List;

/**
 * Scaled dot-product attention (Vaswani et al., arXiv 1706.03762, section 3.2), where every query
 * head has keys and values of its own, where groups of heads share them (Ainslie et al., arXiv
 * 2305.13245), or where all do (Shazeer, arXiv 1911.02150).
 */
public final class Attention {
  private static final int[] NONE = {};

  /**
   * What stands for minus infinity: far below any score, and still a number, so that a query that
   * may attend to nothing gives a mean instead of NaN.
   */
  private static final double NEVER = -1e30;

  /** The least number of f16 is -65504. */
  private static final double NEVER_IN_F16 = -3e4;

  private Attention() {}

  /**
   * The keys and values of all places so far.
   *
   * @param keys [batch, places, ...], as attention takes them
   * @param values of the shape of the keys
   */
  public record Cache(Tensor keys, Tensor values) {
    /**
     * Returns this with the keys and values of more places.
     *
     * @param start the first of the places, a scalar of whole numbers
     */
    public Cache with(Tensor start, Tensor moreKeys, Tensor moreValues) {
      return new Cache(
          keys.dynamicUpdateSlice(moreKeys, 1, start),
          values.dynamicUpdateSlice(moreValues, 1, start));
    }

    /** Returns the first places of this. */
    public Cache first(long places) {
      return new Cache(keys.slice(1, 0, places), values.slice(1, 0, places));
    }
  }

  /**
   * Returns what every query attends to where each may attend to all places, as {@link
   * #attend(Tensor, Tensor, Tensor, Tensor)}.
   */
  public static Tensor attend(Tensor queries, Tensor keys, Tensor values) {
    Tensor place = queries.iota(0, ElementType.I32, 1);
    return attend(queries, keys, values, place.equalTo(place));
  }

  /**
   * Returns what every query attends to, of the shape of the queries. Scores and weights are of the
   * element type of the queries.
   *
   * @param queries [batch, queries, heads, head]
   * @param keys [batch, places, heads, head]; with fewer heads for groups; without that dimension
   *     where all heads share
   * @param values of the shape of the keys
   * @param allowed booleans: to which places a query may attend, [queries, places] or what
   *     broadcasts to it
   */
  public static Tensor attend(Tensor queries, Tensor keys, Tensor values, Tensor allowed) {
    Tensor q = queries.div(Math.sqrt((double) queries.dim(3)));
    if (keys.rank() == 3) {
      Tensor scores = q.contract(keys, dims(0), dims(0), dims(3), dims(2));
      return weights(scores, allowed, true).contract(values, dims(0), dims(0), dims(3), dims(1));
    }
    long heads = queries.dim(2);
    long groups = keys.dim(2);
    if (groups == heads) {
      Tensor scores = q.contract(keys, dims(0, 2), dims(0, 2), dims(3), dims(3));
      return weights(scores, allowed, false)
          .contract(values, dims(0, 1), dims(0, 2), dims(3), dims(1))
          .transpose(0, 2, 1, 3);
    }
    if (heads % groups != 0) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_OP,
              "attend",
              heads + " query heads share the keys of " + groups,
              "As many query heads must share each head of the keys"));
    }
    long batch = queries.dim(0);
    long count = queries.dim(1);
    Tensor grouped = q.reshape(batch, count, groups, heads / groups, queries.dim(3));
    Tensor scores = grouped.contract(keys, dims(0, 2), dims(0, 2), dims(4), dims(3));
    return weights(scores, allowed, true)
        .contract(values, dims(0, 1), dims(0, 2), dims(4), dims(1))
        .transpose(0, 2, 1, 3, 4)
        .reshape(batch, count, heads, values.dim(3));
  }

  /**
   * Returns causal attention, block of queries by block, so that no more than a block's scores are
   * there at a time; they are computed again for gradients (Rabe and Staats, arXiv 2112.05682).
   *
   * @param queries [batch, places, heads, head]
   * @param keys [batch, places, ...] as {@link #attend} takes them
   * @param values of the shape of the keys
   * @param block how many queries are in a block; it divides the places
   */
  public static Tensor attendInBlocks(Tensor queries, Tensor keys, Tensor values, long block) {
    long batch = queries.dim(0);
    long places = queries.dim(1);
    long heads = queries.dim(2);
    long head = queries.dim(3);
    if (block < 1 || places % block != 0) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_OP,
              "attendInBlocks",
              "blocks of " + block + " do not make up " + places + " places",
              "The size of a block must divide the number of places"));
    }
    long blocks = places / block;
    Tensor stacked = queries.reshape(batch, blocks, block, heads, head).transpose(1, 0, 2, 3, 4);
    Tensor starts = queries.iota(0, ElementType.I32, blocks).times((double) block);
    List<Tensor> none = List.of(queries.scalar(0));
    Tensor mixed =
        Loops.collect(
                none,
                List.of(stacked, starts),
                (carried, in) -> {
                  Tensor start = in.get(1);
                  Tensor one =
                      Gradients.checkpoint(
                              List.of(in.get(0)),
                              q ->
                                  List.of(
                                      attend(
                                          q.get(0),
                                          keys,
                                          values,
                                          causal(q.get(0), start, block, places))))
                          .get(0);
                  return new Loops.Carry<>(carried, one);
                })
            .output();
    return mixed.transpose(1, 0, 2, 3, 4).reshape(batch, places, heads, head);
  }

  /**
   * Returns the softmax of scores over the places, which are the last dimension.
   *
   * @param isBetween whether heads stand between the queries and the places
   */
  private static Tensor weights(Tensor scores, Tensor allowed, boolean isBetween) {
    // Where heads stand between the queries and the places, the mask is the same for all of them.
    Tensor mask =
        isBetween && allowed.rank() == 2
            ? allowed.reshape(allowed.dim(0), 1, allowed.dim(1))
            : allowed;
    double never = scores.type().element() == ElementType.F16 ? NEVER_IN_F16 : NEVER;
    return mask.select(scores, scores.scalar(never)).softmax(-1);
  }

  /**
   * Returns to which places each query may attend that may look at itself and back: [queries,
   * places] of booleans.
   *
   * @param like any tensor of the trace
   * @param first the place of the first query, a scalar of i32
   */
  public static Tensor causal(Tensor like, Tensor first, long queries, long places) {
    Tensor row = like.iota(0, ElementType.I32, queries, places).plus(first);
    return row.atLeast(like.iota(1, ElementType.I32, queries, places));
  }

  /**
   * Returns queries or keys turned by angles that grow with their place (Su et al., arXiv
   * 2104.09864). Element i of a head is a real part and element i + head / 2 its imaginary part,
   * where the paper pairs neighbours; they turn by 10000^(-2i / head) from place to place. Angles
   * are computed in f32.
   *
   * @param x [batch, places, heads, head] or [batch, places, head]; the size of a head is even
   * @param first the place of the first, a scalar of i32
   */
  public static Tensor rotary(Tensor x, Tensor first) {
    long places = x.dim(1);
    long half = x.dim(-1) / 2;
    if (x.dim(-1) % 2 != 0) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.INVALID_OP,
              "rotary",
              "heads of " + x.dim(-1) + " elements have no pairs",
              "The size of a head must be even"));
    }
    Tensor place = x.iota(0, ElementType.I32, places, half).plus(first).cast(ElementType.F32);
    Tensor frequency =
        x.iota(1, ElementType.F32, places, half).times(-Math.log(10_000) / half).exp();
    Tensor angle = place.times(frequency);
    if (x.rank() == 4) {
      angle = angle.reshape(places, 1, half);
    }
    Tensor cos = angle.cos().cast(x.type().element());
    Tensor sin = angle.sin().cast(x.type().element());
    Tensor real = x.slice(-1, 0, half);
    Tensor imaginary = x.slice(-1, half, 2 * half);
    return real.times(cos)
        .minus(imaginary.times(sin))
        .concat(real.times(sin).plus(imaginary.times(cos)), -1);
  }

  /**
   * Returns x as heads: [batch, places, embed] times [embed, heads, head], or more before these.
   */
  public static Tensor heads(Tensor x, Tensor weights) {
    return x.contract(weights, NONE, NONE, dims(2), dims(0));
  }

  /** Returns heads put together: [batch, places, heads, head] times [heads, head, embed]. */
  public static Tensor merge(Tensor heads, Tensor weights) {
    return heads.contract(weights, NONE, NONE, dims(2, 3), dims(0, 1));
  }

  private static int[] dims(int... dims) {
    return dims;
  }
}
