package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a parameter of the model method is what an optimizer keeps for another parameter, of
 * whose type it is: its sharding is that of the weights, unless a tactic says otherwise of it.
 *
 * <pre>{@code
 * static Step train(Decoder params, @StateOf("params") Decoder momentum, ...)
 * }</pre>
 *
 * <p>Where a model has such parameters, memory is checked for its gradients too.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.PARAMETER)
public @interface StateOf {

  /** The name of the parameter that holds the weights. */
  String value();
}
