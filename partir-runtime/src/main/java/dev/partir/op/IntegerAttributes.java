package dev.partir.op;

import dev.partir.ir.Attribute;
import dev.partir.ir.Attributes;
import dev.partir.ir.ElementType;
import org.jspecify.annotations.Nullable;

/** Checks of attributes that are integers or lists of them, before anybody reads them. */
final class IntegerAttributes {
  private IntegerAttributes() {}

  /** Requires that a list of integers is there. */
  static boolean required(OpChecker check, Attributes attributes, String key) {
    return check.require(
            attributes.has(key), () -> "it has no " + key, "Give it, as in array<i64: 0, 1>")
        && optional(check, attributes, key);
  }

  /** Requires that attributes are lists of integers where they are there. */
  static boolean optional(OpChecker check, Attributes attributes, String... keys) {
    for (String key : keys) {
      Attribute value = attributes.get(key);
      if (!check.require(
          value == null || isList(value),
          () -> key + " is not a list of integers",
          "Write it as in array<i64: 0, 1>")) {
        return false;
      }
    }
    return true;
  }

  /** Requires that an integer is there. */
  static boolean requiredScalar(OpChecker check, Attributes attributes, String key) {
    return check.require(
            attributes.has(key), () -> "it has no " + key, "Give it, as in " + key + " = 0 : i64")
        && optionalScalar(check, attributes, key);
  }

  /** Requires that attributes are integers where they are there. */
  static boolean optionalScalar(OpChecker check, Attributes attributes, String... keys) {
    for (String key : keys) {
      Attribute value = attributes.get(key);
      if (!check.require(
          value == null || value instanceof Attribute.Int,
          () -> key + " is not an integer",
          "Write it as in 1 : i64")) {
        return false;
      }
    }
    return true;
  }

  /** Requires an attribute to be true or false where it is there. */
  static boolean optionalFlag(OpChecker check, Attributes attributes, String key) {
    Attribute value = attributes.get(key);
    return check.require(
        value == null || value instanceof Attribute.Bool || value instanceof Attribute.Unit,
        () -> key + " is neither true nor false",
        "Say which");
  }

  /**
   * Returns the fields of a structured attribute, after requiring that it is there and that its
   * fields are lists of integers, but for one that may be an integer.
   */
  static @Nullable Attributes struct(
      OpChecker check, Attributes attributes, String key, String name, String scalar) {
    if (!(attributes.get(key) instanceof Attribute.Struct struct) || !struct.name().equals(name)) {
      check.require(
          false,
          "it has no " + key + " of the form #" + name + "<...>",
          "Give it one that says which dimensions are which");
      return null;
    }
    for (String field : struct.fields().keys()) {
      boolean fits =
          field.equals(scalar)
              ? optionalScalar(check, struct.fields(), field)
              : optional(check, struct.fields(), field);
      if (!fits) {
        return null;
      }
    }
    return struct.fields();
  }

  private static boolean isList(Attribute value) {
    if (value instanceof Attribute.Array list) {
      for (Attribute element : list.elements()) {
        if (!(element instanceof Attribute.Int)) {
          return false;
        }
      }
      return true;
    }
    return (value instanceof Attribute.IntArray array && array.type() == ElementType.I64)
        || (value instanceof Attribute.Dense dense && dense.type().element() == ElementType.I64);
  }

  /** Returns an integer that is a dimension number; one that is far from any stays far. */
  static int dim(Attributes attributes, String key) {
    long value = attributes.integer(key, 0);
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  /** Requires dimension numbers to ascend. */
  static boolean sorted(OpChecker check, String name, int... dims) {
    for (int i = 1; i < dims.length; i++) {
      int at = i;
      if (!check.require(
          dims[i - 1] < dims[i],
          () -> name + " has " + dims[at - 1] + " before " + dims[at],
          "They must ascend")) {
        return false;
      }
    }
    return true;
  }
}
