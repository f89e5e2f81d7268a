package dev.partir.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An arrangement of devices with named axes; part of {@link Partitioned}. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({})
public @interface Mesh {

  /** The axes; device numbers vary fastest along the last. At least one. */
  Axis[] value();
}
