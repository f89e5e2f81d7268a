package dev.partir.array;

/** With what rounding a program is run. */
public enum Arithmetic {
  /**
   * Every operation rounds in its element type; of numbers narrower than f32 a sum is added up in
   * f32 and rounded once. Contractions keep to their algorithm, if they have one. Transcendental
   * functions are computed in double precision and rounded once.
   */
  EXACT,

  /**
   * Contractions and convolutions fuse a product with the sum that it goes into, whatever their
   * algorithm. All else is as exact.
   */
  FAST;

  /** Returns {@link #FAST} where speed is asked for. */
  public static Arithmetic of(boolean fast) {
    return fast ? FAST : EXACT;
  }
}
