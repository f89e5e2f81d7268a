package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An axis of a {@link Mesh}. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({})
public @interface Axis {

  /** The name, unique in the mesh: letters, digits, {@code _}, {@code -} and {@code .}. */
  String name();

  /** The number of devices along the axis, at least 1. */
  int size();
}
