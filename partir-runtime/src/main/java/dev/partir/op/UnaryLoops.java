package dev.partir.op;

import dev.partir.array.Chunks;
import dev.partir.array.ComplexFunctions;
import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.SpecialFunctions;
import dev.partir.array.Storage;
import dev.partir.ir.ElementType;
import java.util.function.DoubleUnaryOperator;

/** The loops of {@link UnaryOp}: ones of their own for what models are made of. */
final class UnaryLoops {
  private UnaryLoops() {}

  static void floats(UnaryOp op, HostArray in, HostArray out, DoubleUnaryOperator function) {
    ElementType element = out.type().element();
    if (element == ElementType.F64) {
      doubles(op, in.doubles(), out.doubles(), function);
      return;
    }
    float[] from = in.floats();
    float[] to = out.floats();
    if (element != ElementType.F32) {
      DoubleUnaryOperator f = op == UnaryOp.TANH ? SpecialFunctions::tanhForFloats : function;
      for (int i = 0; i < to.length; i++) {
        to[i] = NumberFormat.round(element, f.applyAsDouble(from[i]));
      }
      return;
    }
    Chunks.each(to.length, (first, end) -> singles(op, from, to, first, end, function));
  }

  private static void singles(
      UnaryOp op, float[] from, float[] to, int first, int end, DoubleUnaryOperator function) {
    switch (op) {
      case ABS -> {
        for (int i = first; i < end; i++) {
          to[i] = Math.abs(from[i]);
        }
      }
      case EXPONENTIAL -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) Math.exp(from[i]);
        }
      }
      case LOG -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) Math.log(from[i]);
        }
      }
      case LOGISTIC -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) (1 / (1 + Math.exp(-from[i])));
        }
      }
      case NEGATE -> {
        for (int i = first; i < end; i++) {
          to[i] = -from[i];
        }
      }
      case RSQRT -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) (1 / Math.sqrt(from[i]));
        }
      }
      case SQRT -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) Math.sqrt(from[i]);
        }
      }
      case SQUARE -> {
        for (int i = first; i < end; i++) {
          to[i] = from[i] * from[i];
        }
      }
      case TANH -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) SpecialFunctions.tanhForFloats(from[i]);
        }
      }
      default -> {
        for (int i = first; i < end; i++) {
          to[i] = (float) function.applyAsDouble(from[i]);
        }
      }
    }
  }

  private static void doubles(
      UnaryOp op, double[] from, double[] to, DoubleUnaryOperator function) {
    switch (op) {
      case ABS -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = Math.abs(from[i]);
        }
      }
      case EXPONENTIAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = Math.exp(from[i]);
        }
      }
      case NEGATE -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = -from[i];
        }
      }
      case SQRT -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = Math.sqrt(from[i]);
        }
      }
      case TANH -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = Math.tanh(from[i]);
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = function.applyAsDouble(from[i]);
        }
      }
    }
  }

  static void integers(UnaryOp op, HostArray in, HostArray out, UnaryOp.OnIntegers function) {
    ElementType element = out.type().element();
    if (Storage.of(element) == Storage.LONG) {
      long[] from = in.longs();
      long[] to = out.longs();
      for (int i = 0; i < to.length; i++) {
        to[i] = function.apply(from[i], element);
      }
      return;
    }
    int[] from = in.ints();
    int[] to = out.ints();
    switch (op) {
      case NEGATE -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = -from[i];
        }
      }
      case NOT -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = ~from[i];
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = (int) function.apply(from[i], element);
        }
      }
    }
    NumberFormat.wrap(element, to);
  }

  static void complex(HostArray in, HostArray out, ComplexFunctions.Unary function) {
    double[] pair = new double[2];
    if (out.type().element() == ElementType.COMPLEX_F32) {
      float[] from = in.floats();
      float[] to = out.floats();
      for (int i = 0; i < to.length; i += 2) {
        function.apply(from[i], from[i + 1], pair);
        to[i] = (float) pair[0];
        to[i + 1] = (float) pair[1];
      }
    } else {
      double[] from = in.doubles();
      double[] to = out.doubles();
      for (int i = 0; i < to.length; i += 2) {
        function.apply(from[i], from[i + 1], pair);
        to[i] = pair[0];
        to[i + 1] = pair[1];
      }
    }
  }

  /** The absolute values of complex numbers. */
  static void magnitudes(HostArray in, HostArray out) {
    if (out.type().element() == ElementType.F32) {
      float[] from = in.floats();
      float[] to = out.floats();
      for (int i = 0; i < to.length; i++) {
        to[i] = (float) Math.hypot(from[2 * i], from[2 * i + 1]);
      }
    } else {
      double[] from = in.doubles();
      double[] to = out.doubles();
      for (int i = 0; i < to.length; i++) {
        to[i] = Math.hypot(from[2 * i], from[2 * i + 1]);
      }
    }
  }
}
