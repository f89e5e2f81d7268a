package dev.partir.errorprone;

/**
 * Shapes that certainly do not fit.
 *
 * @param problem what is wrong, with the shapes; a sentence without its full stop
 * @param remedy what would be right; a sentence without its full stop
 */
record Mismatch(Kind kind, String problem, String remedy) implements Inference {

  /** What does not fit; each has a check of its own. */
  enum Kind {
    CONTRACTION,
    BROADCAST,
    ELEMENT,
    SHAPE
  }
}
