package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a type a model with a plan: for {@code Mlp} the processor checks what the annotations say
 * and generates a class {@code MlpPlan} beside it, and a report {@code META-INF/partir/Mlp.json}
 * (named by the qualified name of the type).
 *
 * <pre>{@code
 * @Partitioned(
 *     mesh = @Mesh({@Axis(name = "batch", size = 4), @Axis(name = "model", size = 2)}),
 *     tactics = {"BP", "MP", "Z3"},
 *     profile = "tpu-v3")
 * final class Mlp {
 *   static Tensor forward(
 *       @Dims("rows=1024, embed=512")
 *           @Shard(tactic = "BP", dim = "rows", axis = "batch")
 *           Tensor x,
 *       @Dims("embed=512, hidden=2048")
 *           @Shard(tactic = "MP", dim = "hidden", axis = "model")
 *           @Shard(tactic = "Z3", dim = "embed", axis = "batch")
 *           Tensor up,
 *       @Dims("hidden=2048, embed=512")
 *           @Shard(tactic = "Z3", dim = "embed", axis = "batch")
 *           Tensor down) {
 *     return x.matmul(up).relu().matmul(down);
 *   }
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Partitioned {

  /** The devices; left out where {@link Schedule}s say them. */
  Mesh mesh() default @Mesh({});

  /**
   * The tactics, first applied first. Each is one of
   *
   * <ul>
   *   <li>a name that {@link Shard}, {@link Replicate} or {@link Tactic} refers to;
   *   <li>a usual strategy that none of these speaks of: {@code BP} shards dimensions named {@code
   *       batch} along the axis {@code batch} or {@code data}; {@code MP} those named {@code heads}
   *       and {@code hidden} along {@code model} or {@code tensor}; {@code Z2} what the optimizer
   *       keeps ({@link StateOf}) and {@code Z3} the weights too, each on its first divisible
   *       dimension, along the axis of BP; {@code SP} named values on {@code seq} along the axis of
   *       MP; {@code EP} dimensions named {@code experts} along {@code expert} or {@code model};
   *       {@code EMB} the width of embeddings and {@code MQ} multi-query attention along the axis
   *       of MP; {@code ES} dimensions named {@code edges} along that of BP;
   *   <li>an automatic tactic such as {@code auto(model)} or {@code auto(batch, model; budget=200,
   *       seed=7)}, whose shardings a search finds.
   * </ul>
   */
  String[] tactics() default {};

  /**
   * The record whose components say how large named dimensions are, each with {@link Size}; {@code
   * void} where every shape says its sizes.
   */
  Class<?> sizes() default void.class;

  /**
   * The hardware profile to check memory against and to estimate for, such as {@code tpu-v3};
   * {@code ./partir profiles} lists them. Empty for none: then memory is not checked.
   */
  String profile() default "";

  /**
   * The name of the model method, which takes tensors and records of tensors, perhaps the record of
   * sizes, and returns a tensor or a record of them. Empty for the only method that has PartIR
   * annotations, or else the only one of that form.
   */
  String method() default "";
}
