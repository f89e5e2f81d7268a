package dev.partir.schedule;

/** Which dimension of a value an action tiles. */
public sealed interface Dim permits Dim.Index, Dim.Named, Dim.FirstDivisible, Dim.Unknown {

  /** Returns the dimension at {@code index}, counted from 0. */
  static Dim index(int index) {
    return new Index(index);
  }

  /** Returns the dimension that the model declares under {@code name}. */
  static Dim named(String name) {
    return new Named(name);
  }

  /** Returns the choice of the first dimension whose size the axis still divides. */
  static Dim firstDivisible() {
    return new FirstDivisible();
  }

  /** Returns the choice to leave the value to propagation. */
  static Dim unknown() {
    return new Unknown();
  }

  /** The dimension at a position, counted from 0. */
  record Index(int index) implements Dim {
    @Override
    public String toString() {
      return Integer.toString(index);
    }
  }

  /** The dimension that the model declares under a name. */
  record Named(String name) implements Dim {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * The first dimension whose size, as left by earlier tilings, the axis divides. Which one that is
   * depends on what earlier tactics propagated.
   */
  record FirstDivisible() implements Dim {
    @Override
    public String toString() {
      return "first_divisible";
    }
  }

  /** No dimension: the action names the value, checks that it exists, and leaves it alone. */
  record Unknown() implements Dim {
    @Override
    public String toString() {
      return "unknown";
    }
  }
}
