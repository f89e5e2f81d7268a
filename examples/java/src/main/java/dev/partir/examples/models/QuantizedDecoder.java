package dev.partir.examples.models;

import dev.partir.annotations.Dims;
import dev.partir.annotations.Size;
import dev.partir.dsl.Loops;
import dev.partir.dsl.Tensor;
import dev.partir.ir.ElementType;
import dev.partir.nn.Attention;
import java.util.List;

/**
 * Nano-2 as devices serve it (Gemini, arXiv 2312.11805, table 1): the decoder of {@link
 * MultimodalDecoder} with weights of 4 bits, answering prompts of text token by token. A weight is
 * a whole number from -8 to 7 times the scale of its column, multiplied and added up between layers
 * in bf16.
 *
 * <p>Layers and their caches are stacks; names are as in {@link ServedTransformer}.
 */
public final class QuantizedDecoder {
  private QuantizedDecoder() {}

  private static final int[] NONE = {};

  /**
   * How large the model is.
   *
   * @param length of the cache: the prompt, and the answer but for its last token
   */
  public record Sizes(
      @Size(8) int batch,
      @Size(4096) int prompt,
      @Size(256) int answer,
      @Size(4351) int length,
      @Size(28) int layers,
      @Size(2560) int embed,
      @Size(20) int heads,
      @Size(128) int head,
      @Size(10240) int hidden,
      @Size(256000) int vocab) {}

  /** The layers, stacked: weights of 4 bits, and the scale of every column. */
  public record Layers(
      @Dims("layers, embed") Tensor attentionScale,
      @Dims(value = "layers, embed, heads, head", element = "i4") Tensor query,
      @Dims("layers, heads, head") Tensor queryScale,
      @Dims(value = "layers, embed, two=2, head", element = "i4") Tensor keyValue,
      @Dims("layers, two=2, head") Tensor keyValueScale,
      @Dims(value = "layers, heads, head, embed", element = "i4") Tensor output,
      @Dims("layers, embed") Tensor outputScale,
      @Dims("layers, embed") Tensor feedForwardScale,
      @Dims(value = "layers, embed, hidden", element = "i4") Tensor gate,
      @Dims("layers, hidden") Tensor gateScale,
      @Dims(value = "layers, embed, hidden", element = "i4") Tensor up,
      @Dims("layers, hidden") Tensor upScale,
      @Dims(value = "layers, hidden, embed", element = "i4") Tensor down,
      @Dims("layers, embed") Tensor downScale) {}

  /** All parameters; the table of tokens has a scale per row. */
  public record Params(
      @Dims(value = "vocab, embed", element = "i4") Tensor embedding,
      @Dims("vocab") Tensor embeddingScale,
      Layers layers,
      @Dims("embed") Tensor lastScale) {}

  /** The keys and values of all layers. */
  public record Caches(
      @Dims(value = "layers, batch, length, head", element = "bf16") Tensor keys,
      @Dims(value = "layers, batch, length, head", element = "bf16") Tensor values) {}

  private record Layer(Layers weights, Attention.Cache cache) {}

  private record Decoding(Tensor token, Tensor answer, Caches caches) {}

  /**
   * Returns the answers, the likeliest token at every place: (batch, answer), of i32.
   *
   * @param prompts (batch, prompt) of i32
   */
  public static Tensor serve(Params params, Caches caches, Tensor prompts, Sizes sizes) {
    Tensor zero = prompts.scalar(0);
    Loops.Carry<Tensor, Attention.Cache> read =
        layers(params, tokens(params, prompts), zero, caches, "prompt");
    Tensor end = read.carried().slice(1, sizes.prompt() - 1, sizes.prompt());
    Tensor first = likeliest(params, end);
    Tensor answer =
        zero.broadcastTo(sizes.batch(), sizes.answer()).dynamicUpdateSlice(first, 1, zero);
    Decoding start = new Decoding(first, answer, caches(read.output()));
    return Loops.repeat(
            sizes.answer() - 1,
            start,
            (trip, carried) -> {
              Tensor x = tokens(params, carried.token());
              Loops.Carry<Tensor, Attention.Cache> next =
                  layers(params, x, trip.plus(sizes.prompt()), carried.caches(), "decode");
              Tensor token = likeliest(params, next.carried());
              Tensor longer = carried.answer().dynamicUpdateSlice(token, 1, trip.plus(1));
              return new Decoding(token, longer, caches(next.output()));
            })
        .answer();
  }

  private static Caches caches(Attention.Cache cache) {
    return new Caches(cache.keys(), cache.values());
  }

  private static Loops.Carry<Tensor, Attention.Cache> layers(
      Params params, Tensor tokens, Tensor place, Caches caches, String phase) {
    Layer stack = new Layer(params.layers(), new Attention.Cache(caches.keys(), caches.values()));
    return Loops.collect(
        tokens, stack, (x, layer) -> layer(layer.weights(), layer.cache(), x, place, phase));
  }

  private static Loops.Carry<Tensor, Attention.Cache> layer(
      Layers layer, Attention.Cache past, Tensor tokens, Tensor place, String phase) {
    boolean decodes = phase.equals("decode");
    Tensor input = norm(tokens, layer.attentionScale()).named(phase + "/input/whole");
    List<Tensor> both =
        Attention.heads(input, wide(layer.keyValue(), layer.keyValueScale())).unstack(2);
    Attention.Cache cache = past.with(place, Attention.rotary(both.get(0), place), both.get(1));
    Tensor query = Attention.heads(input, wide(layer.query(), layer.queryScale()));
    query = Attention.rotary(query, place).named(phase + "/query/heads");
    Tensor keys = cache.keys();
    Tensor values = cache.values();
    if (decodes) {
      query = query.named(phase + "/query/batch");
    } else {
      keys = cache.first(tokens.dim(1)).keys().named(phase + "/keys/whole");
      values = cache.first(tokens.dim(1)).values().named(phase + "/values/whole");
    }
    Tensor allowed = Attention.causal(tokens, place, tokens.dim(1), keys.dim(1));
    Tensor mixed = Attention.attend(query, keys, values, allowed);
    if (decodes) {
      mixed = mixed.named(phase + "/mixed/batch");
    }
    mixed = mixed.named(phase + "/mixed/heads");
    Tensor x = tokens.plus(Attention.merge(mixed, wide(layer.output(), layer.outputScale())));
    Tensor fed = norm(x, layer.feedForwardScale());
    Tensor gate = fed.matmul(wide(layer.gate(), layer.gateScale())).gelu();
    Tensor hidden = gate.times(fed.matmul(wide(layer.up(), layer.upScale())));
    return new Loops.Carry<>(x.plus(hidden.matmul(wide(layer.down(), layer.downScale()))), cache);
  }

  private static Tensor norm(Tensor x, Tensor scale) {
    return x.rmsNorm(scale.cast(x.type().element()));
  }

  /** Returns weights in bf16: whole numbers times the scales of their columns. */
  private static Tensor wide(Tensor weights, Tensor scale) {
    return weights.cast(ElementType.BF16).times(scale.cast(ElementType.BF16));
  }

  /** Returns what stands in the table for tokens: (batch, places, embed). */
  private static Tensor tokens(Params params, Tensor tokens) {
    Tensor scale = params.embeddingScale().gather(tokens).cast(ElementType.BF16);
    Tensor rows = params.embedding().gather(tokens).cast(ElementType.BF16);
    return rows.times(scale.reshape(tokens.dim(0), tokens.dim(1), 1));
  }

  /** Returns the likeliest token behind the last place: (batch, 1). */
  private static Tensor likeliest(Params params, Tensor last) {
    Tensor table = params.embedding().cast(ElementType.BF16);
    Tensor x = norm(last, params.lastScale());
    Tensor logits = x.contract(table, NONE, NONE, new int[] {2}, new int[] {1});
    return logits.cast(ElementType.F32).times(params.embeddingScale()).argmax(-1);
  }
}
