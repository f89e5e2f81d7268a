package dev.partir.array;

import dev.partir.ir.ElementType;

/**
 * The ways to combine two real elements that have loops of their own: what folds, windows and
 * scatters spend their time in. Every single combination rounds or wraps in the element type, in
 * the order in which the loop goes.
 */
public enum Combiner {
  ADD,
  MULTIPLY,
  MINIMUM,
  MAXIMUM,
  AND,
  OR,
  XOR;

  /** Returns whether there are loops for elements of this type. */
  public static boolean takes(ElementType element) {
    return !element.isComplex();
  }

  /**
   * Returns whether the order in which elements are combined does not change the outcome: integers
   * wrap, and the extremes of floating-point numbers are numbers among them.
   */
  public boolean isExact(ElementType element) {
    return element.isInteger() || this == MINIMUM || this == MAXIMUM;
  }

  /**
   * Combines {@code count} elements into others: for i in order, {@code target[targetAt + i *
   * targetStep]} with {@code source[sourceAt + i * sourceStep]}. A target step of 0 folds the
   * source into one element. Both arrays have one element type; they are not the same array.
   */
  public void into(
      HostArray target,
      int targetAt,
      int targetStep,
      HostArray source,
      int sourceAt,
      int sourceStep,
      int count) {
    ElementType element = target.type().element();
    switch (Storage.of(element)) {
      case FLOAT -> {
        float[] to = target.floats();
        float[] from = source.floats();
        if (element == ElementType.F32) {
          if (targetStep == 0) {
            to[targetAt] = FloatLoops.fold(this, to[targetAt], from, sourceAt, sourceStep, count);
          } else {
            FloatLoops.into(this, to, targetAt, targetStep, from, sourceAt, sourceStep, count);
          }
        } else {
          for (int i = 0; i < count; i++) {
            int t = targetAt + i * targetStep;
            float s = from[sourceAt + i * sourceStep];
            to[t] = NumberFormat.round(element, FloatLoops.combine(this, to[t], s));
          }
        }
      }
      case DOUBLE -> {
        double[] to = target.doubles();
        double[] from = source.doubles();
        if (targetStep == 0) {
          to[targetAt] = DoubleLoops.fold(this, to[targetAt], from, sourceAt, sourceStep, count);
        } else {
          DoubleLoops.into(this, to, targetAt, targetStep, from, sourceAt, sourceStep, count);
        }
      }
      case INT -> {
        int[] to = target.ints();
        int[] from = source.ints();
        Combiner plain = plain(element);
        boolean unsigned = element == ElementType.UI32;
        if (plain == ADD && targetStep == 1 && sourceStep == 1 && element.bits() == 32) {
          for (int i = 0; i < count; i++) {
            to[targetAt + i] += from[sourceAt + i];
          }
        } else {
          for (int i = 0; i < count; i++) {
            int t = targetAt + i * targetStep;
            int combined = combine(plain, to[t], from[sourceAt + i * sourceStep], unsigned);
            to[t] = NumberFormat.wrap(element, combined);
          }
        }
      }
      case LONG -> {
        long[] to = target.longs();
        long[] from = source.longs();
        boolean unsigned = element == ElementType.UI64;
        for (int i = 0; i < count; i++) {
          int t = targetAt + i * targetStep;
          to[t] = combine(this, to[t], from[sourceAt + i * sourceStep], unsigned);
        }
      }
    }
  }

  /**
   * Combines the elements of {@code source} in order into those of {@code target} that {@code
   * places} says; an element whose place is negative is left out.
   */
  public void scatter(HostArray target, int[] places, HostArray source) {
    ElementType element = target.type().element();
    switch (Storage.of(element)) {
      case FLOAT -> {
        float[] to = target.floats();
        float[] from = source.floats();
        for (int i = 0; i < places.length; i++) {
          int t = places[i];
          if (t >= 0) {
            to[t] = NumberFormat.round(element, FloatLoops.combine(this, to[t], from[i]));
          }
        }
      }
      case DOUBLE -> {
        double[] to = target.doubles();
        double[] from = source.doubles();
        for (int i = 0; i < places.length; i++) {
          int t = places[i];
          if (t >= 0) {
            to[t] = DoubleLoops.combine(this, to[t], from[i]);
          }
        }
      }
      case INT -> {
        int[] to = target.ints();
        int[] from = source.ints();
        Combiner plain = plain(element);
        boolean unsigned = element == ElementType.UI32;
        for (int i = 0; i < places.length; i++) {
          int t = places[i];
          if (t >= 0) {
            to[t] = NumberFormat.wrap(element, combine(plain, to[t], from[i], unsigned));
          }
        }
      }
      case LONG -> {
        long[] to = target.longs();
        long[] from = source.longs();
        boolean unsigned = element == ElementType.UI64;
        for (int i = 0; i < places.length; i++) {
          int t = places[i];
          if (t >= 0) {
            to[t] = combine(this, to[t], from[i], unsigned);
          }
        }
      }
    }
  }

  /** Returns what this is on elements of a type: booleans add as or and multiply as and. */
  private Combiner plain(ElementType element) {
    return element != ElementType.I1
        ? this
        : switch (this) {
          case ADD, MAXIMUM -> OR;
          case MULTIPLY, MINIMUM -> AND;
          default -> this;
        };
  }

  private static int combine(Combiner how, int a, int b, boolean unsigned) {
    int flip = unsigned ? Integer.MIN_VALUE : 0;
    return switch (how) {
      case ADD -> a + b;
      case MULTIPLY -> a * b;
      case MINIMUM -> (a ^ flip) <= (b ^ flip) ? a : b;
      case MAXIMUM -> (a ^ flip) >= (b ^ flip) ? a : b;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
    };
  }

  private static long combine(Combiner how, long a, long b, boolean unsigned) {
    long flip = unsigned ? Long.MIN_VALUE : 0;
    return switch (how) {
      case ADD -> a + b;
      case MULTIPLY -> a * b;
      case MINIMUM -> (a ^ flip) <= (b ^ flip) ? a : b;
      case MAXIMUM -> (a ^ flip) >= (b ^ flip) ? a : b;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
    };
  }

  IllegalArgumentException noFloats() {
    return new IllegalArgumentException(this + " does not combine floating-point numbers");
  }
}
