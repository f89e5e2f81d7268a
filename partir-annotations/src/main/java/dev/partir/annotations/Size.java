package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a component of a model's record of sizes, and the size that the compiler checks with.
 *
 * <pre>{@code
 * record Sizes(@Size(8) int layers, @Size(512) int embed, @Size(2_048) int hidden) {}
 *
 * @Partitioned(sizes = Sizes.class, ...)
 * final class Decoder { ... @Dims("embed, hidden") Tensor up ... }
 * }</pre>
 *
 * <p>The component's name is the dimension's. The plan takes other sizes at run time: {@code
 * DecoderPlan.plan(new Sizes(64, 8_192, 32_768))}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Size {

  /** The size, from 1. */
  long value();
}
