package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits what a step of a model may take. The compiler checks what it can know of it: that the
 * parameters alone fit the memory. The rest is checked by the build step, which applies the plan.
 *
 * <pre>{@code
 * @Budget(memory = "14 GiB", collectivesPerStep = 290, stepMillis = 120)
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Budget {

  /** The most memory on a device, such as {@code 14 GiB} or {@code 14 GB}; empty for any. */
  String memory() default "";

  /** The most collectives in a step, those in loops counted as often as they run; -1 for any. */
  long collectivesPerStep() default -1;

  /** The longest that a step may take by the estimate, in milliseconds; -1 for any. */
  double stepMillis() default -1;
}
