package dev.partir.schedule;

import dev.partir.ir.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule can know of a value: its names and its shape.
 *
 * @param name the name by which messages speak of it
 * @param aliases other names by which a selector may speak of it
 * @param role what it is to the program
 * @param type its global type
 * @param dimensionNames a name per dimension, null where a dimension has none; an empty list stands
 *     for no names at all
 */
public record ValueModel(
    String name,
    List<String> aliases,
    Role role,
    TensorType type,
    List<@Nullable String> dimensionNames) {

  /** What a value is to its program. */
  public enum Role {
    /** An input of the program: data or a parameter proper. */
    PARAMETER,
    /** What the program gives back. */
    RESULT,
    /** A value in between that has a name. */
    INTERMEDIATE
  }

  public ValueModel {
    aliases = List.copyOf(aliases);
    // List.copyOf takes no nulls.
    List<@Nullable String> names = new ArrayList<>(dimensionNames);
    if (names.isEmpty()) {
      for (int i = 0; i < type.rank(); i++) {
        names.add(null);
      }
    }
    if (names.size() != type.rank()) {
      throw new IllegalArgumentException(
          names.size() + " dimension names for " + type + ": " + dimensionNames);
    }
    dimensionNames = Collections.unmodifiableList(names);
  }

  /** Returns a parameter; a dimension named {@code ""} has no name. */
  public static ValueModel parameter(String name, TensorType type, String... dimensionNames) {
    return of(name, Role.PARAMETER, type, dimensionNames);
  }

  /** Returns the only result; a dimension named {@code ""} has no name. */
  public static ValueModel result(TensorType type, String... dimensionNames) {
    ValueModel result = of("result", Role.RESULT, type, dimensionNames);
    return new ValueModel(
        result.name, List.of("result0"), result.role, result.type, result.dimensionNames);
  }

  /** Returns a named value in between; a dimension named {@code ""} has no name. */
  public static ValueModel intermediate(String name, TensorType type, String... dimensionNames) {
    return of(name, Role.INTERMEDIATE, type, dimensionNames);
  }

  private static ValueModel of(String name, Role role, TensorType type, String... dimensionNames) {
    List<@Nullable String> names = new ArrayList<>();
    for (String dimension : dimensionNames) {
      names.add(dimension.isEmpty() ? null : dimension);
    }
    return new ValueModel(name, List.of(), role, type, names);
  }

  ValueModel withType(TensorType other) {
    return new ValueModel(name, aliases, role, other, dimensionNames);
  }

  /** Returns {@code parameter "x"}, {@code result} or {@code value "hidden"}. */
  public String describe() {
    return switch (role) {
      case PARAMETER -> "parameter \"" + name + "\"";
      case RESULT -> name;
      case INTERMEDIATE -> "value \"" + name + "\"";
    };
  }

  /** Returns {@code dimension "rows"}, or {@code dimension 0} where it has no name of its own. */
  public String describeDimension(int index) {
    String dimension = dimensionNames.get(index);
    return dimension != null && Collections.frequency(dimensionNames, dimension) == 1
        ? "dimension \"" + dimension + "\""
        : "dimension " + index;
  }

  /** Returns the shape with its names, such as {@code rows=1024, embed=512}. */
  public String shape() {
    return shape(type.dims());
  }

  /** Returns {@code sizes} with the names of this value's dimensions. */
  String shape(long[] sizes) {
    if (sizes.length != dimensionNames.size()) {
      return Arrays.toString(sizes);
    }
    var text = new StringBuilder();
    for (int i = 0; i < sizes.length; i++) {
      text.append(i == 0 ? "" : ", ");
      String dimension = dimensionNames.get(i);
      text.append(dimension == null ? "" : dimension + "=");
      text.append(sizes[i] == TensorType.DYNAMIC ? "?" : Long.toString(sizes[i]));
    }
    return text.toString();
  }
}
