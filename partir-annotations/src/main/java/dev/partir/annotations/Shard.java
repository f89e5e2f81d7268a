package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Shards a parameter, the result (on the method) or an {@link Intermediate} in one tactic: splits a
 * dimension into as many blocks as a mesh axis has devices. Exactly one of {@link #dim}, {@link
 * #dimIndex} and {@link #firstDivisible} says which dimension. Several of them on one value and
 * dimension split it further, in the order of the tactics.
 *
 * <p>On a component of a record of parameters it holds wherever the record occurs. On a parameter
 * or a component that is itself a record, or a list of them, it is about every leaf below that can
 * be sharded so and of which the leaf's own annotations do not say otherwise.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT,
  ElementType.FIELD
})
@Repeatable(Shard.Repeated.class)
public @interface Shard {

  /** The tactic that does it, one of {@link Partitioned#tactics}. */
  String tactic();

  /** The dimension by the name that {@link Dims} gives it. */
  String dim() default "";

  /** The dimension by position, counted from 0. */
  int dimIndex() default -1;

  /** Whether to take the first dimension that the axis divides when the tactic's turn comes. */
  boolean firstDivisible() default false;

  /** The mesh axis by name. */
  String axis();

  /** Holds several; written by the compiler. */
  @Documented
  @Retention(RetentionPolicy.CLASS)
  @Target({
    ElementType.PARAMETER,
    ElementType.METHOD,
    ElementType.RECORD_COMPONENT,
    ElementType.FIELD
  })
  @interface Repeated {

    /** The annotations, in the order of the source. */
    Shard[] value();
  }
}
