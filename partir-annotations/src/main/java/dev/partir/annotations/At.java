package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says of some leaves of a record of parameters what their own annotations would say otherwise. In
 * a tactic of which it speaks, it takes the place of all that the leaf's components, and the
 * records around it, say in that tactic.
 *
 * <pre>{@code
 * static Tensor forward(
 *     @At(value = "blocks/0/mlp/*", replicate = @Replicate(tactic = "MP", axis = "model"))
 *         Decoder params, ...)
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.FIELD})
@Repeatable(At.Repeated.class)
public @interface At {

  /**
   * The path below what is annotated, or a pattern: {@code *} stands for any characters, {@code ?}
   * for one, {@code #} for a number.
   */
  String value();

  /** How tactics shard them. */
  Shard[] shard() default {};

  /** Along which axes tactics keep them whole. */
  Replicate[] replicate() default {};

  /** Holds several; written by the compiler. */
  @Documented
  @Retention(RetentionPolicy.CLASS)
  @Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.FIELD})
  @interface Repeated {

    /** The annotations, in the order of the source. */
    At[] value();
  }
}
