package dev.partir.examples.models;

import dev.partir.annotations.Dims;
import dev.partir.annotations.Repeat;
import dev.partir.annotations.Size;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;
import dev.partir.nn.Attention;
import java.util.ArrayList;
import java.util.List;

/**
 * IT32: a decoder transformer of 32 layers that answers prompts. It reads the prompts at once,
 * which gives the first token of every answer, and then goes on token by token, with the keys and
 * values of all places in a cache. With as many groups as heads its attention is multi-head; with
 * one group, multi-query (Shazeer, arXiv 1911.02150).
 *
 * <p>Attention names what it reads and what it makes, so that a schedule may lay it out otherwise
 * than what is around it. When it decodes, it does so twice in a row: once as heads, once as
 * sequences of a batch (Pope et al., arXiv 2211.05102, section 3.3).
 */
public final class ServedTransformer {
  private ServedTransformer() {}

  /**
   * How large the model is.
   *
   * @param length of the cache: the prompt, and the answer but for its last token
   */
  public record Sizes(
      @Size(32) int batch,
      @Size(512) int prompt,
      @Size(1536) int answer,
      @Size(2047) int length,
      @Size(32) int layers,
      @Size(3584) int embed,
      @Size(32) int heads,
      @Size(32) int groups,
      @Size(112) int head,
      @Size(14336) int hidden,
      @Size(32768) int vocab) {}

  /** A layer. */
  public record Block(
      @Dims("embed") Tensor attentionScale,
      @Dims("embed, heads, head") Tensor query,
      @Dims("embed, two=2, groups, head") Tensor keyValue,
      @Dims("heads, head, embed") Tensor output,
      @Dims("embed") Tensor feedForwardScale,
      @Dims("embed, hidden") Tensor up,
      @Dims("hidden, embed") Tensor down) {}

  /** All parameters. */
  public record Params(
      @Dims("vocab, embed") Tensor embedding, @Repeat("layers") List<Block> blocks) {}

  /** The keys and values of a layer. */
  public record Cache(
      @Dims("batch, length, groups, head") Tensor keys,
      @Dims("batch, length, groups, head") Tensor values) {}

  /** The caches of all layers, empty at first. */
  public record Caches(@Repeat("layers") List<Cache> layers) {}

  /** What decoding carries from token to token. */
  private record Decoding(Tensor token, Tensor answer, Caches caches) {}

  /** What some layers make of x. */
  private record Passed(Tensor x, Caches caches) {}

  /**
   * Returns the answers, the likeliest token at every place: (batch, answer), of i32.
   *
   * @param prompts (batch, prompt) of i32
   */
  public static Tensor serve(Params params, Caches caches, Tensor prompts, Sizes sizes) {
    Tensor zero = prompts.scalar(0);
    Passed read = layers(params, params.embedding().gather(prompts), zero, caches, "prompt");
    Tensor first = likeliest(params, read.x().slice(1, sizes.prompt() - 1, sizes.prompt()));
    Tensor answer = zero.broadcastTo(sizes.batch(), sizes.answer());
    Decoding start = new Decoding(first, answer.dynamicUpdateSlice(first, 1, zero), read.caches());
    return Loops.repeat(
            sizes.answer() - 1,
            start,
            (trip, carried) -> {
              Tensor place = trip.plus(sizes.prompt());
              Tensor x = params.embedding().gather(carried.token());
              Passed next = layers(params, x, place, carried.caches(), "decode");
              Tensor token = likeliest(params, next.x());
              return new Decoding(
                  token,
                  carried.answer().dynamicUpdateSlice(token, 1, trip.plus(1)),
                  next.caches());
            })
        .answer();
  }

  private static Passed layers(Params params, Tensor x, Tensor place, Caches caches, String phase) {
    List<Cache> after = new ArrayList<>();
    for (int i = 0; i < params.blocks().size(); i++) {
      Block block = params.blocks().get(i);
      Tensor input = x.rmsNorm(block.attentionScale()).named(phase + "/input/whole");
      Attention.Cache cache = remember(block, input, place, caches.layers().get(i));
      after.add(new Cache(cache.keys(), cache.values()));
      Tensor mixed = attention(block, input, place, cache, phase);
      x = x.plus(Attention.merge(mixed, block.output()));
      Tensor fed = x.rmsNorm(block.feedForwardScale());
      x = x.plus(fed.matmul(block.up()).gelu().matmul(block.down()));
    }
    return new Passed(x, new Caches(after));
  }

  /** Returns the cache with the keys and values of the places of x. */
  private static Attention.Cache remember(Block block, Tensor x, Tensor place, Cache cache) {
    List<Tensor> both = Attention.heads(x, block.keyValue()).unstack(2);
    Tensor keys = Attention.rotary(both.get(0), place);
    Tensor values = both.get(1);
    return new Attention.Cache(cache.keys(), cache.values()).with(place, keys, values);
  }

  private static Tensor attention(
      Block block, Tensor x, Tensor place, Attention.Cache cache, String phase) {
    boolean decodes = phase.equals("decode");
    Tensor query = Attention.rotary(Attention.heads(x, block.query()), place);
    query = query.named(phase + "/query/heads");
    if (decodes) {
      query = query.named(phase + "/query/batch");
    }
    Tensor keys = cache.keys();
    Tensor values = cache.values();
    if (!decodes) {
      // A prompt looks at itself only: nothing is behind it yet.
      keys = cache.first(x.dim(1)).keys().named(phase + "/keys/whole");
      values = cache.first(x.dim(1)).values().named(phase + "/values/whole");
    }
    Tensor allowed = Attention.causal(x, place, x.dim(1), keys.dim(1));
    Tensor mixed = Attention.attend(query, keys, values, allowed);
    if (decodes) {
      mixed = mixed.named(phase + "/mixed/batch");
    }
    return mixed.named(phase + "/mixed/heads");
  }

  /** Returns the likeliest token behind the last place: (batch, 1). */
  private static Tensor likeliest(Params params, Tensor x) {
    int[] none = {};
    Tensor logits = x.contract(params.embedding(), none, none, new int[] {2}, new int[] {1});
    return logits.cast(ElementType.F32).argmax(-1);
  }
}
