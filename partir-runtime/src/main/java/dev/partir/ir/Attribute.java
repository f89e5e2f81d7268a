package dev.partir.ir;

import java.util.Arrays;
import java.util.List;

/** A compile-time constant attached to an operation, an argument or a module. */
public sealed interface Attribute {

  /** An integer such as {@code 1 : i64}. */
  record Int(long value, ElementType type) implements Attribute {}

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Attribute {}

  /** A floating-point number such as {@code 1.0 : f32}. */
  record Float(double value, ElementType type) implements Attribute {}

  /** A string; escapes are resolved. */
  record Str(String value) implements Attribute {}

  /** An attribute whose presence is all that it says. */
  record Unit() implements Attribute {}

  /** A type as an attribute. */
  record TypeOf(Type type) implements Attribute {}

  /**
   * A reference to a symbol such as {@code @main} or {@code @module::@f}, without the leading at
   * sign.
   */
  record Symbol(String name) implements Attribute {}

  /** A list {@code [a, b]}. */
  record Array(List<Attribute> elements) implements Attribute {
    public Array {
      elements = List.copyOf(elements);
    }
  }

  /** A dictionary {@code {a = 1, b}}. */
  record Dictionary(Attributes entries) implements Attribute {}

  /**
   * A dense array of numbers {@code array<i64: 1, 2>}. The element type is an integer type or
   * {@code i1}.
   */
  record IntArray(ElementType type, List<Long> values) implements Attribute {
    public IntArray {
      values = List.copyOf(values);
    }

    /** Returns the numbers as a new array. */
    public long[] toArray() {
      long[] numbers = new long[values.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = values.get(i);
      }
      return numbers;
    }
  }

  /**
   * An enumerated attribute of a dialect, such as {@code #stablehlo<comparison_direction LT>}:
   * dialect {@code stablehlo}, mnemonic {@code comparison_direction}, value {@code LT}.
   */
  record Enumerated(String dialect, String mnemonic, String value) implements Attribute {}

  /**
   * A structured attribute of a dialect, such as {@code #stablehlo.gather<offset_dims = [1],
   * index_vector_dim = 1>}: its name without {@code #}, and its fields. A field that is an empty
   * list says the same as no field, and is left out; but MLIR asks for every field of an alias.
   */
  record Struct(String name, Attributes fields) implements Attribute {
    private static final String ALIAS = "stablehlo.output_operand_alias";

    public Struct {
      fields = name.equals(ALIAS) ? fields : fields.withoutEmptyLists();
    }
  }

  /** An attribute that is kept and printed back as it was written. */
  record Raw(String text) implements Attribute {}

  /** Elements by the name of a resource of the module: {@code dense_resource<name> : type}. */
  record Resource(String name, TensorType type) implements Attribute {}

  /**
   * The elements of a constant, little-endian in row-major order; booleans take a byte each,
   * sub-byte integers too. A splat holds one element that stands for all; a constant of one element
   * is a splat always, one of none never. The bytes are not copied and must not be changed.
   */
  final class Dense implements Attribute {
    private final TensorType type;
    private final byte[] bytes;
    private final boolean splat;

    private Dense(TensorType type, byte[] bytes, boolean splat) {
      this.type = type;
      this.bytes = bytes;
      this.splat = splat;
    }

    /**
     * Returns the constant with the given elements.
     *
     * @param bytes one element when {@code splat}, else all
     * @throws IllegalArgumentException when the number of bytes is not the type's
     */
    public static Dense of(TensorType type, byte[] bytes, boolean splat) {
      long expected = splat ? type.element().bytes(1) : type.byteCount();
      if (bytes.length != expected) {
        throw new IllegalArgumentException(
            type
                + " takes "
                + expected
                + " bytes"
                + (splat ? " as a splat" : "")
                + ", not "
                + bytes.length);
      }
      long count = type.elementCount();
      if (count == 0) {
        return new Dense(type, new byte[0], false);
      }
      return new Dense(type, bytes, splat || count == 1);
    }

    public TensorType type() {
      return type;
    }

    /** Returns the bytes themselves, not a copy. */
    public byte[] bytes() {
      return bytes;
    }

    public boolean splat() {
      return splat;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Dense that
          && splat == that.splat
          && type.equals(that.type)
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return 31 * type.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Dense[" + type + (splat ? ", splat]" : "]");
    }
  }
}
