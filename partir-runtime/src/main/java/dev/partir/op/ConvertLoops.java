package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.NumberFormat;
import dev.partir.array.Storage;
import dev.partir.ir.ElementType;

/** The loops of {@link ConvertOp}, one per pair of storages. */
final class ConvertLoops {
  private ConvertLoops() {}

  /** Converts real numbers to other real numbers. */
  static void convert(HostArray in, HostArray out) {
    ElementType source = in.type().element();
    ElementType target = out.type().element();
    if (target == ElementType.I1) {
      booleans(in, out.ints());
      return;
    }
    switch (Storage.of(source)) {
      case FLOAT -> fromFloats(in.floats(), out, target);
      case DOUBLE -> fromDoubles(in.doubles(), out, target);
      case INT -> fromInts(in.ints(), source == ElementType.UI32, out, target);
      case LONG -> fromLongs(in.longs(), source == ElementType.UI64, out, target);
    }
  }

  private static void booleans(HostArray in, int[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = in.get(i) == 0 ? 0 : 1;
    }
  }

  private static void fromFloats(float[] from, HostArray out, ElementType target) {
    switch (Storage.of(target)) {
      case FLOAT -> {
        System.arraycopy(from, 0, out.floats(), 0, from.length);
        NumberFormat.round(target, out.floats());
      }
      case DOUBLE -> {
        double[] to = out.doubles();
        for (int i = 0; i < to.length; i++) {
          to[i] = from[i];
        }
      }
      case INT -> {
        int[] to = out.ints();
        if (target == ElementType.I32) {
          for (int i = 0; i < to.length; i++) {
            to[i] = (int) from[i];
          }
        } else {
          for (int i = 0; i < to.length; i++) {
            to[i] = (int) truncate(from[i], target);
          }
        }
      }
      case LONG -> {
        long[] to = out.longs();
        for (int i = 0; i < to.length; i++) {
          to[i] = truncate(from[i], target);
        }
      }
    }
  }

  private static void fromDoubles(double[] from, HostArray out, ElementType target) {
    switch (Storage.of(target)) {
      case FLOAT -> {
        float[] to = out.floats();
        for (int i = 0; i < to.length; i++) {
          to[i] = NumberFormat.round(target, from[i]);
        }
      }
      case DOUBLE -> System.arraycopy(from, 0, out.doubles(), 0, from.length);
      case INT -> {
        int[] to = out.ints();
        for (int i = 0; i < to.length; i++) {
          to[i] = (int) truncate(from[i], target);
        }
      }
      case LONG -> {
        long[] to = out.longs();
        for (int i = 0; i < to.length; i++) {
          to[i] = truncate(from[i], target);
        }
      }
    }
  }

  private static void fromInts(int[] from, boolean unsigned, HostArray out, ElementType target) {
    long mask = unsigned ? 0xFFFFFFFFL : -1L;
    switch (Storage.of(target)) {
      case FLOAT -> {
        float[] to = out.floats();
        for (int i = 0; i < to.length; i++) {
          to[i] = NumberFormat.round(target, (double) (from[i] & mask));
        }
      }
      case DOUBLE -> {
        double[] to = out.doubles();
        for (int i = 0; i < to.length; i++) {
          to[i] = from[i] & mask;
        }
      }
      case INT -> {
        System.arraycopy(from, 0, out.ints(), 0, from.length);
        NumberFormat.wrap(target, out.ints());
      }
      case LONG -> {
        long[] to = out.longs();
        for (int i = 0; i < to.length; i++) {
          to[i] = from[i] & mask;
        }
      }
    }
  }

  private static void fromLongs(long[] from, boolean unsigned, HostArray out, ElementType target) {
    switch (Storage.of(target)) {
      case FLOAT -> {
        float[] to = out.floats();
        for (int i = 0; i < to.length; i++) {
          to[i] = NumberFormat.round(target, toOdd(from[i], unsigned));
        }
      }
      case DOUBLE -> {
        double[] to = out.doubles();
        for (int i = 0; i < to.length; i++) {
          long value = from[i];
          // Half of a number above all signed ones, its lowest bit kept for rounding.
          to[i] = unsigned && value < 0 ? (value >>> 1 | (value & 1)) * 2.0 : value;
        }
      }
      case INT -> {
        int[] to = out.ints();
        for (int i = 0; i < to.length; i++) {
          to[i] = (int) from[i];
        }
        NumberFormat.wrap(target, to);
      }
      case LONG -> System.arraycopy(from, 0, out.longs(), 0, from.length);
    }
  }

  /**
   * Returns an integer as a double, rounded to odd: the bits that a double cannot hold are folded
   * into its last bit, so that rounding again is the same as rounding once.
   */
  private static double toOdd(long value, boolean unsigned) {
    boolean negative = value < 0 && !unsigned;
    long magnitude = negative ? -value : value;
    int drop = 64 - Long.numberOfLeadingZeros(magnitude) - 53;
    if (drop > 0) {
      long kept = magnitude >>> drop;
      boolean exact = kept << drop == magnitude;
      double folded = Math.scalb((double) (exact ? kept : kept | 1), drop);
      return negative ? -folded : folded;
    }
    return negative ? -magnitude : magnitude;
  }

  /** Returns a number without its fraction, the nearest that the type has; 0 for NaN. */
  private static long truncate(double value, ElementType target) {
    if (target.kind() == ElementType.Kind.UNSIGNED) {
      if (!(value > 0)) {
        return 0;
      }
      if (target == ElementType.UI64) {
        if (value >= 0x1p64) {
          return -1;
        }
        return value >= 0x1p63 ? (long) (value - 0x1p63) + Long.MIN_VALUE : (long) value;
      }
      return Math.min((long) value, (1L << target.bits()) - 1);
    }
    long limit = -1L >>> (65 - target.bits());
    return Math.max(-limit - 1, Math.min((long) value, limit));
  }
}
