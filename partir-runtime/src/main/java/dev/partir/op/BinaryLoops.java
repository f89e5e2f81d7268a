package dev.partir.op;

import dev.partir.array.Chunks;
import dev.partir.array.ComplexFunctions;
import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.Storage;
import dev.partir.ir.ElementType;
import java.util.function.DoubleBinaryOperator;

/** The loops of {@link BinaryOp}: ones of their own for what models are made of. */
final class BinaryLoops {
  private BinaryLoops() {}

  static void floats(
      BinaryOp op, HostArray left, HostArray right, HostArray out, DoubleBinaryOperator function) {
    ElementType element = out.type().element();
    if (element == ElementType.F64) {
      doubles(op, left.doubles(), right.doubles(), out.doubles(), function);
      return;
    }
    float[] a = left.floats();
    float[] b = right.floats();
    float[] to = out.floats();
    Chunks.each(to.length, (first, end) -> floats(op, a, b, to, first, end, element, function));
  }

  private static void floats(
      BinaryOp op,
      float[] a,
      float[] b,
      float[] to,
      int first,
      int end,
      ElementType element,
      DoubleBinaryOperator function) {
    // A narrower number is rounded once more, which changes nothing: a float has more than twice
    // its bits.
    switch (op) {
      case ADD -> {
        for (int i = first; i < end; i++) {
          to[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = first; i < end; i++) {
          to[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = first; i < end; i++) {
          to[i] = a[i] * b[i];
        }
      }
      case DIVIDE -> {
        for (int i = first; i < end; i++) {
          to[i] = a[i] / b[i];
        }
      }
      case MAXIMUM -> {
        for (int i = first; i < end; i++) {
          to[i] = Math.max(a[i], b[i]);
        }
      }
      case MINIMUM -> {
        for (int i = first; i < end; i++) {
          to[i] = Math.min(a[i], b[i]);
        }
      }
      default -> {
        for (int i = first; i < end; i++) {
          to[i] = NumberFormat.round(element, function.applyAsDouble(a[i], b[i]));
        }
        return;
      }
    }
    NumberFormat.round(element, to, first, end);
  }

  private static void doubles(
      BinaryOp op, double[] a, double[] b, double[] to, DoubleBinaryOperator function) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] * b[i];
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] / b[i];
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = Math.max(a[i], b[i]);
        }
      }
      case MINIMUM -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = Math.min(a[i], b[i]);
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = function.applyAsDouble(a[i], b[i]);
        }
      }
    }
  }

  static void integers(
      BinaryOp op, HostArray left, HostArray right, HostArray out, BinaryOp.OnIntegers function) {
    ElementType element = out.type().element();
    if (Storage.of(element) == Storage.LONG) {
      longs(op, left.longs(), right.longs(), out.longs(), function, element);
      return;
    }
    int[] a = left.ints();
    int[] b = right.ints();
    int[] to = out.ints();
    boolean unsigned = element == ElementType.UI32;
    switch (op) {
      case ADD -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] * b[i];
        }
      }
      case AND -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] & b[i];
        }
      }
      case OR -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] | b[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] ^ b[i];
        }
      }
      default -> {
        if (unsigned) {
          for (int i = 0; i < to.length; i++) {
            to[i] = (int) function.apply(a[i] & 0xFFFFFFFFL, b[i] & 0xFFFFFFFFL, element);
          }
        } else if (op == BinaryOp.MAXIMUM) {
          for (int i = 0; i < to.length; i++) {
            to[i] = Math.max(a[i], b[i]);
          }
        } else if (op == BinaryOp.MINIMUM) {
          for (int i = 0; i < to.length; i++) {
            to[i] = Math.min(a[i], b[i]);
          }
        } else {
          for (int i = 0; i < to.length; i++) {
            to[i] = (int) function.apply(a[i], b[i], element);
          }
        }
      }
    }
    NumberFormat.wrap(element, to);
  }

  /** Booleans: a sum is a disjunction, a product a conjunction. */
  static void booleans(BinaryOp op, int[] a, int[] b, int[] to) {
    switch (op) {
      case ADD, MAXIMUM, OR -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] | b[i];
        }
      }
      case MULTIPLY, MINIMUM, AND -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] & b[i];
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] ^ b[i];
        }
      }
    }
  }

  private static void longs(
      BinaryOp op,
      long[] a,
      long[] b,
      long[] to,
      BinaryOp.OnIntegers function,
      ElementType element) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] * b[i];
        }
      }
      case AND -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] & b[i];
        }
      }
      case OR -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] | b[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] ^ b[i];
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = function.apply(a[i], b[i], element);
        }
      }
    }
  }

  static void complex(
      BinaryOp op,
      HostArray left,
      HostArray right,
      HostArray out,
      ComplexFunctions.Binary function) {
    double[] pair = new double[2];
    if (out.type().element() == ElementType.COMPLEX_F32) {
      float[] a = left.floats();
      float[] b = right.floats();
      float[] to = out.floats();
      if (op == BinaryOp.ADD || op == BinaryOp.SUBTRACT) {
        for (int i = 0; i < to.length; i++) {
          to[i] = op == BinaryOp.ADD ? a[i] + b[i] : a[i] - b[i];
        }
        return;
      }
      for (int i = 0; i < to.length; i += 2) {
        // Products of floats are exact in double, so that one rounding is left; what is no number
        // is left to the function.
        if (op == BinaryOp.MULTIPLY) {
          to[i] = (float) ((double) a[i] * b[i] - (double) a[i + 1] * b[i + 1]);
          to[i + 1] = (float) ((double) a[i] * b[i + 1] + (double) a[i + 1] * b[i]);
          if (!Float.isNaN(to[i]) && !Float.isNaN(to[i + 1])) {
            continue;
          }
        } else if (op == BinaryOp.DIVIDE) {
          double norm = (double) b[i] * b[i] + (double) b[i + 1] * b[i + 1];
          to[i] = (float) (((double) a[i] * b[i] + (double) a[i + 1] * b[i + 1]) / norm);
          to[i + 1] = (float) (((double) a[i + 1] * b[i] - (double) a[i] * b[i + 1]) / norm);
          if (!Float.isNaN(to[i]) && !Float.isNaN(to[i + 1])) {
            continue;
          }
        }
        function.apply(a[i], a[i + 1], b[i], b[i + 1], pair);
        to[i] = (float) pair[0];
        to[i + 1] = (float) pair[1];
      }
    } else {
      double[] a = left.doubles();
      double[] b = right.doubles();
      double[] to = out.doubles();
      for (int i = 0; i < to.length; i += 2) {
        function.apply(a[i], a[i + 1], b[i], b[i + 1], pair);
        to[i] = pair[0];
        to[i + 1] = pair[1];
      }
    }
  }
}
