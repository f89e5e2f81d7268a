package dev.partir.ir;

import java.util.Arrays;

/**
 * A ranked tensor: an element type and a size per dimension. A scalar has rank 0. A size may be
 * {@link #DYNAMIC}, which programs may contain but which must be bound before a program is planned
 * or run.
 */
public final class TensorType implements Type {
  /** The size of a dimension that is not known, written {@code ?}. */
  public static final long DYNAMIC = -1;

  private final ElementType element;
  private final long[] dims;

  private TensorType(ElementType element, long[] dims) {
    this.element = element;
    this.dims = dims;
  }

  /** Returns the tensor type with sizes {@code dims}; the array is copied. */
  public static TensorType of(ElementType element, long... dims) {
    return new TensorType(element, dims.clone());
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

  /** Returns the type of the same shape with another element type. */
  public TensorType withElement(ElementType other) {
    return other == element ? this : new TensorType(other, dims);
  }

  /** Returns the type with the same element type and other sizes. */
  public TensorType withDims(long... sizes) {
    return of(element, sizes);
  }

  /** Returns whether {@code other} has the same sizes, whatever its element type. */
  public boolean sameShape(TensorType other) {
    return Arrays.equals(dims, other.dims);
  }

  /**
   * Returns whether the two can be the type of one value: the same element type and rank, and the
   * same sizes wherever neither is dynamic.
   */
  public boolean compatible(TensorType other) {
    return element == other.element && compatibleShape(other);
  }

  /** Returns the same of the shapes alone. */
  public boolean compatibleShape(TensorType other) {
    if (dims.length != other.dims.length) {
      return false;
    }
    for (int d = 0; d < dims.length; d++) {
      if (!compatible(dims[d], other.dims[d])) {
        return false;
      }
    }
    return true;
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
    return text.append(element.text()).toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorType that
        && element == that.element
        && Arrays.equals(dims, that.dims);
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
