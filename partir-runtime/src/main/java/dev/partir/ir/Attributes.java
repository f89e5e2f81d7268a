package dev.partir.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable dictionary of attributes, in the order in which they were given. Equality does not
 * regard the order.
 */
public final class Attributes {
  /** Entries up to which looking through them is faster than hashing. */
  private static final int FEW = 8;

  /** The dictionary with no entry. */
  public static final Attributes EMPTY = new Attributes(new String[0], new Attribute[0]);

  private final String[] keys;
  private final Attribute[] values;

  /** Where each key stands; null where there are few. */
  private final @Nullable Map<String, Integer> places;

  private Attributes(String[] keys, Attribute[] values) {
    this.keys = keys;
    this.values = values;
    if (keys.length <= FEW) {
      places = null;
    } else {
      places = new HashMap<>();
      for (int i = 0; i < keys.length; i++) {
        places.put(keys[i], i);
      }
    }
  }

  public static Attributes of(String key, Attribute value) {
    return new Attributes(new String[] {key}, new Attribute[] {value});
  }

  public static Attributes copyOf(Map<String, Attribute> entries) {
    return entries.isEmpty()
        ? EMPTY
        : new Attributes(
            entries.keySet().toArray(new String[0]), entries.values().toArray(new Attribute[0]));
  }

  public static Builder builder() {
    return new Builder();
  }

  public boolean isEmpty() {
    return keys.length == 0;
  }

  /** Returns the keys in their order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(keys)));
  }

  /** Returns the entries in their order. */
  public Map<String, Attribute> asMap() {
    return Collections.unmodifiableMap(mutableCopy());
  }

  private Map<String, Attribute> mutableCopy() {
    Map<String, Attribute> entries = new LinkedHashMap<>();
    for (int i = 0; i < keys.length; i++) {
      entries.put(keys[i], values[i]);
    }
    return entries;
  }

  public boolean has(String key) {
    return place(key) >= 0;
  }

  public @Nullable Attribute get(String key) {
    int place = place(key);
    return place < 0 ? null : values[place];
  }

  private int place(String key) {
    if (places != null) {
      return places.getOrDefault(key, -1);
    }
    for (int i = 0; i < keys.length; i++) {
      if (keys[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the string under {@code key}, or null when there is none or it is no string. */
  public @Nullable String string(String key) {
    return get(key) instanceof Attribute.Str string ? string.value() : null;
  }

  /** Returns the integer under {@code key}, or {@code fallback} when there is none. */
  public long integer(String key, long fallback) {
    Attribute value = get(key);
    return value instanceof Attribute.Int number ? number.value() : fallback;
  }

  /** Returns the boolean under {@code key}; absent is false, a unit attribute is true. */
  public boolean flag(String key) {
    Attribute value = get(key);
    return value instanceof Attribute.Unit
        || (value instanceof Attribute.Bool bool && bool.value());
  }

  /**
   * Returns the integers under {@code key}, whether they are written as {@code array<i64: ...>}, as
   * a list or as a dense constant of 64-bit integers; an empty array when absent.
   */
  public long[] integers(String key) {
    Attribute value = get(key);
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
    var copy = mutableCopy();
    copy.put(key, value);
    return copyOf(copy);
  }

  /** Returns these entries without {@code key}. */
  public Attributes without(String key) {
    int place = place(key);
    if (place < 0) {
      return this;
    }
    int rest = keys.length - place - 1;
    String[] names = Arrays.copyOf(keys, keys.length - 1);
    System.arraycopy(keys, place + 1, names, place, rest);
    Attribute[] kept = Arrays.copyOf(values, values.length - 1);
    System.arraycopy(values, place + 1, kept, place, rest);
    return names.length == 0 ? EMPTY : new Attributes(names, kept);
  }

  /** Returns these entries without those that are empty lists. */
  Attributes withoutEmptyLists() {
    Attributes rest = this;
    for (int i = 0; i < keys.length; i++) {
      if (values[i] instanceof Attribute.Array list && list.elements().isEmpty()) {
        rest = rest.without(keys[i]);
      }
    }
    return rest;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Attributes that) || keys.length != that.keys.length) {
      return false;
    }
    for (int i = 0; i < keys.length; i++) {
      if (!values[i].equals(that.get(keys[i]))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int i = 0; i < keys.length; i++) {
      hash += keys[i].hashCode() ^ values[i].hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    return asMap().toString();
  }

  /** Collects entries. */
  public static final class Builder {
    private String[] keys = new String[4];
    private Attribute[] values = new Attribute[4];
    private int count;

    /** Where each key stands, once there are many. */
    private @Nullable Map<String, Integer> places;

    private Builder() {}

    public Builder put(String key, Attribute value) {
      int place = place(key);
      if (place >= 0) {
        values[place] = value;
        return this;
      }
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
      }
      keys[count] = key;
      values[count] = value;
      if (places != null) {
        places.put(key, count);
      }
      count++;
      return this;
    }

    private int place(String key) {
      if (count > FEW && places == null) {
        places = new HashMap<>();
        for (int i = 0; i < count; i++) {
          places.put(keys[i], i);
        }
      }
      if (places != null) {
        return places.getOrDefault(key, -1);
      }
      for (int i = 0; i < count; i++) {
        if (keys[i].equals(key)) {
          return i;
        }
      }
      return -1;
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
      for (int i = 0; i < other.keys.length; i++) {
        put(other.keys[i], other.values[i]);
      }
      return this;
    }

    public boolean has(String key) {
      return place(key) >= 0;
    }

    public Attributes build() {
      return count == 0
          ? EMPTY
          : new Attributes(Arrays.copyOf(keys, count), Arrays.copyOf(values, count));
    }
  }
}
