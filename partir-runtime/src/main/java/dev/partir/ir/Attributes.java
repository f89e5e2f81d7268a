package dev.partir.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable dictionary of attributes, in the order in which they were given. Equality does not
 * regard the order.
 */
public final class Attributes {
  /** The dictionary with no entry. */
  public static final Attributes EMPTY = new Attributes(Map.of());

  private final Map<String, Attribute> entries;

  private Attributes(Map<String, Attribute> entries) {
    this.entries = entries;
  }

  public static Attributes of(String key, Attribute value) {
    return new Attributes(Map.of(key, value));
  }

  public static Attributes copyOf(Map<String, Attribute> entries) {
    return entries.isEmpty()
        ? EMPTY
        : new Attributes(Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
  }

  public static Builder builder() {
    return new Builder();
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  public Set<String> keys() {
    return entries.keySet();
  }

  public Map<String, Attribute> asMap() {
    return entries;
  }

  public boolean has(String key) {
    return entries.containsKey(key);
  }

  public @Nullable Attribute get(String key) {
    return entries.get(key);
  }

  /** Returns the string under {@code key}, or null when there is none or it is no string. */
  public @Nullable String string(String key) {
    return entries.get(key) instanceof Attribute.Str string ? string.value() : null;
  }

  /** Returns the integer under {@code key}, or {@code fallback} when there is none. */
  public long integer(String key, long fallback) {
    Attribute value = entries.get(key);
    return value instanceof Attribute.Int number ? number.value() : fallback;
  }

  /** Returns the boolean under {@code key}; absent is false, a unit attribute is true. */
  public boolean flag(String key) {
    Attribute value = entries.get(key);
    return value instanceof Attribute.Unit
        || (value instanceof Attribute.Bool bool && bool.value());
  }

  /**
   * Returns the integers under {@code key}, whether they are written as {@code array<i64: ...>}, as
   * a list or as a dense constant of 64-bit integers; an empty array when absent.
   */
  public long[] integers(String key) {
    Attribute value = entries.get(key);
    if (value instanceof Attribute.IntArray array) {
      return array.toArray();
    }
    if (value instanceof Attribute.Array list) {
      long[] numbers = new long[list.elements().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = list.elements().get(i) instanceof Attribute.Int number ? number.value() : 0;
      }
      return numbers;
    }
    if (value instanceof Attribute.Dense dense && dense.type().element() == ElementType.I64) {
      int count = Math.toIntExact(dense.type().elementCount());
      long[] numbers = new long[count];
      var buffer =
          java.nio.ByteBuffer.wrap(dense.bytes())
              .order(java.nio.ByteOrder.LITTLE_ENDIAN)
              .asLongBuffer();
      for (int i = 0; i < count; i++) {
        numbers[i] = buffer.get(dense.splat() ? 0 : i);
      }
      return numbers;
    }
    return new long[0];
  }

  /** Returns {@link #integers} as dimension numbers; one that is far from any stays far. */
  public int[] dims(String key) {
    long[] numbers = integers(key);
    int[] dims = new int[numbers.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, numbers[i]));
    }
    return dims;
  }

  /** Returns these entries with {@code key} set to {@code value}. */
  public Attributes with(String key, Attribute value) {
    var copy = new LinkedHashMap<>(entries);
    copy.put(key, value);
    return copyOf(copy);
  }

  /** Returns these entries without {@code key}. */
  public Attributes without(String key) {
    if (!entries.containsKey(key)) {
      return this;
    }
    var copy = new LinkedHashMap<>(entries);
    copy.remove(key);
    return copyOf(copy);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Attributes that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }

  /** Collects entries. */
  public static final class Builder {
    private final Map<String, Attribute> entries = new LinkedHashMap<>();

    private Builder() {}

    public Builder put(String key, Attribute value) {
      entries.put(key, value);
      return this;
    }

    public Builder put(String key, String value) {
      return put(key, new Attribute.Str(value));
    }

    /** Puts a 64-bit integer. */
    public Builder put(String key, long value) {
      return put(key, new Attribute.Int(value, ElementType.I64));
    }

    /** Puts {@code array<i64: ...>}. */
    public Builder putArray(String key, long... values) {
      var list = new ArrayList<Long>(values.length);
      for (long value : values) {
        list.add(value);
      }
      return put(key, new Attribute.IntArray(ElementType.I64, list));
    }

    /**
     * Puts a list {@code [1, 2]} of 64-bit integers, the form of the fields of structured
     * attributes.
     */
    public Builder putList(String key, long... values) {
      List<Attribute> list = new ArrayList<>(values.length);
      for (long value : values) {
        list.add(new Attribute.Int(value, ElementType.I64));
      }
      return put(key, new Attribute.Array(list));
    }

    public Builder putAll(Attributes other) {
      entries.putAll(other.entries);
      return this;
    }

    public boolean has(String key) {
      return entries.containsKey(key);
    }

    public Attributes build() {
      return copyOf(entries);
    }
  }
}
