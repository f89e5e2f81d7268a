package dev.partir.array;

/** The loops of {@link Combiner} over f64, each a plain loop that the JVM can vectorize. */
final class DoubleLoops {
  private DoubleLoops() {}

  static double combine(Combiner how, double a, double b) {
    return switch (how) {
      case ADD -> a + b;
      case MULTIPLY -> a * b;
      case MINIMUM -> Math.min(a, b);
      case MAXIMUM -> Math.max(a, b);
      case AND, OR, XOR -> throw how.noFloats();
    };
  }

  /** Returns {@code start} combined with {@code count} elements, one after the other. */
  static double fold(Combiner how, double start, double[] from, int at, int step, int count) {
    double sum = start;
    int f = at;
    switch (how) {
      case ADD -> {
        for (int i = 0; i < count; i++, f += step) {
          sum += from[f];
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < count; i++, f += step) {
          sum = Math.max(sum, from[f]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          sum = combine(how, sum, from[at + i * step]);
        }
      }
    }
    return sum;
  }

  static void into(
      Combiner how, double[] to, int t, int toStep, double[] from, int f, int fromStep, int count) {
    if (toStep == 1 && fromStep == 1) {
      switch (how) {
        case ADD -> {
          for (int i = 0; i < count; i++) {
            to[t + i] += from[f + i];
          }
        }
        case MULTIPLY -> {
          for (int i = 0; i < count; i++) {
            to[t + i] *= from[f + i];
          }
        }
        case MINIMUM -> {
          for (int i = 0; i < count; i++) {
            to[t + i] = Math.min(to[t + i], from[f + i]);
          }
        }
        case MAXIMUM -> {
          for (int i = 0; i < count; i++) {
            to[t + i] = Math.max(to[t + i], from[f + i]);
          }
        }
        case AND, OR, XOR -> throw how.noFloats();
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      int at = t + i * toStep;
      to[at] = combine(how, to[at], from[f + i * fromStep]);
    }
  }
}
