package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keeps a parameter, the result (on the method) or an {@link Intermediate} whole along a mesh axis,
 * from one tactic on. Propagation does not pass through it along that axis.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT,
  ElementType.FIELD
})
@Repeatable(Replicate.Repeated.class)
public @interface Replicate {

  /** The tactic that does it, one of {@link Partitioned#tactics}. */
  String tactic();

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
    Replicate[] value();
  }
}
