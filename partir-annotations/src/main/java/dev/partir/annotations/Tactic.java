package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A tactic that shards dimensions by their names, wherever a parameter of the model has them:
 *
 * <pre>{@code
 * @Tactic(name = "MP", dims = {"heads", "hidden"}, axis = "model")
 * }</pre>
 *
 * <p>Parameters whose size the axis does not divide, and those that the axis already shards or that
 * are replicated along it, are left alone. {@link Shard} and {@link Replicate} add to the tactic,
 * and come first. The usual strategies need no declaration; see {@link Partitioned#tactics}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Repeatable(Tactic.Repeated.class)
public @interface Tactic {

  /** The name, as schedules list it. */
  String name();

  /** The names of the dimensions, the first that a parameter has counts. */
  String[] dims();

  /** The mesh axis by name. */
  String axis();

  /** Holds several; written by the compiler. */
  @Documented
  @Retention(RetentionPolicy.CLASS)
  @Target(ElementType.TYPE)
  @interface Repeated {

    /** The annotations, in the order of the source. */
    Tactic[] value();
  }
}
