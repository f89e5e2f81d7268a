package dev.partir.array;

import dev.partir.ir.Attribute;
import dev.partir.ir.Diagnostic;
import dev.partir.ir.ElementType;
import dev.partir.ir.ErrorCode;
import dev.partir.ir.PartirException;
import dev.partir.ir.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in the memory of the host, row-major. The storage is the array itself, not a copy:
 * whoever hands it over must not change it afterwards, and whoever asks for it must not either.
 */
public final class HostArray {
  /** The longest array that Java virtual machines make. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  private final TensorType type;
  private final Object storage;

  private HostArray(TensorType type, Object storage) {
    this.type = type;
    this.storage = storage;
  }

  /**
   * Returns an array of zeros.
   *
   * @throws PartirException when it would hold more elements than a Java array can
   */
  public static HostArray zeros(TensorType type) {
    int length = length(type);
    return new HostArray(
        type,
        switch (Storage.of(type.element())) {
          case FLOAT -> new float[length];
          case DOUBLE -> new double[length];
          case INT -> new int[length];
          case LONG -> new long[length];
        });
  }

  /**
   * Returns the array over {@code values}, which are rounded in place where the type is narrower
   * than f32.
   */
  public static HostArray of(TensorType type, float... values) {
    require(type, Storage.FLOAT, values.length);
    NumberFormat.round(type.element(), values);
    return new HostArray(type, values);
  }

  public static HostArray of(TensorType type, double... values) {
    require(type, Storage.DOUBLE, values.length);
    return new HostArray(type, values);
  }

  /** Returns the array over {@code values}, which are wrapped in place to the width of the type. */
  public static HostArray of(TensorType type, int... values) {
    require(type, Storage.INT, values.length);
    NumberFormat.wrap(type.element(), values);
    return new HostArray(type, values);
  }

  public static HostArray of(TensorType type, long... values) {
    require(type, Storage.LONG, values.length);
    return new HostArray(type, values);
  }

  /** Returns a scalar of any real type. */
  public static HostArray scalar(ElementType element, double value) {
    HostArray array = zeros(TensorType.of(element));
    array.set(0, value);
    return array;
  }

  /** Returns the elements of a constant. */
  public static HostArray of(Attribute.Dense dense) {
    TensorType type = dense.type();
    HostArray array = zeros(type);
    ByteBuffer bytes = ByteBuffer.wrap(dense.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int parts = type.element().isComplex() ? 2 : 1;
    int given = dense.splat() ? parts : array.length();
    switch (type.element().part()) {
      case F32 -> bytes.asFloatBuffer().get(array.floats(), 0, given);
      case F64 -> bytes.asDoubleBuffer().get(array.doubles(), 0, given);
      case I32, UI32 -> bytes.asIntBuffer().get(array.ints(), 0, given);
      case I64, UI64 -> bytes.asLongBuffer().get(array.longs(), 0, given);
      default -> {
        for (int i = 0; i < given; i++) {
          array.read(bytes, i);
        }
      }
    }
    if (dense.splat()) {
      array.repeat(parts);
    }
    return array;
  }

  /** Returns these elements as the value of a constant. */
  public Attribute.Dense toDense() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(type.byteCount())).order(ByteOrder.LITTLE_ENDIAN);
    switch (type.element().part()) {
      case F32 -> bytes.asFloatBuffer().put(floats());
      case F64 -> bytes.asDoubleBuffer().put(doubles());
      case I32, UI32 -> bytes.asIntBuffer().put(ints());
      case I64, UI64 -> bytes.asLongBuffer().put(longs());
      default -> {
        for (int i = 0; i < length(); i++) {
          write(bytes, i);
        }
      }
    }
    return Attribute.Dense.of(type, bytes.array(), false);
  }

  public TensorType type() {
    return type;
  }

  /** Returns the length of the storage: the number of elements, twice that for complex numbers. */
  public int length() {
    return java.lang.reflect.Array.getLength(storage);
  }

  /**
   * Returns the storage of a type that is stored in floats.
   *
   * @throws IllegalStateException when it is stored otherwise
   */
  public float[] floats() {
    if (storage instanceof float[] values) {
      return values;
    }
    throw notStoredIn(Storage.FLOAT);
  }

  /**
   * Returns the storage of a type that is stored in doubles.
   *
   * @throws IllegalStateException when it is stored otherwise
   */
  public double[] doubles() {
    if (storage instanceof double[] values) {
      return values;
    }
    throw notStoredIn(Storage.DOUBLE);
  }

  /**
   * Returns the storage of a type that is stored in ints.
   *
   * @throws IllegalStateException when it is stored otherwise
   */
  public int[] ints() {
    if (storage instanceof int[] values) {
      return values;
    }
    throw notStoredIn(Storage.INT);
  }

  /**
   * Returns the storage of a type that is stored in longs.
   *
   * @throws IllegalStateException when it is stored otherwise
   */
  public long[] longs() {
    if (storage instanceof long[] values) {
      return values;
    }
    throw notStoredIn(Storage.LONG);
  }

  private IllegalStateException notStoredIn(Storage asked) {
    Storage held = Storage.of(type.element());
    return new IllegalStateException(
        "a %s is stored in %ss, not in %ss: ask for %ss(), or for numbers by get(index)"
            .formatted(type, lower(held), lower(asked), lower(held)));
  }

  private static String lower(Storage storage) {
    return storage.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Returns the storage, whatever its type: for {@code System.arraycopy}. */
  Object storage() {
    return storage;
  }

  /**
   * Returns the element at a place in the storage as a double; unsigned integers as what they mean.
   */
  public double get(int index) {
    if (storage instanceof float[] values) {
      return values[index];
    }
    if (storage instanceof double[] values) {
      return values[index];
    }
    long value = getLong(index);
    if (type.element() == ElementType.UI64 && value < 0) {
      return (value >>> 1 | (value & 1)) * 2.0;
    }
    return value;
  }

  /**
   * Returns the integer at a place in the storage; an unsigned 64-bit integer as its bit pattern.
   */
  public long getLong(int index) {
    if (storage instanceof int[] values) {
      return type.element() == ElementType.UI32
          ? Integer.toUnsignedLong(values[index])
          : values[index];
    }
    if (storage instanceof long[] values) {
      return values[index];
    }
    return (long) get(index);
  }

  /**
   * Sets the element at a place in the storage, rounded or truncated to the type. Only for arrays
   * that nobody shares yet.
   */
  public void set(int index, double value) {
    if (storage instanceof float[] values) {
      values[index] = NumberFormat.round(type.element(), value);
    } else if (storage instanceof double[] values) {
      values[index] = value;
    } else {
      setLong(index, (long) value);
    }
  }

  /** Sets an integer, wrapped to the type. Only for arrays that nobody shares yet. */
  public void setLong(int index, long value) {
    if (storage instanceof int[] values) {
      values[index] = NumberFormat.wrap(type.element(), (int) value);
    } else {
      ((long[]) storage)[index] = value;
    }
  }

  /** Returns the bits of the number at a place in the storage, in the lowest bits of the result. */
  public long bits(int index) {
    ElementType part = type.element().part();
    if (storage instanceof float[] values) {
      return NumberFormat.toBits(part, values[index]);
    }
    if (storage instanceof double[] values) {
      return Double.doubleToRawLongBits(values[index]);
    }
    if (storage instanceof int[] values) {
      return values[index] & (0xFFFFFFFFL >>> (32 - part.bits()));
    }
    return ((long[]) storage)[index];
  }

  /**
   * Sets the number at a place in the storage from the lowest bits of {@code bits}. Only for arrays
   * that nobody shares yet.
   */
  public void setBits(int index, long bits) {
    if (storage instanceof float[] values) {
      values[index] = NumberFormat.fromBits(type.element().part(), (int) bits);
    } else if (storage instanceof double[] values) {
      values[index] = Double.longBitsToDouble(bits);
    } else {
      setLong(index, bits);
    }
  }

  /** Returns the real parts (0) or the imaginary parts (1) of complex numbers. */
  public HostArray part(int which) {
    HostArray part = zeros(type.withElement(type.element().part()));
    if (storage instanceof float[] from) {
      float[] to = part.floats();
      for (int i = 0; i < to.length; i++) {
        to[i] = from[2 * i + which];
      }
    } else {
      double[] from = doubles();
      double[] to = part.doubles();
      for (int i = 0; i < to.length; i++) {
        to[i] = from[2 * i + which];
      }
    }
    return part;
  }

  /**
   * Returns the complex numbers of two arrays of one type, f32 or f64: the real and the imaginary
   * parts.
   */
  public static HostArray complex(HostArray re, HostArray im) {
    boolean wide = re.type.element() == ElementType.F64;
    HostArray whole =
        zeros(re.type.withElement(wide ? ElementType.COMPLEX_F64 : ElementType.COMPLEX_F32));
    if (wide) {
      for (int i = 0; i < re.length(); i++) {
        whole.doubles()[2 * i] = re.doubles()[i];
        whole.doubles()[2 * i + 1] = im.doubles()[i];
      }
    } else {
      for (int i = 0; i < re.length(); i++) {
        whole.floats()[2 * i] = re.floats()[i];
        whole.floats()[2 * i + 1] = im.floats()[i];
      }
    }
    return whole;
  }

  /**
   * Returns the same elements in another shape of the same size and element type. The storage is
   * shared.
   */
  public HostArray reshaped(TensorType shape) {
    if (shape.elementCount() != type.elementCount() || shape.element() != type.element()) {
      throw new IllegalArgumentException(type + " has not the elements of " + shape);
    }
    return new HostArray(shape, storage);
  }

  /**
   * Returns whether both have the same type and the same elements bit by bit, except that every NaN
   * equals every other.
   */
  public boolean sameElements(HostArray other) {
    if (!type.equals(other.type)) {
      return false;
    }
    if (storage instanceof float[] values) {
      return Arrays.equals(values, other.floats());
    }
    if (storage instanceof double[] values) {
      return Arrays.equals(values, other.doubles());
    }
    if (storage instanceof int[] values) {
      return Arrays.equals(values, other.ints());
    }
    return Arrays.equals((long[]) storage, other.longs());
  }

  @Override
  public String toString() {
    var text = new StringBuilder(type.shapeText()).append(" [");
    int shown = Math.min(length(), 8);
    for (int i = 0; i < shown; i++) {
      text.append(i == 0 ? "" : ", ");
      if (type.element().isInteger()) {
        text.append(getLong(i));
      } else {
        text.append(get(i));
      }
    }
    return text.append(shown < length() ? ", ...]" : "]").toString();
  }

  private static int length(TensorType type) {
    if (!type.isStatic()) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.UNSUPPORTED,
              type.toString(),
              "its sizes do not follow from what the program is run with",
              "Declare them, or compute them by an operation whose sizes are operands"));
    }
    long count = type.element().isComplex() ? 2 : 1;
    boolean empty = false;
    for (long dim : type.dims()) {
      empty |= dim == 0;
    }
    for (int d = 0; d < type.rank() && !empty; d++) {
      // Sizes that are computed may be as large as any number.
      count = Math.min(MAX_LENGTH + 1L, count) * Math.min(MAX_LENGTH + 1L, type.dim(d));
    }
    if (empty) {
      return 0;
    }
    if (count > MAX_LENGTH) {
      throw new PartirException(
          Diagnostic.of(
              ErrorCode.LIMIT,
              type.toString(),
              "it has more numbers than the " + MAX_LENGTH + " that one host array can hold",
              "Run the program with smaller sizes, or only plan it"));
    }
    return (int) count;
  }

  private static void require(TensorType type, Storage storage, int length) {
    if (Storage.of(type.element()) != storage || length(type) != length) {
      throw new IllegalArgumentException(length + " values in " + storage + " are not a " + type);
    }
  }

  /** Reads a number of 16 bits or less; the others are read at once. */
  private void read(ByteBuffer bytes, int index) {
    int bits = type.element().bits();
    setBits(index, bits == 16 ? bytes.getShort() & 0xFFFF : bytes.get() & ((1 << bits) - 1));
  }

  /** Integers narrower than a byte are extended to it by their sign. */
  private void write(ByteBuffer bytes, int index) {
    if (type.element().bits() == 16) {
      bytes.putShort((short) bits(index));
    } else {
      bytes.put((byte) (storage instanceof int[] ints ? ints[index] : bits(index)));
    }
  }

  /** Fills the storage with copies of its first {@code parts} numbers. */
  private void repeat(int parts) {
    int length = length();
    int filled = parts;
    while (filled < length) {
      int count = Math.min(filled, length - filled);
      System.arraycopy(storage, 0, storage, filled, count);
      filled += count;
    }
  }
}
