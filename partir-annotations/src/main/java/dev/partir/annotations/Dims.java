package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the global shape of a model's parameter, of a component of a record of parameters, of
 * the model's result (on the method) or of an {@link Intermediate}: before any sharding, with names
 * for the dimensions.
 *
 * <pre>{@code
 * @Dims("rows=1024, embed=512") Tensor x
 * @Dims(value = "tokens=2_048", element = "i32") Tensor ids
 * @Dims("embed, heads, head") Tensor query                     // sizes from the model's record
 * @Dims("") Tensor learningRate                               // a scalar
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT,
  ElementType.FIELD
})
public @interface Dims {

  /**
   * The dimensions, outermost first, separated by commas: {@code name=size}, a name alone whose
   * size the model's record of sizes says, or a size alone for a dimension that is spoken of by
   * index. A name is an identifier and stands once. Sizes are whole numbers from 1; digits may be
   * grouped with {@code _}. Empty for a scalar.
   */
  String value();

  /** The element type as in StableHLO: {@code f32}, {@code bf16}, {@code i32}, {@code i1}, ... */
  String element() default "f32";
}
