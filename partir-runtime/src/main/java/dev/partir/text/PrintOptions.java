package dev.partir.text;

/**
 * How programs are printed.
 *
 * @param generic whether operations are printed in the form that is the same for all
 * @param withLocations whether the names that the source gives to operations and arguments are
 *     printed behind them
 */
public record PrintOptions(boolean generic, boolean withLocations) {
  /** The form that people read, without locations. */
  public static final PrintOptions PRETTY = new PrintOptions(false, false);

  /** The generic form, without locations. */
  public static final PrintOptions GENERIC = new PrintOptions(true, false);

  /** Returns these options with locations printed. */
  public PrintOptions locations() {
    return new PrintOptions(generic, true);
  }
}
