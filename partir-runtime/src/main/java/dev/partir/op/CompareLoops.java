package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Storage;
import dev.partir.ir.ElementType;

/** The loops of {@link CompareOp}, which store 1 where a comparison holds. */
final class CompareLoops {
  private CompareLoops() {}

  /** What is left of a direction once operands are swapped and the result is turned over. */
  private enum Relation {
    EQUAL,
    LESS,
    LESS_OR_EQUAL
  }

  static void compare(
      CompareOp.Direction direction, boolean total, HostArray left, HostArray right, int[] to) {
    boolean swap = direction == CompareOp.Direction.GT || direction == CompareOp.Direction.GE;
    HostArray a = swap ? right : left;
    HostArray b = swap ? left : right;
    Relation relation =
        switch (direction) {
          case EQ, NE -> Relation.EQUAL;
          case GT, LT -> Relation.LESS;
          case GE, LE -> Relation.LESS_OR_EQUAL;
        };
    ElementType element = left.type().element();
    if (element.isComplex()) {
      complex(relation, a, b, to);
    } else if (total && element.isFloat()) {
      longs(relation, totalOrder(a), totalOrder(b), to);
    } else if (element == ElementType.UI32 || element == ElementType.UI64) {
      longs(relation, unsigned(a), unsigned(b), to);
    } else {
      switch (Storage.of(element)) {
        case FLOAT -> floats(relation, a.floats(), b.floats(), to);
        case DOUBLE -> doubles(relation, a.doubles(), b.doubles(), to);
        case INT -> ints(relation, a.ints(), b.ints(), to);
        case LONG -> longs(relation, a.longs(), b.longs(), to);
      }
    }
    if (direction == CompareOp.Direction.NE) {
      for (int i = 0; i < to.length; i++) {
        to[i] ^= 1;
      }
    }
  }

  private static void floats(Relation relation, float[] a, float[] b, int[] to) {
    switch (relation) {
      case EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case LESS -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
    }
  }

  private static void doubles(Relation relation, double[] a, double[] b, int[] to) {
    switch (relation) {
      case EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case LESS -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
    }
  }

  private static void ints(Relation relation, int[] a, int[] b, int[] to) {
    switch (relation) {
      case EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case LESS -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
    }
  }

  private static void longs(Relation relation, long[] a, long[] b, int[] to) {
    switch (relation) {
      case EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case LESS -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
    }
  }

  /** Lexicographic, by the real parts first. */
  private static void complex(Relation relation, HostArray a, HostArray b, int[] to) {
    for (int i = 0; i < to.length; i++) {
      double re = a.get(2 * i);
      double im = a.get(2 * i + 1);
      double otherRe = b.get(2 * i);
      double otherIm = b.get(2 * i + 1);
      boolean holds =
          switch (relation) {
            case EQUAL -> re == otherRe && im == otherIm;
            case LESS -> re < otherRe || (re == otherRe && im < otherIm);
            case LESS_OR_EQUAL -> re < otherRe || (re == otherRe && im <= otherIm);
          };
      to[i] = holds ? 1 : 0;
    }
  }

  /**
   * Returns numbers in the order that IEEE 754 calls total: the bits as integers, those below the
   * sign of negative numbers turned over.
   */
  private static long[] totalOrder(HostArray array) {
    long[] keys = new long[array.length()];
    for (int i = 0; i < keys.length; i++) {
      long bits = Double.doubleToRawLongBits(array.get(i));
      keys[i] = bits ^ ((bits >> 63) >>> 1);
    }
    return keys;
  }

  /** Returns numbers in the order of unsigned ones. */
  private static long[] unsigned(HostArray array) {
    long[] keys = new long[array.length()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = array.getLong(i) ^ Long.MIN_VALUE;
    }
    return keys;
  }
}
