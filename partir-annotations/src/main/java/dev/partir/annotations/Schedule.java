package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A named schedule of a model that has several: {@code train} on one mesh, {@code serve} on
 * another. Its plan is {@code DecoderPlan.Train.plan()}; tools call it {@code Decoder:train}.
 *
 * <pre>{@code
 * @Partitioned(sizes = Sizes.class)
 * @Schedule(name = "train", mesh = @Mesh(...), tactics = {"BP", "MP", "Z3"}, profile = "tpu-v3")
 * @Schedule(name = "serve", mesh = @Mesh(...), tactics = "MP", sizes = "batch=1, seq=32_768")
 * final class Decoder { ... }
 * }</pre>
 *
 * <p>A {@link Shard}, {@link Replicate} or {@link Tactic} counts in every schedule that lists its
 * tactic.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Repeatable(Schedule.Repeated.class)
public @interface Schedule {

  /** The name, a Java identifier. */
  String name();

  /** The devices. */
  Mesh mesh();

  /** The tactics, as in {@link Partitioned#tactics}. */
  String[] tactics();

  /** The hardware profile, as in {@link Partitioned#profile}. */
  String profile() default "";

  /**
   * The sizes that this schedule has otherwise than the record of sizes says, such as {@code
   * "batch=1, seq=32_768"}.
   */
  String sizes() default "";

  /** What a step may take; the model's own {@link dev.partir.annotations.Budget} where empty. */
  Budget budget() default @Budget;

  /** Holds several; written by the compiler. */
  @Documented
  @Retention(RetentionPolicy.CLASS)
  @Target(ElementType.TYPE)
  @interface Repeated {

    /** The annotations, in the order of the source. */
    Schedule[] value();
  }
}
