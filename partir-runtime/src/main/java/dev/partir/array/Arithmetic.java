package dev.partir.array;

/** With what rounding a program is run. */
public enum Arithmetic {
  /**
   * Every product and every sum rounds in the element type, in the order that the StableHLO
   * specification gives; transcendental functions are computed in double precision and rounded
   * once.
   */
  EXACT,

  /**
   * Contractions and convolutions fuse a product with the sum that it goes into, and keep sums of
   * types narrower than f32 in f32. All else is as exact.
   */
  FAST;

  /** Returns {@link #FAST} where speed is asked for. */
  public static Arithmetic of(boolean fast) {
    return fast ? FAST : EXACT;
  }
}
