package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how often a component of a record of parameters repeats, whose type is then a list of
 * tensors or of records.
 *
 * <pre>{@code
 * record Decoder(@Dims("vocab, embed") Tensor embedding, @Repeat("layers") List<Block> blocks) {}
 * }</pre>
 *
 * <p>The parameters of the fourth block are then named {@code blocks/3/...}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Repeat {

  /** The name of the component of the model's record of sizes that says how often. */
  String value();
}
