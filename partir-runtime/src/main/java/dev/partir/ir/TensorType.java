package dev.partir.ir;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A ranked tensor: an element type, a size per dimension and, where the elements are quantized
 * numbers, their meaning. A scalar has rank 0. A size may be {@link #DYNAMIC}, which programs may
 * contain but which must be bound before a program is planned or run; the largest that it may turn
 * out to be can be known ({@code #stablehlo.bounds}).
 */
public final class TensorType implements Type {
  /** The size of a dimension that is not known, written {@code ?}. */
  public static final long DYNAMIC = -1;

  private final ElementType element;
  private final long[] dims;
  private final @Nullable Quantization quantization;

  /** The largest size of each dimension, {@link #DYNAMIC} where it is not known. */
  private final long @Nullable [] bounds;

  private TensorType(
      ElementType element,
      long[] dims,
      @Nullable Quantization quantization,
      long @Nullable [] bounds) {
    this.element = element;
    this.dims = dims;
    this.quantization = quantization;
    this.bounds = bounds;
  }

  /** Returns the tensor type with sizes {@code dims}; the array is copied. */
  public static TensorType of(ElementType element, long... dims) {
    return new TensorType(element, dims.clone(), null, null);
  }

  /** Returns the type of the same shape whose integers stand for other numbers. */
  public TensorType quantized(Quantization meaning) {
    return new TensorType(element, dims, meaning, bounds);
  }

  /** Returns what the integers stand for, or null where they stand for themselves. */
  public @Nullable Quantization quantization() {
    return quantization;
  }

  /** Returns the type of the integers of a quantized tensor, else the type itself. */
  public TensorType storage() {
    return quantization == null ? this : new TensorType(element, dims, null, bounds);
  }

  /** Returns the type of the numbers that a quantized tensor stands for, else the type itself. */
  public TensorType expressed() {
    return quantization == null
        ? this
        : new TensorType(quantization.expressed(), dims, null, bounds);
  }

  public ElementType element() {
    return element;
  }

  public int rank() {
    return dims.length;
  }

  /** Returns the size of dimension {@code index}. */
  public long dim(int index) {
    return dims[index];
  }

  /** Returns a copy of the sizes. */
  public long[] dims() {
    return dims.clone();
  }

  /** Returns whether every size is known. */
  public boolean isStatic() {
    for (long dim : dims) {
      if (dim == DYNAMIC) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of elements; 1 for a scalar. The type must be static. */
  public long elementCount() {
    long count = 1;
    for (long dim : dims) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  /** Returns the bytes that the elements take. The type must be static. */
  public long byteCount() {
    return element.bytes(elementCount());
  }

  /** Returns the type of the same shape with another element type, which is not quantized. */
  public TensorType withElement(ElementType other) {
    return other == element ? this : new TensorType(other, dims, null, bounds);
  }

  /** Returns the type with the same element type and other sizes, of which no bounds are known. */
  public TensorType withDims(long... sizes) {
    return new TensorType(element, sizes.clone(), quantization, null);
  }

  /**
   * Returns the type of which the largest sizes are known as well.
   *
   * @param largest one per dimension, {@link #DYNAMIC} where it is not known, as it must be where
   *     the size itself is
   */
  public TensorType bounded(long... largest) {
    return new TensorType(element, dims, quantization, largest.clone());
  }

  /** Returns the largest size that dimension {@code index} may have; DYNAMIC when not known. */
  public long bound(int index) {
    return bounds == null || dims[index] != DYNAMIC ? dims[index] : bounds[index];
  }

  /** Returns whether {@code other} has the same sizes, whatever its element type. */
  public boolean sameShape(TensorType other) {
    return Arrays.equals(dims, other.dims);
  }

  /**
   * Returns whether the two can be the type of one value: the same element type and rank, and the
   * same sizes wherever neither is dynamic, and none beyond a bound of the other.
   */
  public boolean compatible(TensorType other) {
    return element == other.element && sameMeaning(other) && compatibleShape(other);
  }

  /** The axis of a quantization moves with the dimensions, so it may differ. */
  private boolean sameMeaning(TensorType other) {
    Quantization one = quantization;
    Quantization two = other.quantization;
    if (one == null || two == null) {
      return one == null && two == null;
    }
    return one.sameButForGrid(two);
  }

  /** Returns the same of the shapes alone. */
  public boolean compatibleShape(TensorType other) {
    if (dims.length != other.dims.length) {
      return false;
    }
    for (int d = 0; d < dims.length; d++) {
      if (!compatible(dims[d], other.dims[d])
          || isBeyond(dims[d], other.bound(d))
          || isBeyond(other.dims[d], bound(d))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBeyond(long size, long bound) {
    return bound != DYNAMIC && size > bound;
  }

  /** Returns whether two sizes are one once dynamic ones are known. */
  public static boolean compatible(long one, long other) {
    return one == other || one == DYNAMIC || other == DYNAMIC;
  }

  /**
   * Returns the shape and element type as in {@code 2x3xf32}, the text between the brackets of the
   * MLIR spelling.
   */
  public String shapeText() {
    var text = new StringBuilder();
    for (long dim : dims) {
      if (dim == DYNAMIC) {
        text.append('?');
      } else {
        text.append(dim);
      }
      text.append('x');
    }
    text.append(quantization == null ? element.text() : quantization.text(element));
    if (bounds != null) {
      text.append(", #stablehlo.bounds<");
      String separator = "";
      for (long bound : bounds) {
        text.append(separator).append(bound == DYNAMIC ? "?" : Long.toString(bound));
        separator = ", ";
      }
      text.append('>');
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof TensorType that
            && element == that.element
            && Objects.equals(quantization, that.quantization)
            && Arrays.equals(dims, that.dims)
            && Arrays.equals(bounds, that.bounds));
  }

  @Override
  public int hashCode() {
    return 31 * element.hashCode() + Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return "tensor<" + shapeText() + ">";
  }
}
