package dev.partir.interp;

import dev.partir.array.HostArray;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.Function;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import dev.partir.op.Leaves;
import dev.partir.schedule.ByteText;
import dev.partir.schedule.DeclaredShardings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Arguments made from a seed: the same for the same seed and types. */
public final class SeededArrays {
  private SeededArrays() {}

  /**
   * Returns an array per argument of a function; none for a token, those of its elements for a
   * tuple.
   *
   * @throws PartirException when a size is not known, and with {@link ErrorCode#LIMIT} when they
   *     take more memory than there is
   */
  public static List<HostArray> forArguments(Function function, long seed) {
    checkSize(function);
    SplittableRandom random = new SplittableRandom(seed);
    List<HostArray> arrays = new ArrayList<>();
    for (TensorType type : Leaves.ofValues(function.arguments())) {
      arrays.add(random(type, random.split()));
    }
    return arrays;
  }

  private static void checkSize(Function function) {
    long bytes = 0;
    for (TensorType type : Leaves.ofValues(function.arguments())) {
      bytes += Math.min(DeclaredShardings.bytes(type), Long.MAX_VALUE - bytes);
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.LIMIT,
              "function @" + function.name(),
              "its arguments take "
                  + ByteText.of(bytes)
                  + ", more than the Java heap of "
                  + ByteText.of(heap),
              "Run it with smaller sizes; to plan it takes no memory for its values"));
    }
  }

  /** Returns arrays without what is below zero: every number's magnitude. */
  public static List<HostArray> magnitudes(List<HostArray> arrays) {
    List<HostArray> magnitudes = new ArrayList<>();
    for (HostArray array : arrays) {
      HostArray magnitude = HostArray.zeros(array.type());
      for (int i = 0; i < array.length(); i++) {
        if (array.type().element().isInteger()) {
          magnitude.setLong(i, array.getLong(i));
        } else {
          magnitude.set(i, Math.abs(array.get(i)));
        }
      }
      magnitudes.add(magnitude);
    }
    return magnitudes;
  }

  /**
   * Returns an array of random elements. Floating-point numbers are uniform around zero, scaled by
   * the square root of the next to last size so that products of matrices stay of the order of one;
   * integers are from 0 to 15, or to 1 for booleans.
   */
  public static HostArray random(TensorType type, SplittableRandom random) {
    HostArray array = HostArray.zeros(type);
    ElementType element = type.element();
    int rank = type.rank();
    double scale = rank < 2 ? 1 : Math.sqrt(3.0 / Math.max(1, type.dim(rank - 2)));
    int bound = element.bits() > 4 ? 16 : Math.max(2, 1 << (element.bits() - 1));
    for (int i = 0; i < array.length(); i++) {
      if (element.isInteger()) {
        array.setLong(i, random.nextInt(bound));
      } else {
        double value = (random.nextDouble() * 2 - 1) * scale;
        array.set(i, element == ElementType.F8E8M0FNU ? Math.abs(value) : value);
      }
    }
    return array;
  }
}
