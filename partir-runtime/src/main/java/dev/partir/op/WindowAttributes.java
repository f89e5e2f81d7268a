package dev.partir.op;

import dev.partir.array.HostArray;
import dev.partir.array.Window;
import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import dev.partir.ir.TensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a window that moves over an array, as the attributes of an operation give them.
 * What they leave out is 1, and 0 for padding.
 */
final class WindowAttributes {
  static final String SIZES = "window_dimensions";
  static final String STRIDES = "window_strides";
  static final String BASE_DILATIONS = "base_dilations";
  static final String DILATIONS = "window_dilations";
  static final String PADDING = "padding";

  /** Numbers larger than this make sizes that no array has. */
  private static final long LIMIT = Integer.MAX_VALUE;

  private final long[] sizes;
  private final long[] strides;
  private final long[] baseDilations;
  private final long[] dilations;
  private final long[] low;
  private final long[] high;

  WindowAttributes(
      long[] sizes, long[] strides, long[] baseDilations, long[] dilations, long[] padding) {
    this.sizes = sizes.clone();
    this.strides = orOnes(strides);
    this.baseDilations = orOnes(baseDilations);
    this.dilations = orOnes(dilations);
    low = new long[sizes.length];
    high = new long[sizes.length];
    for (int d = 0; d < low.length && padding.length > 0; d++) {
      low[d] = padding[2 * d];
      high[d] = padding[2 * d + 1];
    }
  }

  private long[] orOnes(long[] numbers) {
    long[] all = numbers.clone();
    if (all.length == 0) {
      all = new long[sizes.length];
      Arrays.fill(all, 1);
    }
    return all;
  }

  /** Returns the attribute of a low and a high padding per dimension. */
  static Attribute pairs(long... padding) {
    TensorType type = TensorType.of(ElementType.I64, padding.length / 2, 2);
    return HostArray.of(type, padding).toDense();
  }

  /** Returns what verified attributes say. */
  static WindowAttributes of(Attributes attributes) {
    return new WindowAttributes(
        attributes.integers(SIZES),
        attributes.integers(STRIDES),
        attributes.integers(BASE_DILATIONS),
        attributes.integers(DILATIONS),
        attributes.integers(PADDING));
  }

  /**
   * Requires one number above 0 per dimension, or none at all.
   *
   * @param sizeConstraint the name of the constraint on how many there are
   * @param positiveConstraint that on what they are
   */
  static boolean positive(
      OpChecker check,
      Attributes attributes,
      String key,
      int rank,
      String sizeConstraint,
      String positiveConstraint) {
    if (!IntegerAttributes.optional(check.constraint(sizeConstraint), attributes, key)) {
      return false;
    }
    long[] numbers = attributes.integers(key);
    if (!check.require(
        numbers.length == rank || !attributes.has(key),
        () -> key + " has " + numbers.length + " numbers for " + rank + " dimensions",
        "Give one per dimension")) {
      return false;
    }
    check.constraint(positiveConstraint);
    for (long number : numbers) {
      if (!check.require(
          number > 0 && number <= LIMIT,
          () -> key + " has " + number,
          "Its numbers are from 1 to " + LIMIT)) {
        return false;
      }
    }
    return true;
  }

  /** Requires a low and a high padding per dimension, or none at all. */
  static boolean padding(OpChecker check, Attributes attributes, int rank, String constraint) {
    check.constraint(constraint);
    Attribute value = attributes.get(PADDING);
    if (!check.require(
        value == null
            || (value instanceof Attribute.Dense dense
                && dense.type().equals(TensorType.of(ElementType.I64, rank, 2))),
        () ->
            "its padding is "
                + (value instanceof Attribute.Dense dense ? "a " + dense.type() : "no constant"),
        "It must be a " + TensorType.of(ElementType.I64, rank, 2))) {
      return false;
    }
    for (long number : attributes.integers(PADDING)) {
      if (!check.require(
          Math.abs(number) <= LIMIT && number != Long.MIN_VALUE,
          () -> "its padding has " + number,
          "Its numbers are at most " + LIMIT)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns how many places the window has in a dimension (StableHLO specification, {@code
   * num_windows}); dynamic where the size is.
   *
   * @throws ArithmeticException when sizes exceed 64 bits
   */
  long places(int dim, long size) {
    if (size == TensorType.DYNAMIC) {
      return size;
    }
    long dilated = dilated(size, baseDilations[dim]);
    long padded = Math.addExact(low[dim] + high[dim], dilated);
    long window = dilated(sizes[dim], dilations[dim]);
    return padded == 0 || window > padded ? 0 : (padded - window) / strides[dim] + 1;
  }

  private static long dilated(long size, long dilation) {
    return size == 0 ? 0 : Math.addExact(Math.multiplyExact(size - 1, dilation), 1);
  }

  /**
   * Returns the type of one number per place, or null, having told, where it would be too large.
   */
  static @Nullable TensorType places(OpChecker check, WindowAttributes window, TensorType type) {
    long[] dims = new long[type.rank()];
    try {
      for (int d = 0; d < dims.length; d++) {
        dims[d] = window.places(d, type.dim(d));
      }
    } catch (ArithmeticException tooLarge) {
      check.require(false, "its padded sizes exceed 64 bits", "Use smaller numbers");
      return null;
    }
    return type.withDims(dims);
  }

  /** Returns whether the window is one element that moves over every element of a dimension. */
  boolean isTrivial(int dim) {
    return sizes[dim] == 1
        && strides[dim] == 1
        && baseDilations[dim] == 1
        && low[dim] == 0
        && high[dim] == 0;
  }

  /** Returns what blocks of places need of a dimension. */
  dev.partir.op.Window needed(int dim) {
    return dev.partir.op.Window.dilated(
        strides[dim], baseDilations[dim], -low[dim], dilated(sizes[dim], dilations[dim]));
  }

  /**
   * Returns what blocks of elements of the window need of a dimension, for all of its places: the
   * elements lie as far apart as the window is dilated.
   */
  dev.partir.op.Window neededByElements(int dim, long places) {
    return dev.partir.op.Window.dilated(
        dilations[dim], baseDilations[dim], -low[dim], dilated(places, strides[dim]));
  }

  /**
   * Returns the padding that remains for a device. A window that it has of a dimension is filled
   * already, but for the holes at its ends.
   *
   * @param places how many places the device has of each dimension
   * @param lengths what it has of each dimension that it has a window of; 0 for others
   */
  Attribute localPadding(long[] places, long[] lengths) {
    long[] numbers = new long[2 * sizes.length];
    for (int d = 0; d < sizes.length; d++) {
      boolean window = lengths[d] > 0;
      // The first element of a window is the first that is not before its start.
      long before = window ? Math.floorMod(low[d], baseDilations[d]) : low[d];
      numbers[2 * d] = before;
      numbers[2 * d + 1] =
          window
              ? dilated(places[d], strides[d])
                  + dilated(sizes[d], dilations[d])
                  - 1
                  - before
                  - dilated(lengths[d], baseDilations[d])
              : high[d];
    }
    return ConvolutionText.padding(numbers);
  }

  /** Returns whether the window moves one by one over a dimension that is not dilated. */
  boolean isDense(int dim) {
    return strides[dim] == 1 && baseDilations[dim] == 1 && dilations[dim] == 1;
  }

  long size(int dim) {
    return sizes[dim];
  }

  long stride(int dim) {
    return strides[dim];
  }

  long dilation(int dim) {
    return dilations[dim];
  }

  long low(int dim) {
    return low[dim];
  }

  long high(int dim) {
    return high[dim];
  }

  long baseDilation(int dim) {
    return baseDilations[dim];
  }

  /** Returns the window over an array without the padding. */
  Window overElements() {
    return new Window(sizes, strides, baseDilations, dilations, low);
  }

  /** Returns the window over an array that has been padded and dilated. */
  Window overPadded() {
    long[] ones = orOnes(new long[0]);
    return new Window(sizes, strides, ones, dilations, new long[sizes.length]);
  }

  /** Returns the array padded and dilated with a scalar. */
  dev.partir.array.HostArray pad(
      dev.partir.array.HostArray array, dev.partir.array.HostArray value) {
    long[] interior = new long[sizes.length];
    long[] dims = new long[sizes.length];
    for (int d = 0; d < dims.length; d++) {
      interior[d] = baseDilations[d] - 1;
      // Negative paddings may be more than there is.
      dims[d] = Math.max(0, low[d] + high[d] + dilated(array.type().dim(d), baseDilations[d]));
    }
    return PadOp.pad(array, value, low, interior, array.type().withDims(dims));
  }
}
