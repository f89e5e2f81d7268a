package dev.partir.errorprone;

import java.util.function.Function;

/** The shape of a result, or why there is none. */
sealed interface Inference permits Shape, Mismatch {

  /** Goes on with the shape; a mismatch stays one. */
  default Inference then(Function<Shape, Inference> next) {
    return this instanceof Shape shape ? next.apply(shape) : this;
  }
}
