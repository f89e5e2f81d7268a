package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a named value inside the model method is sharded. The method names it with {@code
 * tensor.named("hidden")}.
 *
 * <pre>{@code
 * @Intermediate(
 *     name = "hidden",
 *     dims = @Dims("rows=1024, hidden=2048"),
 *     shard = @Shard(tactic = "MP", dim = "hidden", axis = "model"))
 * static Tensor forward(...) {
 *   Tensor hidden = x.matmul(up).relu().named("hidden");
 *   return hidden.matmul(down);
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@Repeatable(Intermediate.Repeated.class)
public @interface Intermediate {

  /** The name that the method gives the value; not that of a parameter. */
  String name();

  /** The global shape of the value, checked when the model is traced. */
  Dims dims();

  /** How tactics shard it. */
  Shard[] shard() default {};

  /** Along which axes tactics keep it whole. */
  Replicate[] replicate() default {};

  /** Holds several; written by the compiler. */
  @Documented
  @Retention(RetentionPolicy.CLASS)
  @Target(ElementType.METHOD)
  @interface Repeated {

    /** The annotations, in the order of the source. */
    Intermediate[] value();
  }
}
